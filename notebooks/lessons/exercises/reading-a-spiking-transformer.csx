// What is right, what is nearly right and what helps, for the exercises of "Reading a spiking transformer".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class AttentionAnswers
{
    // what passes of K [6 tokens, 8 features]
    public static Quantity Masked(Quantity q, Quantity k, Func<int, int, bool> passes) =>
        new([6, 8], [.. k.Values.Select((value, i) => passes(i / 8, i % 8) ? value : 0)]);

    public static readonly Quantity Ones = new([6, 8], [.. Enumerable.Repeat(1.0, 48)]);

    // where both fire
    public static Quantity Both(Quantity q, Quantity k) => k with { Values = [.. q.Values.Zip(k.Values, (a, b) => a * b)] };

    public static double OfToken(Quantity q, int token) => q.Values.Skip(token * 8).Take(8).Sum();

    public static double OfFeature(Quantity q, int feature) => q.Values.Where((_, i) => i % 8 == feature).Sum();
}

Exercise.Define("cheaper-order")
    .Given("side", draw => draw.OneOf(32, 64, 96, 128, 224)).Given("patch", draw => draw.OneOf(4, 8, 16))
    .Given("d", draw => draw.OneOf(16, 32, 64))
    .Truth(given =>
    {
        var n = Math.Pow(given[0] / given[1], 2);
        return new double[] { n, n * n * given[2], n * given[2] * given[2] };
    })
    .Almost("That many patches lie in one row. The image has as many rows.", given =>
    {
        var n = given[0] / given[1];
        return new double[] { n, n * n * given[2], n * given[2] * given[2] };
    })
    .Almost("A patch is square: it covers patch times patch pixels.", given =>
    {
        var n = given[0] * given[0] / given[1];
        return new double[] { n, n * n * given[2], n * given[2] * given[2] };
    })
    .Almost("The two orders are exchanged.", given =>
    {
        var n = Math.Pow(given[0] / given[1], 2);
        return new double[] { n, n * given[2] * given[2], n * n * given[2] };
    })
    .Almost("Each order has two products of that size; the rule above counts one.", given =>
    {
        var n = Math.Pow(given[0] / given[1], 2);
        return new double[] { n, 2 * n * n * given[2], 2 * n * given[2] * given[2] };
    })
    .Almost("That is how many numbers K^T makes with Q or with V. Each takes as many multiplications as the rows are long.", given =>
    {
        var n = Math.Pow(given[0] / given[1], 2);
        return new double[] { n, n * n, given[2] * given[2] };
    })
    .Almost("Those are pixels. A token is a patch of them.", given =>
    {
        var n = Math.Pow(given[0], 2);
        return new double[] { n, n * n * given[2], n * given[2] * given[2] };
    })
    .Almost("In C# ^ is no power but an exclusive or: multiply the number by itself, or take Math.Pow.", given =>
    {
        var n = (double)((int)(given[0] / given[1]) ^ 2);
        return new double[] { n, n * n * given[2], n * given[2] * given[2] };
    })
    .WithHint("side / patch patches in a row, and as many rows.")
    .WithHint("With N tokens: N * N * d for the left order, N * d * d for the right one.");

Exercise.Define("chance-count")
    .Given("d", draw => draw.Whole(8, 64)).Given("q", draw => draw.Between(0.05, 0.6)).Given("k", draw => draw.Between(0.05, 0.6))
    .Truth(given =>
        new double[] { given[0] * given[1] * given[2], Math.Sqrt(given[0] * given[1] * given[2] * (1 - (given[1] * given[2]))) })
    .Almost("The second is the variance; the standard deviation is its square root.",
        given => new double[] { given[0] * given[1] * given[2], given[0] * given[1] * given[2] * (1 - (given[1] * given[2])) })
    .Almost("That is the Poisson approximation. A feature coincides once at most: its variance is qk (1 - qk).",
        given => new double[] { given[0] * given[1] * given[2], Math.Sqrt(given[0] * given[1] * given[2]) })
    .Almost("The mean is right. The deviation is that of a single feature; variances of d independent features add.",
        given => new double[] { given[0] * given[1] * given[2], Math.Sqrt(given[1] * given[2] * (1 - (given[1] * given[2]))) })
    .Almost("The mean is right. What counts is whether both fire, with probability qk: the variance is qk (1 - qk) for each feature.",
        given => new double[]
        {
            given[0] * given[1] * given[2], Math.Sqrt(given[0] * given[1] * (1 - given[1]) * given[2] * (1 - given[2])),
        })
    .Almost("The mean is right. Variances of independent features add, not deviations.",
        given => new double[] { given[0] * given[1] * given[2], given[0] * Math.Sqrt(given[1] * given[2] * (1 - (given[1] * given[2]))) })
    .Almost("These are those of a single feature; there are d of them.",
        given => new double[] { given[1] * given[2], Math.Sqrt(given[1] * given[2] * (1 - (given[1] * given[2]))) })
    .Almost("That is how often Q fires. A coincidence needs K as well.",
        given => new double[] { given[0] * given[1], Math.Sqrt(given[0] * given[1] * (1 - given[1])) })
    .Almost("That is how often at least one of the two fires. A coincidence needs both.", given =>
    {
        var p = given[1] + given[2] - (given[1] * given[2]);
        return new double[] { given[0] * p, Math.Sqrt(given[0] * p * (1 - p)) };
    })
    .WithHint("One feature coincides with probability q k: a coin.")
    .WithHint("The sum of d such coins has mean d p and variance d p (1 - p), p = q k.");

Exercise.Define("residual-sum")
    .Given("n", draw => draw.Whole(1, 15))
    .Truth(given => 1 + (2 * given[0]))
    .Almost("A block adds twice: attention, and then MLP.", given => 1 + given[0])
    .Almost("The spike that went in is there as well.", given => 2 * given[0])
    .Almost("That is what goes into the n-th block. After n blocks, one more has added.", given => (2 * given[0]) - 1)
    .Almost("A block adds spikes, 0 or 1, not copies of what came in.", given => Math.Pow(4, given[0]))
    .Almost("A sum of spikes is not cut off at 1: two spikes give a 2.", _ => 1)
    .Almost("A block adds two spikes to what came in; it does not multiply it.", given => Math.Pow(3, given[0]))
    .Almost("A block adds twice, and the spike that went in is there as well.", given => given[0])
    .WithHint("0 or 1 comes in; after the attention it can be 2.");

Exercise.Define("token-mask")
    .Given("q", draw => new Quantity([6, 8], draw.Spikes(48, 0.4))).Given("k", draw => new Quantity([6, 8], draw.Spikes(48, 0.5)))
    .Given("threshold", draw => draw.Whole(2, 4)).Cases(20)
    .Truth(given => AttentionAnswers.Masked(given[0], given[1], (token, _) => AttentionAnswers.OfToken(given[0], token) >= given[2]))
    .Almost("That sums over the tokens: attention of channels. Sum over the features of each token.",
        given => AttentionAnswers.Masked(given[0], given[1], (_, feature) => AttentionAnswers.OfFeature(given[0], feature) >= given[2]))
    .Almost("A sum that equals the threshold passes, too: a neuron fires when it reaches it.",
        given => AttentionAnswers.Masked(given[0], given[1], (token, _) => AttentionAnswers.OfToken(given[0], token) > given[2]))
    .Almost("The mask must stop or pass K, not Q.",
        given => AttentionAnswers.Masked(given[0], given[0], (token, _) => AttentionAnswers.OfToken(given[0], token) >= given[2]))
    .Almost("Q and K are exchanged: the sum is Q's, and K passes.",
        given => AttentionAnswers.Masked(given[1], given[0], (token, _) => AttentionAnswers.OfToken(given[1], token) >= given[2]))
    .Almost("The sum that decides is Q's, not K's.",
        given => AttentionAnswers.Masked(given[0], given[1], (token, _) => AttentionAnswers.OfToken(given[1], token) >= given[2]))
    .Almost("K is multiplied by the sum. A token passes or not: 1 where the sum reaches the threshold, else 0.", given =>
        new Quantity([6, 8], [.. given[1].Values.Select((value, i) => value * AttentionAnswers.OfToken(given[0], i / 8))]))
    .Almost("That is the mask alone: multiply K with it.", given => new Quantity(
        [6, 1], [.. Enumerable.Range(0, 6).Select(token => AttentionAnswers.OfToken(given[0], token) >= given[2] ? 1.0 : 0)]))
    .Almost("Nothing passes. A mean over the features stays below the threshold; their sum is asked for.",
        given => AttentionAnswers.Masked(given[0], given[1], (_, _) => false))
    .Almost("The mask is the wrong way round: K passes where the sum reaches the threshold.",
        given => AttentionAnswers.Masked(given[0], given[1], (token, _) => AttentionAnswers.OfToken(given[0], token) < given[2]))
    .Almost("The sum is that of Q and K together, feature by feature. It is Q's alone.", given => AttentionAnswers.Masked(
            given[0], given[1], (token, _) => AttentionAnswers.OfToken(AttentionAnswers.Both(given[0], given[1]), token) >= given[2]))
    .Almost("K passes feature by feature, where Q fires. A token passes as a whole, or not at all.",
        given => AttentionAnswers.Both(given[0], given[1]))
    .Almost("One sum over all of Q decides for all tokens. Each token has its own: sum over axis 1.",
        given => AttentionAnswers.Masked(given[0], given[1], (_, _) => given[0].Values.Sum() >= given[2]))
    .Almost("K is missing: these are the ones and zeros of the mask.", given =>
            AttentionAnswers.Masked(given[0], AttentionAnswers.Ones, (token, _) => AttentionAnswers.OfToken(given[0], token) >= given[2]))
    .WithHint("q.sum(1, keepdim: true) is one number for each token, shaped so that it can be multiplied with k.")
    .WithHint(".ge(threshold).to(torch.float32) makes ones and zeros of it.");
