using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Finds responses that no metric can score.</summary>
internal static class ResponseCheck
{
    /// <summary>Why responses cannot be compared at all, or null where they can: a number that is not finite, or the same responses to every stimulus.</summary>
    public static string? WhyUndefined(ResponseMatrix responses)
    {
        var (finite, same) = (true, true);
        responses.ForEachBlock(block =>
        {
            finite = finite && (block.sum().isfinite().item<bool>() || block.isfinite().all().item<bool>());
            same = same && block.eq(block[0]).all().item<bool>();
        });
        return !finite ? $"{responses.Name} holds numbers that are NaN or infinite"
            : same ? $"{responses.Name} does not vary: every stimulus gets the same responses (silent or constant)"
            : null;
    }

    /// <summary>Why a correlation between rows is undefined, or null: a stimulus to which all features respond alike has no variance.</summary>
    public static string? WhyRowsUndefined(ResponseMatrix responses)
    {
        using var scope = NewDisposeScope();
        var low = full(responses.Rows, double.PositiveInfinity, dtype: ScalarType.Float64);
        var high = full(responses.Rows, double.NegativeInfinity, dtype: ScalarType.Float64);
        responses.ForEachBlock(block =>
        {
            low.copy_(minimum(low, block.amin([1])));
            high.copy_(maximum(high, block.amax([1])));
        });
        var constant = low.eq(high).data<bool>().ToArray();
        var first = Array.IndexOf(constant, true);
        return first < 0 ? null
            : $"{responses.Name} is silent or constant over its features for {constant.Count(row => row)} of {constant.Length} stimuli (the first is row {first}): a correlation with it is 0 / 0";
    }
}
