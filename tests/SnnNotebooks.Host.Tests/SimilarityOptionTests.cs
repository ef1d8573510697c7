using SnnNotebooks.Cli;
using SnnNotebooks.Similarity;

namespace SnnNotebooks.Host.Tests;

/// <summary>An option that a metric would pass over without a word is refused.</summary>
public sealed class SimilarityOptionTests
{
    public static TheoryData<string, string[]> Options => new()
    {
        { "--keep-neural", ["svcca"] },
        { "--components 5", ["svcca", "regression", "r2", "pls"] },
        { "--randomised", ["svcca", "regression"] },
        { "--folds 5", ["regression", "r2"] },
        { "--reduce-inside-folds", ["regression", "r2"] },
        { "--ties average", ["rsa", "tsrsa", "stsrsa"] },
        { "--float32", ["rsa", "tsrsa"] },
        { "--labels l.txt", ["pls", "rdm-cv", "cka-cv"] },
        { "--repeats r.npy", ["pls"] },
        { "--bootstrap 9 --permutations 9 --seed 1 --json", [.. SimilarityMetrics.Names] },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Only_metrics_that_have_it_take_it(string option, string[] metrics)
    {
        Assert.Subset(SimilarityMetrics.Names.ToHashSet(), metrics.ToHashSet());
        foreach (var metric in SimilarityMetrics.Names)
        {
            var errors = Verbs.Root([]).Parse(["similarity", metric, "a.npy", "b.npy", .. option.Split(' ')]).Errors;

            if (metrics.Contains(metric))
            {
                Assert.Empty(errors);
            }
            else
            {
                Assert.Equal(
                    $"{option.Split(' ')[0]} is an option of {string.Join(", ", metrics)}; {metric} has none: leave it out.",
                    Assert.Single(errors).Message);
            }
        }
    }
}
