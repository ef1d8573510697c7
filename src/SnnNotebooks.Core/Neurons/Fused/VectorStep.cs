using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Writes a program's step of one vector of neurons. Multiplication and addition are contracted only where one factor is a spike, or one
/// minus it, and the product so exact that nothing changes.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="code">Where to.</param>
internal sealed class VectorStep(StepProgram program, VectorCode code)
{
    private readonly ILGenerator il = code.IL;

    private readonly LocalBuilder?[] once = new LocalBuilder?[program.Instructions.Count];
    private LocalBuilder?[] results = [];
    private LocalBuilder? zero;

    /// <summary>Zero in all elements, after <see cref="Once"/>.</summary>
    public LocalBuilder Zero => zero!;

    /// <summary>What is the same for all neurons and steps: numbers, and what is computed of them alone.</summary>
    public void Once()
    {
        code.Constant(0);
        zero = code.Stored();
        results = once;
        for (var i = 0; i < once.Length; i++)
        {
            var instruction = program.Instructions[i];
            if (instruction.Operation == Operation.Constant)
            {
                code.Constant(instruction.Value);
                once[i] = code.Stored();
            }
            else if (instruction.Operation == Operation.Number)
            {
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldc_I4, instruction.Index * sizeof(double));
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Ldind_R8);
                code.Broadcast();
                once[i] = code.Stored();
            }
            else if (instruction.Operation != Operation.Leaf
                && Array.TrueForAll(instruction.Arguments, argument => once[argument] is not null))
            {
                Compute(i);
                once[i] = code.Stored();
            }
        }
    }

    /// <summary>The step of one vector.</summary>
    /// <param name="leaf">The local that has, or is given, what a row has of it.</param>
    /// <returns>The results, by instruction.</returns>
    public LocalBuilder[] Emit(Func<int, LocalBuilder> leaf)
    {
        results = [.. once];
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i] is not null)
            {
                continue;
            }

            if (program.Instructions[i] is { Operation: Operation.Leaf, Index: var row })
            {
                results[i] = leaf(row);
            }
            else
            {
                Compute(i);
                results[i] = code.Stored();
            }
        }

        return results!;
    }

    private void Compute(int place)
    {
        var instruction = program.Instructions[place];
        var arguments = instruction.Arguments;
        switch (instruction.Operation)
        {
            case Operation.Select:
                Compare(nameof(Vector512.GreaterThanOrEqual), arguments[0], zero!);
                Load(arguments[1]);
                Load(arguments[2]);
                code.Operate(nameof(Vector512.ConditionalSelect), 3);
                break;
            case Operation.Step:
                Spike(arguments[0], fired: 1);
                break;
            case Operation.Subtract when IsOne(arguments[0]) && IsSpike(arguments[1]):
                Spike(program.Instructions[arguments[1]].Arguments[0], fired: 0);
                break;
            case Operation.Multiply when (IsZero(arguments[0]) && IsBit(arguments[1])) || (IsBit(arguments[0]) && IsZero(arguments[1])):
                il.Emit(OpCodes.Ldloc, zero!);
                break;
            case Operation.Add when VectorCode.HasFused && (ByBit(arguments[0]) ?? ByBit(arguments[1])) is { } product:
                Load(product[0]);
                Load(product[1]);
                Load(ByBit(arguments[0]) is null ? arguments[0] : arguments[1]);
                code.Operate(nameof(Vector512.FusedMultiplyAdd), 3);
                break;
            case Operation.Subtract when VectorCode.HasFused && ByBit(arguments[1]) is { } product:
                Load(product[0]);
                code.Operate(nameof(Vector512.Negate), 1);
                Load(product[1]);
                Load(arguments[0]);
                code.Operate(nameof(Vector512.FusedMultiplyAdd), 3);
                break;
            case Operation.AtMost or Operation.AtLeast:
                var (value, bound) = (arguments[0], results[arguments[1]]!);
                Compare(
                    instruction.Operation == Operation.AtMost ? nameof(Vector512.GreaterThan) : nameof(Vector512.LessThan), value, bound);
                il.Emit(OpCodes.Ldloc, bound);
                Load(value);
                code.Operate(nameof(Vector512.ConditionalSelect), 3);
                break;
            case Operation.PowerOfTwo:
                Load(arguments[0]);
                code.PowerOfTwo();
                break;
            default:
                Array.ForEach(arguments, Load);
                code.Operate(instruction.Operation.ToString(), arguments.Length);
                break;
        }
    }

    /// <summary>
    /// 1 where a distance is at least 0, else 0, or the other way round. A comparison gives a mask, or a vector of all bits or none; it is
    /// written down each time, and made once by the JIT, which would make a vector of a mask that is kept.
    /// </summary>
    private void Spike(int distance, int fired)
    {
        if (VectorCode.HasMasks)
        {
            Fires(distance);
            code.Constant(fired);
            code.Constant(1 - fired);
            code.Operate(nameof(Vector512.ConditionalSelect), 3);
        }
        else
        {
            code.Constant(1);
            Fires(distance);
            code.Operate(fired == 1 ? nameof(Vector512.BitwiseAnd) : nameof(Vector512.AndNot), 2);
        }
    }

    /// <summary>
    /// Whether a distance is at least 0. Of x - 1 that is so exactly where x is at least 1; for other numbers than 1 the two differ where
    /// both are infinite, or so small that their difference is flushed to zero.
    /// </summary>
    private void Fires(int distance)
    {
        var (value, bound) = program.Instructions[distance] is { Operation: Operation.Subtract, Arguments: [var left, var one] }
            && IsOne(one) ? (left, results[one]!) : (distance, zero!);
        Compare(nameof(Vector512.GreaterThanOrEqual), value, bound);
    }

    private bool IsOne(int place) => program.Instructions[place] is { Operation: Operation.Constant, Value: 1 };

    private bool IsZero(int place) =>
        program.Instructions[place] is { Operation: Operation.Constant } constant
        && BitConverter.DoubleToInt64Bits(constant.Value) == 0;

    /// <summary>Whether a result is 0 or 1: a spike, or one minus it.</summary>
    private bool IsBit(int place) => IsSpike(place)
        || (program.Instructions[place] is { Operation: Operation.Subtract, Arguments: [var one, var spike] }
            && IsOne(one) && IsSpike(spike));

    private bool IsSpike(int place) => program.Instructions[place].Operation == Operation.Step;

    /// <summary>The factors of a product that is exact, as one of them is 0 or 1; null for anything else.</summary>
    private int[]? ByBit(int place) => program.Instructions[place] is { Operation: Operation.Multiply, Arguments: var factors }
        && (IsBit(factors[0]) || IsBit(factors[1])) && !IsZero(factors[0]) && !IsZero(factors[1]) ? factors : null;

    private void Compare(string how, int left, LocalBuilder right)
    {
        Load(left);
        il.Emit(OpCodes.Ldloc, right);
        code.Operate(how, 2);
    }

    private void Load(int instruction) => il.Emit(OpCodes.Ldloc, results[instruction]!);
}
