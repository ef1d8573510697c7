using System.Numerics;
using System.Runtime.CompilerServices;

namespace SnnNotebooks.Similarity;

/// <summary>Sums of consecutive numbers in float64, in the same order whether they are kept as float or as double.</summary>
internal static unsafe class RowSum
{
    /// <summary>The sum of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    public static double Of(double* values, long count)
    {
        Vector<double> first = default, second = default, third = default, fourth = default;
        var size = Vector<double>.Count;
        long i = 0;
        for (; i <= count - (4 * size); i += 4 * size)
        {
            (first, second) = (first + Vector.Load(values + i), second + Vector.Load(values + i + size));
            (third, fourth) = (third + Vector.Load(values + i + (2 * size)), fourth + Vector.Load(values + i + (3 * size)));
        }

        var sum = Vector.Sum(first + second + third + fourth);
        for (; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    /// <summary>The sum of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of(float* values, long count)
    {
        Vector<double> first = default, second = default, third = default, fourth = default;
        var size = Vector<float>.Count;
        long i = 0;
        for (; i <= count - (2 * size); i += 2 * size)
        {
            Vector.Widen(Vector.Load(values + i), out var low, out var high);
            (first, second) = (first + low, second + high);
            Vector.Widen(Vector.Load(values + i + size), out low, out high);
            (third, fourth) = (third + low, fourth + high);
        }

        var sum = Vector.Sum(first + second + third + fourth);
        for (; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
