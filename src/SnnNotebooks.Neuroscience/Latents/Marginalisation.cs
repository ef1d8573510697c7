using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>What one set of factors does to mean responses, together with its interplay with time (D. Kobak et al. 2016).</summary>
/// <param name="Name">The factors' names.</param>
/// <param name="Values">[conditions * T, N], float64.</param>
internal sealed record Marginalisation(string Name, Tensor Values)
{
    /// <summary>The name of that of no factor.</summary>
    public const string Time = "time";

    /// <summary>All of them: time, each factor, each pair of factors, and so on. They add up to the responses and are orthogonal.</summary>
    /// <param name="responses">[levels of each factor ..., T, N], with mean 0 of each neuron.</param>
    /// <param name="names">The factors' names.</param>
    public static IReadOnlyList<Marginalisation> Of(Tensor responses, IReadOnlyList<string> names)
    {
        var found = new Tensor[1 << names.Count];
        List<Marginalisation> all = [];
        foreach (var set in Enumerable.Range(0, found.Length).OrderBy(set => int.PopCount(set)))
        {
            // the mean over all other factors, less what smaller sets explain
            long[] others = [.. Enumerable.Range(0, names.Count).Where(factor => (set & (1 << factor)) == 0)
                .Select(factor => (long)factor)];
            var mean = others.Length > 0 ? responses.mean(others, keepdim: true).expand_as(responses) : responses;
            for (var smaller = 0; smaller < found.Length; smaller++)
            {
                mean = (smaller & set) == smaller && smaller != set ? mean - found[smaller] : mean;
            }

            found[set] = mean;
            var name = set == 0 ? Time : string.Join(" x ", names.Where((_, factor) => (set & (1 << factor)) != 0));
            all.Add(new Marginalisation(name, mean.reshape(-1, responses.shape[^1])));
        }

        return all;
    }
}
