using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>A generated loop over a row of neurons.</summary>
/// <param name="rows">Addresses of the rows (<see cref="StepRows"/>).</param>
/// <param name="numbers">The neuron's numbers, then the constants.</param>
/// <param name="sums">What is added up, by sum.</param>
/// <param name="count">How many neurons, a multiple of <see cref="LoopCompiler.Width"/>.</param>
internal unsafe delegate void GeneratedLoop(nint* rows, double* numbers, double* sums, int count);

/// <summary>
/// Makes machine code of a program: a loop over the widest vectors of this processor, with numbers and addresses taken out of it.
/// Each operation is one of .NET's own vector operations, which the JIT translates to one instruction; no multiplication and addition
/// are contracted, so that results are those of the reference backend bit for bit.
/// </summary>
internal static unsafe class LoopCompiler
{
    /// <summary>The rows' lengths in bytes are multiples of this, so that every processor takes whole vectors.</summary>
    private const int RowBytes = 64;

    private static readonly ConcurrentDictionary<string, GeneratedLoop> Loops = new(StringComparer.Ordinal);

    /// <summary>The static class of the vector operations, and its vector type.</summary>
    private static readonly (Type Operations, Type Vector, int Bytes) Simd =
        Vector512.IsHardwareAccelerated ? (typeof(Vector512), typeof(Vector512<>), 64)
        : Vector256.IsHardwareAccelerated ? (typeof(Vector256), typeof(Vector256<>), 32)
        : (typeof(Vector128), typeof(Vector128<>), 16);

    /// <summary>How many neurons rows are padded to.</summary>
    public static int Width(bool single) => RowBytes / (single ? sizeof(float) : sizeof(double));

    /// <summary>The programs compiled so far: one of each kind for each shape of equation.</summary>
    public static ICollection<string> Programs => Loops.Keys;

    /// <summary>The loop of a program; programs that do the same share it.</summary>
    public static GeneratedLoop Compile(StepProgram program) => Loops.GetOrAdd(program.ToString(), _ => new Emitter(program).Emit());

    private sealed class Emitter
    {
        private readonly StepProgram program;
        private readonly DynamicMethod method;
        private readonly ILGenerator il;
        private readonly Type element;
        private readonly Type vector;
        private readonly LocalBuilder offset;
        private readonly LocalBuilder zero;
        private readonly LocalBuilder?[] results;

        public Emitter(StepProgram program)
        {
            this.program = program;
            method = new DynamicMethod("NeuronLoop", null, [typeof(nint*), typeof(double*), typeof(double*), typeof(int)],
                typeof(LoopCompiler).Module, skipVisibility: true);
            il = method.GetILGenerator();
            element = program.IsSingle ? typeof(float) : typeof(double);
            vector = Simd.Vector.MakeGenericType(element);
            offset = il.DeclareLocal(typeof(nint));
            zero = il.DeclareLocal(vector);
            results = new LocalBuilder?[program.Instructions.Count];
        }

        public GeneratedLoop Emit()
        {
            var end = il.DeclareLocal(typeof(nint));
            il.Emit(OpCodes.Ldarg_3);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Ldc_I4, program.IsSingle ? sizeof(float) : sizeof(double));
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, end);
            Constant(0);
            il.Emit(OpCodes.Stloc, zero);

            // before the loop: numbers, what is computed of them alone, addresses
            var addresses = new Dictionary<int, LocalBuilder>();
            for (var i = 0; i < results.Length; i++)
            {
                var instruction = program.Instructions[i];
                if (instruction.Operation == Operation.Constant)
                {
                    Constant(instruction.Value);
                    Keep(i);
                }
                else if (instruction.Operation == Operation.Number)
                {
                    il.Emit(OpCodes.Ldarg_1);
                    il.Emit(OpCodes.Ldc_I4, instruction.Index * sizeof(double));
                    il.Emit(OpCodes.Add);
                    il.Emit(OpCodes.Ldind_R8);
                    il.Emit(program.IsSingle ? OpCodes.Conv_R4 : OpCodes.Conv_R8);
                    Call(nameof(Vector512.Create), element);
                    Keep(i);
                }
                else if (instruction.Operation == Operation.Leaf)
                {
                    addresses.TryAdd(instruction.Index, Address(instruction.Index));
                }
                else if (Array.TrueForAll(instruction.Arguments, argument => results[argument] is not null))
                {
                    Compute(instruction, addresses);
                    Keep(i);
                }
            }

            foreach (var (_, row) in program.Stores)
            {
                addresses.TryAdd(row, Address(row));
            }

            var totals = program.Sums.Select(_ => il.DeclareLocal(vector)).ToArray();
            foreach (var total in totals)
            {
                il.Emit(OpCodes.Ldloc, zero);
                il.Emit(OpCodes.Stloc, total);
            }

            var (top, test) = (il.DefineLabel(), il.DefineLabel());
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Stloc, offset);
            il.Emit(OpCodes.Br, test);
            il.MarkLabel(top);
            for (var i = 0; i < results.Length; i++)
            {
                if (results[i] is null)
                {
                    Compute(program.Instructions[i], addresses);
                    Keep(i);
                }
            }

            foreach (var (instruction, row) in program.Stores)
            {
                il.Emit(OpCodes.Ldloc, results[instruction]!);
                At(addresses[row]);
                Call(nameof(Vector512.Store), vector, element.MakePointerType());
            }

            for (var i = 0; i < totals.Length; i++)
            {
                il.Emit(OpCodes.Ldloc, totals[i]);
                il.Emit(OpCodes.Ldloc, results[program.Sums[i].Instruction]!);
                Call(nameof(Vector512.Add), vector, vector);
                il.Emit(OpCodes.Stloc, totals[i]);
            }

            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Ldc_I4, Simd.Bytes);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, offset);
            il.MarkLabel(test);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Ldloc, end);
            il.Emit(OpCodes.Blt, top);

            for (var i = 0; i < totals.Length; i++)
            {
                il.Emit(OpCodes.Ldarg_2);
                il.Emit(OpCodes.Ldc_I4, program.Sums[i].Sum * sizeof(double));
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Dup);
                il.Emit(OpCodes.Ldind_R8);
                il.Emit(OpCodes.Ldloc, totals[i]);
                Call(nameof(Vector512.Sum), vector);
                il.Emit(OpCodes.Conv_R8);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stind_R8);
            }

            il.Emit(OpCodes.Ret);
            return method.CreateDelegate<GeneratedLoop>();
        }

        private void Compute(Instruction instruction, Dictionary<int, LocalBuilder> addresses)
        {
            switch (instruction.Operation)
            {
                case Operation.Leaf:
                    At(addresses[instruction.Index]);
                    Call(nameof(Vector512.Load), element.MakePointerType());
                    break;
                case Operation.Select:
                    Compare(nameof(Vector512.GreaterThanOrEqual), instruction.Arguments[0], zero);
                    Load(instruction.Arguments[1]);
                    Load(instruction.Arguments[2]);
                    Call(nameof(Vector512.ConditionalSelect), vector, vector, vector);
                    break;
                case Operation.Step:
                    Compare(nameof(Vector512.GreaterThanOrEqual), instruction.Arguments[0], zero);
                    Constant(1);
                    Call(nameof(Vector512.BitwiseAnd), vector, vector);
                    break;
                case Operation.AtMost or Operation.AtLeast:
                    var (value, bound) = (instruction.Arguments[0], results[instruction.Arguments[1]]!);
                    Compare(instruction.Operation == Operation.AtMost ? nameof(Vector512.GreaterThan) : nameof(Vector512.LessThan),
                        value, bound);
                    il.Emit(OpCodes.Ldloc, bound);
                    Load(value);
                    Call(nameof(Vector512.ConditionalSelect), vector, vector, vector);
                    break;
                case Operation.PowerOfTwo:
                    PowerOfTwo(instruction.Arguments[0]);
                    break;
                case Operation.Negate or Operation.Log or Operation.Sin or Operation.Cos:
                    Load(instruction.Arguments[0]);
                    Call(instruction.Operation.ToString(), vector);
                    break;
                default:
                    Load(instruction.Arguments[0]);
                    Load(instruction.Arguments[1]);
                    Call(instruction.Operation.ToString(), vector, vector);
                    break;
            }
        }

        private void PowerOfTwo(int argument)
        {
            var (bits, fraction, bias) = program.IsSingle ? (typeof(uint), 23, 127L) : (typeof(ulong), 52, 1023L);
            var whole = Simd.Vector.MakeGenericType(bits);
            Load(argument);
            Call(program.IsSingle ? nameof(Vector512.AsUInt32) : nameof(Vector512.AsUInt64), vector);
            il.Emit(OpCodes.Ldc_I4, fraction);
            Call(nameof(Vector512.ShiftLeft), whole, typeof(int));
            if (program.IsSingle)
            {
                il.Emit(OpCodes.Ldc_I4, (int)(bias << fraction));
            }
            else
            {
                il.Emit(OpCodes.Ldc_I8, bias << fraction);
            }

            Call(nameof(Vector512.Create), bits);
            Call(nameof(Vector512.Add), whole, whole);
            Call(program.IsSingle ? nameof(Vector512.AsSingle) : nameof(Vector512.AsDouble), whole);
        }

        private void Constant(double value)
        {
            if (program.IsSingle)
            {
                il.Emit(OpCodes.Ldc_R4, (float)value);
            }
            else
            {
                il.Emit(OpCodes.Ldc_R8, value);
            }

            Call(nameof(Vector512.Create), element);
        }

        private void Compare(string how, int left, LocalBuilder right)
        {
            Load(left);
            il.Emit(OpCodes.Ldloc, right);
            Call(how, vector, vector);
        }

        private void Load(int instruction) => il.Emit(OpCodes.Ldloc, results[instruction]!);

        private void Keep(int instruction)
        {
            results[instruction] = il.DeclareLocal(vector);
            il.Emit(OpCodes.Stloc, results[instruction]!);
        }

        private void At(LocalBuilder address)
        {
            il.Emit(OpCodes.Ldloc, address);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Add);
        }

        private LocalBuilder Address(int row)
        {
            var address = il.DeclareLocal(typeof(nint));
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, row * sizeof(nint));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, address);
            return address;
        }

        private void Call(string name, params Type[] parameters) => il.Emit(OpCodes.Call, Find(name, parameters));

        /// <summary>
        /// An operation of the vector class by its parameters, which for generic ones are compared after filling in the element type.
        /// </summary>
        private static MethodInfo Find(string name, Type[] parameters)
        {
            var first = parameters[0];
            var argument = first.IsPointer ? first.GetElementType()! : first.IsGenericType ? first.GetGenericArguments()[0] : first;
            return Simd.Operations.GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Where(method => method.Name == name)
                .Select(method => method.IsGenericMethodDefinition ? method.MakeGenericMethod(argument) : method)
                .FirstOrDefault(method => method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters))
                ?? throw new MissingMethodException(
                    $"{Simd.Operations.Name} has no {name}({string.Join(", ", parameters.Select(parameter => parameter.Name))}).");
        }
    }
}
