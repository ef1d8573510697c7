using SnnNotebooks.Similarity.Rdms;

namespace SnnNotebooks.Interactive.Tests;

public sealed class RdmScoresViewTests
{
    private static readonly RdmSet Data =
        new([[1, 2, 3, 4, 5, 6.1], [1.1, 2, 3, 4, 5.2, 6], [1, 2.1, 3, 4.2, 5, 6], [1, 2, 3.1, 4, 5, 6.2]]);

    [Fact]
    public void Bars_errors_ceiling_and_tests_are_drawn_and_told()
    {
        var view = Scores(Data).Show("Models", MultipleTests.Bonferroni);
        var html = view.ToHtml();
        foreach (var part in new[] { "\"bar\"", "error_y", "noise ceiling", "above zero", "below the noise ceiling", "differ" })
        {
            Assert.Contains(part, html, StringComparison.Ordinal);
        }

        Assert.Contains("Noise ceiling 1.000 to 1.000", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("Differing pairs (Bonferroni, 0.01): good and bad.", view.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_subject_is_drawn_without_errors_and_tests()
    {
        var view = Scores(Data.Select([0])).Show();
        Assert.DoesNotContain("above zero", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("none.", view.ToString(), StringComparison.Ordinal);
    }

    private static RdmScores Scores(RdmSet data) => RdmEvaluation.Fixed(
        [new FixedRdmModel("good", Data.Select([0])), new FixedRdmModel("bad", new RdmSet([[6, 1, 4, 3, 2, 5]]))], data,
            RdmComparator.Cosine);
}
