using System.Globalization;
using System.Text.Json.Serialization;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;

namespace SnnNotebooks.Interactive.Exercises;

/// <summary>A number or an array of numbers, as an exercise gives it to an answer and takes it from one.</summary>
/// <param name="Shape">Length of each axis; empty for one number.</param>
/// <param name="Values">The numbers, the last axis running fastest.</param>
public sealed record Quantity(IReadOnlyList<long> Shape, IReadOnlyList<double> Values)
{
    private const int Shown = 6; // numbers of an array in a sentence

    /// <summary>Whether it is one number.</summary>
    [JsonIgnore]
    public bool IsNumber => Shape.Count == 0;

    /// <summary>The largest absolute value among its finite numbers; 0 where there is none.</summary>
    internal double Size => Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();

    /// <summary>One number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Quantity(double value) => new([], [value]);

    /// <summary>An array of numbers.</summary>
    /// <param name="values">The numbers.</param>
    public static implicit operator Quantity(double[] values) => FromArray(values);

    /// <summary>The number that it is.</summary>
    /// <param name="quantity">One number.</param>
    /// <exception cref="InvalidOperationException">It is an array.</exception>
    public static implicit operator double(Quantity quantity) => quantity.ToNumber();

    /// <summary>Its numbers.</summary>
    /// <param name="quantity">Any.</param>
    public static implicit operator double[](Quantity quantity) => quantity.ToArray();

    /// <summary>An array of numbers.</summary>
    /// <param name="values">The numbers; they are copied.</param>
    /// <returns>The quantity, with a copy of the numbers.</returns>
    public static Quantity FromArray(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new([values.Count], [.. values]);
    }

    /// <summary>A tensor's numbers.</summary>
    /// <param name="tensor">Of any shape and any real type, on any device.</param>
    /// <returns>The quantity, with a copy of the numbers in the tensor's shape.</returns>
    public static Quantity FromTensor(torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = torch.NewDisposeScope();
        return new([.. tensor.shape], tensor.detach().cpu().to(torch.ScalarType.Float64).contiguous().data<double>().ToArray());
    }

    /// <summary>The number that it is.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidOperationException">It is an array.</exception>
    public double ToNumber() => Values.Count == 1
        ? Values[0]
        : throw new InvalidOperationException($"An array of {Values.Count} numbers is not one number; take it as double[].");

    /// <summary>A copy of its numbers.</summary>
    /// <returns>The numbers, row-major.</returns>
    public double[] ToArray() => [.. Values];

    /// <summary>A new tensor of it, float32.</summary>
    /// <returns>The tensor, of this shape, on the CPU; the caller disposes it.</returns>
    public torch.Tensor ToTensor() => torch.tensor(ToArray(), [.. Shape], torch.ScalarType.Float32);

    /// <summary>Its numbers in short.</summary>
    /// <returns>A line of text.</returns>
    public override string ToString() => IsNumber
        ? Number(Values[0])
        : $"[{string.Join(", ", Values.Take(Shown).Select(Number))}{(Values.Count > Shown ? ", ..." : string.Empty)}]";

    /// <summary>Whether two are equal but for a share of the second's largest number; axes of length 1 do not count.</summary>
    internal bool IsNear(Quantity truth, double tolerance)
    {
        var allowed = tolerance * (truth.Size > 0 ? truth.Size : 1);
        return IsShapedLike(truth)
            && Values.Zip(truth.Values, (own, other) => own.Equals(other) || Math.Abs(own - other) <= allowed).All(near => near);
    }

    internal bool IsShapedLike(Quantity other) =>
        Shape.Where(length => length != 1).SequenceEqual(other.Shape.Where(length => length != 1)) && Values.Count == other.Values.Count;

    internal Quantity Map(Func<double, double> change) => this with { Values = [.. Values.Select(change)] };

    private static string Number(double value) =>
        double.IsFinite(value) ? Markup.Number(value) : value.ToString(CultureInfo.InvariantCulture);
}
