using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Which axis of an array of counts is which.</summary>
internal static class ArrayAxes
{
    private static readonly string[] Order = ["trials", "time", "neurons"];

    /// <summary>An array as [trials, time, neurons] or [time, neurons].</summary>
    /// <param name="array">Two or three axes.</param>
    /// <param name="axes">What they are, such as <c>neurons,time</c>; null where they are in order.</param>
    /// <param name="name">What to call the array.</param>
    /// <exception cref="DatasetException">The axes are others, or they are not named and there are more neurons than bins.</exception>
    public static Tensor Ordered(Tensor array, string? axes, string name)
    {
        var shape = $"{name} is [{string.Join(", ", array.shape)}]";
        if (axes is null)
        {
            return array.dim() == 3 || array.shape[1] <= array.shape[0]
                ? array
                : throw new DatasetException(
                    $"{shape}: as [time, neurons] it has more neurons than bins. Say which axis is which, neurons,time or time,neurons "
                    + "(--axes).");
        }

        string[] named = axes.Split(',', StringSplitOptions.TrimEntries);
        string[] expected = [.. Order[(3 - (int)array.dim())..]];
        return named.Length == expected.Length && expected.All(named.Contains)
            ? array.permute([.. expected.Select(axis => (long)Array.IndexOf(named, axis))]).contiguous()
            : throw new DatasetException(
                $"{shape}, whose axes cannot be '{axes}'; expected {string.Join(", ", expected)} in its order, such as "
                + $"{string.Join(',', expected.Reverse())}.");
    }
}
