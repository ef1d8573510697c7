using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>A row of neurons; generated loops read its two numbers in this order.</summary>
/// <param name="Address">Where it lies in the first step.</param>
/// <param name="Step">How many bytes further in the next one.</param>
internal readonly record struct Row(nint Address, nint Step);

/// <summary>A generated loop over steps, and in each over a row of neurons.</summary>
/// <param name="rows">The rows (<see cref="StepRows"/>).</param>
/// <param name="numbers">The neuron's numbers, then the constants.</param>
/// <param name="sums">What is added up, by sum.</param>
/// <param name="count">How many neurons, a multiple of <see cref="LoopCompiler.Width"/>.</param>
/// <param name="steps">How many steps.</param>
internal unsafe delegate void GeneratedLoop(Row* rows, double* numbers, double* sums, int count, long steps);

/// <summary>
/// Makes machine code of a program: a loop over the widest vectors of this processor, with numbers and addresses taken out of it.
/// Each operation is one of .NET's own vector operations, which the JIT translates to one instruction; multiplication and addition are
/// contracted only where one factor is a spike, or one minus it, and the product so exact that nothing changes: results are those of the
/// reference backend bit for bit.
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

    /// <summary>Whether multiplying and adding is one instruction.</summary>
    private static readonly bool HasFused = Simd.Bytes == 64 || Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>How many neurons rows are padded to.</summary>
    public static int Width(bool single) => RowBytes / (single ? sizeof(float) : sizeof(double));

    /// <summary>The programs compiled so far: one of each kind for each shape of equation.</summary>
    public static ICollection<string> Programs => Loops.Keys;

    /// <summary>The loop of a program; programs that do the same share it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="streams">
    /// Whether output and gradient of the input go past the caches to memory. Both rows begin at a multiple of 64 bytes in every step then;
    /// call <see cref="EndStreams"/> before another thread reads them.
    /// </param>
    public static GeneratedLoop Compile(StepProgram program, bool streams = false) =>
        Loops.GetOrAdd(streams ? $"streams {program}" : program.ToString(), _ => new Emitter(program, streams).Emit());

    /// <summary>Whether loops can write past the caches.</summary>
    public static bool CanStream => Sse.IsSupported;

    /// <summary>Has what loops wrote past the caches seen before whatever this thread writes next.</summary>
    public static void EndStreams() => Sse.StoreFence();

    private sealed class Emitter
    {
        private readonly StepProgram program;
        private readonly bool streams;
        private readonly DynamicMethod method;
        private readonly ILGenerator il;
        private readonly Type element;
        private readonly Type vector;
        private readonly LocalBuilder offset;
        private readonly LocalBuilder zero;
        private readonly LocalBuilder?[] results;

        /// <summary>Of the spikes among the results: all bits where there is one, else none.</summary>
        private readonly LocalBuilder?[] spikes;

        public Emitter(StepProgram program, bool streams)
        {
            (this.program, this.streams) = (program, streams);
            method = new DynamicMethod("NeuronLoop", null, [typeof(Row*), typeof(double*), typeof(double*), typeof(int), typeof(long)],
                typeof(LoopCompiler).Module, skipVisibility: true);
            il = method.GetILGenerator();
            element = program.IsSingle ? typeof(float) : typeof(double);
            vector = Simd.Vector.MakeGenericType(element);
            offset = il.DeclareLocal(typeof(nint));
            zero = il.DeclareLocal(vector);
            results = new LocalBuilder?[program.Instructions.Count];
            spikes = new LocalBuilder?[program.Instructions.Count];
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
            var addresses = new SortedDictionary<int, (LocalBuilder Address, LocalBuilder Step)>();
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
                    Compute(i, addresses);
                    Keep(i);
                }
            }

            foreach (var (_, row) in program.Stores)
            {
                addresses.TryAdd(row, Address(row));
            }

            var totals = program.Sums.Select(_ => il.DeclareLocal(vector)).ToArray();
            var (step, stepTest) = (il.DefineLabel(), il.DefineLabel());
            il.Emit(OpCodes.Br, stepTest);
            il.MarkLabel(step);
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
                    Compute(i, addresses);
                    Keep(i);
                }
            }

            foreach (var (instruction, row) in program.Stores)
            {
                il.Emit(OpCodes.Ldloc, results[instruction]!);
                At(addresses[row].Address);
                var isStreamed = streams && row is (StepRows.Output or StepRows.GradX);
                Call(
                    isStreamed ? nameof(Vector512.StoreAlignedNonTemporal) : nameof(Vector512.Store), vector, element.MakePointerType());
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

            foreach (var (address, further) in addresses.Values)
            {
                il.Emit(OpCodes.Ldloc, address);
                il.Emit(OpCodes.Ldloc, further);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, address);
            }

            il.Emit(OpCodes.Ldarg, 4);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Conv_I8);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Starg, 4);
            il.MarkLabel(stepTest);
            il.Emit(OpCodes.Ldarg, 4);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I8);
            il.Emit(OpCodes.Bgt, step);
            il.Emit(OpCodes.Ret);
            return method.CreateDelegate<GeneratedLoop>();
        }

        private void Compute(int place, SortedDictionary<int, (LocalBuilder Address, LocalBuilder Step)> addresses)
        {
            var instruction = program.Instructions[place];
            var arguments = instruction.Arguments;
            switch (instruction.Operation)
            {
                case Operation.Leaf:
                    At(addresses[instruction.Index].Address);
                    Call(nameof(Vector512.Load), element.MakePointerType());
                    break;
                case Operation.Select:
                    Compare(nameof(Vector512.GreaterThanOrEqual), instruction.Arguments[0], zero);
                    Load(instruction.Arguments[1]);
                    Load(instruction.Arguments[2]);
                    Call(nameof(Vector512.ConditionalSelect), vector, vector, vector);
                    break;
                case Operation.Step:
                    var (above, of) = Distance(arguments[0]);
                    Compare(nameof(Vector512.GreaterThanOrEqual), above, of);
                    spikes[place] = Stored();
                    Constant(1);
                    il.Emit(OpCodes.Ldloc, spikes[place]!);
                    Call(nameof(Vector512.BitwiseAnd), vector, vector);
                    break;
                case Operation.Subtract when IsOne(arguments[0]) && spikes[arguments[1]] is { } spike:
                    Constant(1);
                    il.Emit(OpCodes.Ldloc, spike);
                    Call(nameof(Vector512.AndNot), vector, vector);
                    break;
                case Operation.Multiply when (IsZero(arguments[0]) && IsBit(arguments[1])) || (IsBit(arguments[0]) && IsZero(arguments[1])):
                    il.Emit(OpCodes.Ldloc, zero);
                    break;
                case Operation.Add when HasFused && (ByBit(arguments[0]) ?? ByBit(arguments[1])) is { } product:
                    Load(product[0]);
                    Load(product[1]);
                    Load(ByBit(arguments[0]) is null ? arguments[0] : arguments[1]);
                    Call(nameof(Vector512.FusedMultiplyAdd), vector, vector, vector);
                    break;
                case Operation.Subtract when HasFused && ByBit(arguments[1]) is { } product:
                    Load(product[0]);
                    Call(nameof(Vector512.Negate), vector);
                    Load(product[1]);
                    Load(arguments[0]);
                    Call(nameof(Vector512.FusedMultiplyAdd), vector, vector, vector);
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

        /// <summary>
        /// What two values a distance is at least 0 by: x - 1, which is so exactly where x is at least 1, or anything else and 0. For other
        /// numbers than 1 the two differ where both are infinite, or so small that their difference is flushed to zero.
        /// </summary>
        private (int Value, LocalBuilder Bound) Distance(int argument) =>
            program.Instructions[argument] is { Operation: Operation.Subtract, Arguments: [var value, var one] } && IsOne(one)
                ? (value, results[one]!)
                : (argument, zero);

        private bool IsOne(int place) => program.Instructions[place] is { Operation: Operation.Constant, Value: 1 };

        private bool IsZero(int place) =>
            program.Instructions[place] is { Operation: Operation.Constant } constant
            && BitConverter.DoubleToInt64Bits(constant.Value) == 0;

        /// <summary>Whether a result is 0 or 1: a spike, or one minus it.</summary>
        private bool IsBit(int place) => spikes[place] is not null
            || (program.Instructions[place] is { Operation: Operation.Subtract, Arguments: [var one, var spike] }
                && IsOne(one) && spikes[spike] is not null);

        /// <summary>The factors of a product that is exact, as one of them is 0 or 1; null for anything else.</summary>
        private int[]? ByBit(int place) => program.Instructions[place] is { Operation: Operation.Multiply, Arguments: var factors }
            && (IsBit(factors[0]) || IsBit(factors[1])) && !IsZero(factors[0]) && !IsZero(factors[1]) ? factors : null;

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

        private void Keep(int instruction) => results[instruction] = Stored();

        private LocalBuilder Stored()
        {
            var local = il.DeclareLocal(vector);
            il.Emit(OpCodes.Stloc, local);
            return local;
        }

        private void At(LocalBuilder address)
        {
            il.Emit(OpCodes.Ldloc, address);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Add);
        }

        private (LocalBuilder Address, LocalBuilder Step) Address(int row) =>
            (Field(row * sizeof(Row)), Field((row * sizeof(Row)) + sizeof(nint)));

        private LocalBuilder Field(int place)
        {
            var local = il.DeclareLocal(typeof(nint));
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, place);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, local);
            return local;
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
