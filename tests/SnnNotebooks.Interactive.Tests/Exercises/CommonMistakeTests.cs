using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Interactive.Tests.Exercises;

public sealed class CommonMistakeTests
{
    private static readonly double[] Train = [0, 1, 1, 0, 1, 0, 0, 0, 1, 0];

    public static TheoryData<Func<double, double>, string> Changes => new()
    {
        { x => -x, "sign" },
        { x => x * 1000, "1000 times too large" },
        { x => x / 1000, "1000 times too small" },
        { x => x * 100, "percent for a share" },
        { x => x / 100, "a share for percent" },
        { x => x * 180 / Math.PI, "Degrees for radians" },
        { x => x * Math.PI / 180, "Radians for degrees" },
        { x => x * 2 * Math.PI, "radians for whole turns" },
        { x => x / 2 / Math.PI, "whole turns for radians" },
        { x => 1 / x, "reciprocal" },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void A_number_with_a_common_mistake_is_almost_right(Func<double, double> mistake, string words)
    {
        Exercise.Define("common").Given("x", draw => draw.Between(2, 9)).Truth(given => Math.Sqrt(given[0]));
        Func<double, double> answer = x => mistake(Math.Sqrt(x));

        var verdict = Exercise.Check("common", answer).Verdict;

        Assert.Equal(ExerciseOutcome.Almost, verdict.Outcome);
        Assert.Contains(words, verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "one too large")]
    [InlineData(-1, "one too small")]
    public void A_count_may_be_one_off(int off, string words)
    {
        Exercise.Define("count").Given("n", draw => draw.Whole(3, 30)).Truth(given => given[0]);
        Func<int, int> answer = n => n + off;

        Assert.Contains(words, Exercise.Check("count", answer).Verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "one step late")]
    [InlineData(-1, "one step early")]
    public void A_train_may_be_one_step_off(int late, string words)
    {
        Exercise.Define("train").Truth(_ => Train);
        var answer = Enumerable.Range(0, Train.Length).Select(t => t - late is >= 0 and < 10 ? Train[t - late] : 1).ToArray();

        Assert.Contains(words, Exercise.Check("train", answer).Verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_may_be_transposed()
    {
        Exercise.Define("matrix").Truth(_ => new Quantity([2, 3], [1, 2, 3, 4, 5, 6]));
        using var answer = TorchSharp.torch.tensor(new[,] { { 1, 4 }, { 2, 5 }, { 3, 6 } });

        Assert.Contains("exchanged", Exercise.Check("matrix", answer).Verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_may_be_reversed()
    {
        Exercise.Define("order").Truth(_ => Train);

        Assert.Equal("The order is reversed.", Exercise.Check("order", Train.Reverse().ToArray()).Verdict.Message);
    }

    [Fact]
    public void Silence_is_no_shifted_train()
    {
        Exercise.Define("silent").Truth(_ => Train);

        Assert.Equal(ExerciseOutcome.Wrong, Exercise.Check("silent", new double[10]).Verdict.Outcome);
    }
}
