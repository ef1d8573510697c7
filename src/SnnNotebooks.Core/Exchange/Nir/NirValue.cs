using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir;

/// <summary>The value of one field of a node: an array or a text.</summary>
public abstract record NirValue;

/// <summary>A text, such as the padding <c>same</c>.</summary>
/// <param name="Text">The text.</param>
public sealed record NirText(string Text) : NirValue;

/// <summary>An array of numbers in row-major order; no axes means a single number.</summary>
public sealed record NirArray : NirValue
{
    private readonly Array values;

    private NirArray(ScalarType type, long[] shape, Array values)
    {
        if (shape.Aggregate(1L, (product, length) => checked(product * length)) != values.LongLength)
        {
            throw new ArgumentException(
                $"An array of shape [{string.Join(", ", shape)}] was given {values.LongLength} values.", nameof(values));
        }

        (Type, Shape, this.values) = (type, shape, values);
    }

    /// <summary>float32 values.</summary>
    /// <param name="shape">Lengths of the axes.</param>
    /// <param name="values">As many values as the shape holds, row-major.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public NirArray(long[] shape, float[] values)
        : this(ScalarType.Float32, shape, values)
    {
    }

    /// <summary>float64 values.</summary>
    /// <param name="shape">Lengths of the axes.</param>
    /// <param name="values">As many values as the shape holds, row-major.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public NirArray(long[] shape, double[] values)
        : this(ScalarType.Float64, shape, values)
    {
    }

    /// <summary>int64 values.</summary>
    /// <param name="shape">Lengths of the axes.</param>
    /// <param name="values">As many values as the shape holds, row-major.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public NirArray(long[] shape, long[] values)
        : this(ScalarType.Int64, shape, values)
    {
    }

    /// <summary>Float32, Float64 or Int64.</summary>
    public ScalarType Type { get; }

    /// <summary>Lengths of the axes; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of values.</summary>
    public long Count => values.LongLength;

    /// <summary>A copy of a tensor's values.</summary>
    /// <param name="tensor">float32, float64 or int64, on any device.</param>
    /// <returns>Shape, element type and values of the tensor.</returns>
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static NirArray Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = NewDisposeScope();
        var plain = tensor.detach().cpu().contiguous();
        return plain.dtype switch
        {
            ScalarType.Float32 => new NirArray(plain.shape, plain.Numbers<float>()),
            ScalarType.Float64 => new NirArray(plain.shape, plain.Numbers<double>()),
            ScalarType.Int64 => new NirArray(plain.shape, plain.Numbers<long>()),
            _ => throw new ArgumentException($"A NIR array holds float32, float64 or int64, not {plain.dtype}.", nameof(tensor)),
        };
    }

    /// <summary>The values as a new tensor; the caller disposes it.</summary>
    /// <param name="type">The element type wanted.</param>
    /// <returns>A tensor of this array's shape, on the CPU.</returns>
    public Tensor ToTensor(ScalarType type)
    {
        var shape = Shape.ToArray();
        using var stored = values switch
        {
            float[] singles => tensor(singles, shape),
            double[] doubles => tensor(doubles, shape),
            long[] integers => tensor(integers, shape),
            _ => throw new UnreachableException(),
        };
        return stored.to(type, copy: true);
    }

    /// <summary>The values as float64.</summary>
    /// <returns>All values, the last axis fastest.</returns>
    public double[] ToDoubles() => values switch
    {
        double[] doubles => doubles.AsSpan().ToArray(),
        float[] singles => Array.ConvertAll(singles, value => (double)value),
        _ => Array.ConvertAll((long[])values, value => (double)value),
    };

    /// <summary>The values as whole numbers.</summary>
    /// <returns>All values, the last axis fastest.</returns>
    /// <exception cref="NirException">One of them is not whole.</exception>
    public long[] ToIntegers() => values is long[] integers
        ? integers.AsSpan().ToArray()
        : Array.ConvertAll(ToDoubles(), value => value == Math.Floor(value) && Math.Abs(value) < 1e15
            ? (long)value
            : throw new NirException(FormattableString.Invariant($"{value} stands where a whole number is expected.")));

    /// <summary>The numbers as they are kept, row-major: float[], double[] or long[]. Not to be written to.</summary>
    public Array Flat => values;
}
