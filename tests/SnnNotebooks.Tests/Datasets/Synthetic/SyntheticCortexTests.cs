using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Synthetic;

public sealed class SyntheticCortexTests(SyntheticCortexTests.Cortex cortex) : IClassFixture<SyntheticCortexTests.Cortex>
{
    [Fact]
    public void The_session_looks_like_a_recording()
    {
        var session = cortex.Data.Session;

        Assert.Equal(6 * 40, session.Units.Count);
        Assert.Equal(SyntheticCortex.Areas.Select(area => area.Name), session.Units.Select(unit => unit.Area).Distinct());
        Assert.Equal(119 * 20, session.Stimulus("natural_scenes_presentations").Count);
        Assert.Equal(300 * 6, session.Stimulus("natural_movie_one_presentations").Count);
        Assert.InRange(session.Units.Average(
            unit => unit.SpikeTimes.Length / session.Stimulus("natural_movie_one_presentations").Stops.Span[^1]), 4, 12);
        Assert.InRange(session.Units.Count(unit => !UnitFilter.Allen.Keeps(unit)), 10, 45);
    }

    [Fact]
    public void Responsive_units_are_repeatable_and_the_others_are_not()
    {
        foreach (var area in SyntheticCortex.Areas)
        {
            using var responses = SceneResponses.FromSession(cortex.Data.Session, area.Name, repeats: 20);
            var units = Region.Of(cortex.Data.Session, area.Name);
            var (responsive, others) = (new List<double>(), new List<double>());
            for (var i = 0; i < units.Count; i++)
            {
                (cortex.Data.Unresponsive.Contains(units[i].Id) ? others : responsive).Add(responses.Reliability[i]);
            }

            Assert.InRange(responsive.Average(), 0.6, 1);
            Assert.InRange(others.DefaultIfEmpty(0).Average(), -0.4, 0.4);
        }
    }

    [Fact]
    public void Counts_follow_the_noise_free_rates()
    {
        using var scope = NewDisposeScope();
        using var responses = SceneResponses.FromSession(cortex.Data.Session, "VISp", bins: 1, repeats: 1);
        var latency = SyntheticCortex.Areas[0].Latency;
        var measured = responses.Counts.squeeze(1) / responses.Trials;

        // evoked part of the window, and the mean rate before it
        var expected = cortex.Data.SceneRates("VISp") * (0.25 - latency);
        var slope = ((measured - measured.mean([0])) * (expected - expected.mean([0]))).sum()
            / (expected - expected.mean([0])).square().sum();
        Assert.Equal(1, slope.ToDouble(), 1);
    }

    [Fact]
    public void Another_hierarchy_finds_the_planted_order_and_none_in_shuffled_scenes()
    {
        using var scope = NewDisposeScope();
        var stages = new VisualHierarchy(seed: 99, channels: [24, 24, 32, 40, 56, 80]).Respond(cortex.Data.Scenes)
            .Select(stage => Distances(stage.flatten(1))).ToArray();
        List<double> found = [];
        List<double> control = [];
        foreach (var area in SyntheticCortex.Areas)
        {
            using var responses = SceneResponses.FromSession(cortex.Data.Session, area.Name, repeats: 10);
            var matrix = responses.Matrix(0.5);
            found.Add(Best(stages, Distances(matrix)).Stage);
            control.Add(Best(stages, Distances(matrix.index_select(0, tensor(cortex.Shuffle)))).Score);
        }

        Assert.True(found.Zip(found.Skip(1)).Count(pair => pair.Second >= pair.First) >= 4 && found[^1] - found[0] >= 2,
            $"best stages are {string.Join(", ", found)}");
        Assert.All(control, score => Assert.InRange(score, -0.1, 0.1));
    }

    [Fact]
    public void Movie_responses_forget_more_slowly_further_up()
    {
        // correlation of neighbouring frames' noise-free responses
        double Slowness(string area)
        {
            using var scope = NewDisposeScope();
            var rates = cortex.Data.MovieRates(area).to(float64);
            var centred = rates - rates.mean([0], keepdim: true);
            return ((centred[..^3] * centred[3..]).sum() / centred.square().sum()).ToDouble();
        }

        Assert.True(Slowness("VISam") > Slowness("VISp") + 0.02, $"{Slowness("VISp")}, {Slowness("VISam")}");
        using var responses = MovieResponses.FromSession(cortex.Data.Session, "VISal");
        Assert.Equal([300, 1, 40], responses.Counts.shape);
        Assert.Equal(6, responses.Trials);
    }

    [Fact]
    public void One_seed_gives_one_cortex()
    {
        var small = new SyntheticCortex { UnitsPerArea = 3, Scenes = 4, SceneTrials = 2, MovieFrames = 10, MovieTrials = 2 };
        using var first = small.Generate();
        using var again = small.Generate();
        using var other = (small with { Seed = 1 }).Generate();

        Assert.Equal(first.Session.Units.Select(unit => unit.SpikeTimes.ToArray()),
            again.Session.Units.Select(unit => unit.SpikeTimes.ToArray()));
        Assert.NotEqual(first.Session.Units[0].SpikeTimes.ToArray(), other.Session.Units[0].SpikeTimes.ToArray());
        Assert.Throws<ArgumentException>(() => (small with { ImageSize = 32 }).Generate());
    }

    [Fact]
    public void Stimuli_have_natural_statistics()
    {
        using var scope = NewDisposeScope();
        var images = cortex.Data.Scenes.squeeze(1);
        Assert.InRange(images.min().ToDouble(), 0, 1);
        Assert.InRange(images.max().ToDouble(), 0, 1);

        // power falls roughly with the square of the frequency
        var power = fft.rfft(images - images.mean([1, 2], keepdim: true)).abs().square().mean([0, 1]);
        var slope = Math.Log(power[16].ToDouble() / power[2].ToDouble()) / Math.Log(8);
        Assert.InRange(slope, -2.6, -1.2);

        var movie = cortex.Data.Movie;
        var step = (movie[1..] - movie[..^1]).abs().mean().ToDouble();
        var far = (movie[100..] - movie[..^100]).abs().mean().ToDouble();
        Assert.True(step < 0.6 * far && step > 0.005, $"one frame changes {step}, 100 frames {far}");
    }

    private static Tensor Distances(Tensor rows)
    {
        var centred = rows.to(float64) - rows.to(float64).mean([1], keepdim: true);
        var unit = centred / centred.norm(1, keepdim: true);
        var upper = triu_indices(rows.shape[0], rows.shape[0], 1);
        return (1 - unit.matmul(unit.t()))[upper[0], upper[1]];
    }

    private static (int Stage, double Score) Best(Tensor[] stages, Tensor neural)
    {
        var ranks = neural.argsort().argsort().to(float64);
        return stages.Select((stage, index) => (index, corrcoef(stack([stage.argsort().argsort().to(float64), ranks]))[0, 1].ToDouble()))
            .MaxBy(pair => pair.Item2);
    }

    public sealed class Cortex : IDisposable
    {
        public SyntheticCortexData Data { get; } = new SyntheticCortex { UnitsPerArea = 40, SceneTrials = 20, MovieFrames = 300,
            MovieTrials = 6 }.Generate();

        public long[] Shuffle { get; } = [.. Enumerable.Range(0, 118).Select(scene => (scene * 37L) % 118)];

        public void Dispose() => Data.Dispose();
    }
}
