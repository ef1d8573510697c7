using SnnNotebooks.Similarity.Behaviour;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Behaviour;

/// <summary>Error consistency on the answers of Brain-Score's own test, and what has no score.</summary>
public sealed class BehaviourTests
{
    private static readonly string[] Answers =
    [
        "dog cat chair cat dog dog dog dog chair", "cat cat chair cat dog cat chair cat cat", "dog cat chair dog cat chair dog cat chair",
    ];

    [Fact]
    public void Error_consistency_is_that_of_brain_scores_test()
    {
        var people = Answers.SelectMany((_, subject) => Of(subject)).ToArray();
        var score = ErrorConsistency.Score(Of(0), people);
        Assert.Equal(0.2, score.Value, 1e-12);
        Assert.All(score.Pairs.Where(pair => pair.Second == "0" && !double.IsNaN(pair.Kappa)), pair => Assert.Equal(1, pair.Kappa, 1e-12));
    }

    [Fact]
    public void Subjects_that_are_always_right_have_no_kappa() =>
        Assert.True(double.IsNaN(ErrorConsistency.Kappa([true, true], [true, true])));

    [Fact]
    public void Answers_to_other_stimuli_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ErrorConsistency.Score(Of(0)[1..], Of(1)));
        Assert.Throws<ArgumentException>(() => ErrorConsistency.Score(Of(0), []));
        Assert.Throws<ArgumentException>(() => ErrorConsistency.Ceiling(Of(0)));
        Assert.Throws<ArgumentException>(() => ErrorConsistency.Kappa([], []));
    }

    [Fact]
    public void Behaviour_that_cannot_be_scored_says_why()
    {
        RecognitionTrial[] trials = [new("a", "dog", "cat", "dog"), new("b", "cat", "dog", "dog")];
        Assert.NotNull(ImageRecognition.Ceiling(trials).Undefined);
        Assert.Throws<ArgumentException>(() => ImageRecognition.Ceiling(trials[..1]));
        Assert.Contains("were offered", Assert.Throws<ArgumentException>(
            () => ImageRecognition.Ceiling([.. trials, new("a", "dog", "cat", "car")])).Message, StringComparison.Ordinal);
        var model = new RecognitionProbabilities(["a", "b"], ["dog", "cat"], ["cat", "dog"], [[0.2, 0.8], [0.6, double.NaN]]);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => ImageRecognition.Score(model, trials)).Message,
            StringComparison.Ordinal);
        Assert.Contains("'cow'", Assert.Throws<ArgumentException>(() => ImageRecognition.Score(
            model with { Truths = ["dog", "cow"], Values = [[0.2, 0.8], [0.6, 0.4]] }, trials)).Message, StringComparison.Ordinal);
    }

    private static ObjectDecision[] Of(int subject) => [.. Answers[subject].Split(' ').Select((choice, stimulus) =>
        new ObjectDecision($"{subject}", $"{1 + (stimulus / 3)}", $"{stimulus}", Answers[2].Split(' ')[stimulus], choice))];
}
