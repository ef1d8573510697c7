using System.Diagnostics;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Experiments;
using SnnNotebooks.Neurons;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Experiments;
using SnnNotebooks.Similarity.Rdms;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Surrogates;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class ViewTests
{
    private const string Layer = "lif</script><script>alert('x')</script>";
    private const string Hostile = "</script><script>alert('x')</script><img src=x onerror=\"alert('x')\">&\"";

    public static TheoryData<string> Names => [.. Views().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_view_is_found_by_the_formatting_package_in_both_forms(string name)
    {
        var view = Views()[name];

        Assert.Equal(view.ToHtml().Length, view.ToDisplayString("text/html").Length);
        Assert.Equal(view.ToString(), view.ToDisplayString("text/plain"));
        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(view.GetType()).First());
        Assert.DoesNotContain("alert('x')</script>", view.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0.5, false)]
    [InlineData(100, false)]
    public void A_few_whole_places_of_curves_have_their_numbers_and_no_halves_between_them(double step, bool each)
    {
        var html = new CurveView("t", "epoch", "y", [new Curve("c", [1, 1 + step], [3, 4])]).ToHtml();

        Assert.Equal(each, html.Contains("\"dtick\":1", StringComparison.Ordinal));
    }

    [Fact]
    public void Bare_objects_of_the_kit_show_as_their_views()
    {
        KitFormatters.Register();
        using var tensor = ones(2, 3);

        Assert.Contains("[2, 3]", tensor.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Contains("[2, 3]", tensor.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_statistics_leave_out_and_count_what_is_not_finite()
    {
        using var values = tensor(new[] { 0f, 1f, 3f, float.NaN, float.PositiveInfinity });

        var text = values.Show("N").ToString();

        Assert.Contains("[N 5]", text, StringComparison.Ordinal);
        Assert.Contains("0 to 3", text, StringComparison.Ordinal);
        Assert.Contains("mean        1.333, standard deviation 1.247", text, StringComparison.Ordinal);
        Assert.Contains("zeros       20.0 %", text, StringComparison.Ordinal);
        Assert.Contains("NaN         1", text, StringComparison.Ordinal);
        Assert.Contains("infinite    1", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 0 })]
    [InlineData(new long[] { 0, 3 })]
    [InlineData(new long[] { 1, 1, 1, 1, 1 })]
    [InlineData(new long[] { 500 })]
    public void Tensors_of_any_rank_and_size_have_a_view(long[] shape)
    {
        using var tensor = zeros(shape, dtype: ScalarType.Int32);

        Assert.Contains("Int32", tensor.Show().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Axis_names_must_fit()
    {
        using var tensor = ones(2, 3);

        Assert.Contains("2 axes and 1 names", Assert.Throws<ArgumentException>(() => tensor.Show("T")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raster_counts_its_spikes()
    {
        using var spikes = tensor(new[] { 1f, 0f, 1f, 1f, 0f, 0f }).reshape(3, 2);

        var text = spikes.ShowRaster().ToString();

        Assert.Contains("    0 ||.", text, StringComparison.Ordinal);
        Assert.Contains("    1 .|.", text, StringComparison.Ordinal);
        Assert.Contains("3 spikes of 2 neurons in 3 time steps, mean rate 0.500", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raster_of_a_million_spikes_is_a_picture_below_two_megabytes()
    {
        using var spikes = rand(1000, 2000).lt(0.5);

        var html = spikes.ShowRaster().ToHtml();

        Assert.Contains("data:image/png", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 1000, 2_000_000);
    }

    [Fact]
    public void Shapes_that_are_no_picture_are_refused()
    {
        using var scalar = tensor(1f);
        using var two = ones(4, 2, 5, 5);

        Assert.Throws<ArgumentException>(() => scalar.ShowRaster());
        Assert.Contains("[4, 2, 5, 5]", Assert.Throws<ArgumentException>(() => two.ShowImages()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_png_holds_the_pixels_it_was_given()
    {
        var png = Png.Encode([1, 2, 3, 255, 4, 5, 6, 255], 2, 1);

        using var zlib = new System.IO.Compression.ZLibStream(
            new MemoryStream(png[41..]), System.IO.Compression.CompressionMode.Decompress);
        var row = new byte[9];
        zlib.ReadExactly(row);
        Assert.Equal([0, 1, 2, 3, 255, 4, 5, 6, 255], row);
    }

    [Fact]
    public void What_was_not_measured_is_called_so()
    {
        var text = new ReproducedResult[] { new("accuracy", "90 %", null, "no data"), new("cases", "-", "3 of 3", "exact") }.Show()
            .ToString();

        Assert.Contains("not measured", text, StringComparison.Ordinal);
        Assert.Contains("3 of 3", text, StringComparison.Ordinal);
        Assert.Contains("quick", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_of_another_length_is_refused() =>
        Assert.Contains("1 cells (x); expected 2 (a, b)",
            Assert.Throws<ArgumentException>(() => new TableView("t", ["a", "b"], [["x"]])).Message, StringComparison.Ordinal);

    [Fact]
    public void Surrogates_are_drawn_with_the_derivative_at_the_threshold()
    {
        var view = new Surrogate[] { new LeakyKReLU(), new Erf() }.Show();

        Assert.Contains("derivative at 0: 1<", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("derivative at 0: 1.128<", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("Erf(alpha=2)", view.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Array.Empty<Surrogate>().Show());
    }

    [Fact]
    public void Trials_show_means_deviations_and_how_many_seeds()
    {
        var text = new TrialSummary[] { Trial("random", [0.9, 0.95], [0.92, 0.97]), Trial("exact", [0.8]) }.Show("Systems", 1, 5)
            .ToString();

        Assert.Contains("random: 91.00 ± 1.41 % (n = 2) with 1 pass, 96.00 ± 1.41 % (n = 2) with 5 passes", text, StringComparison.Ordinal);
        Assert.Contains("exact: 80.00 % (n = 1)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_of_different_grids_are_refused() => Assert.Throws<ArgumentException>(() =>
        new[] { ("a", new RobustnessMap([0, 1], [2], new double[2, 1])),
            ("b", new RobustnessMap([0, 2], [2], new double[2, 1])) }.Show("r", "c"));

    private static EventRecording Recording() => new(4, 2, [1_000, 2_000, 501_000], [0, 3, 3], [0, 1, 1], [1, 0, 0]);

    private static TrialSummary Trial(string name, params double[][] seeds)
    {
        var trial = new Trial(name, LearningRule.BinaryStochastic, TrainingPlan.Quick, NetworkOptions.Dense(2));
        return new TrialSummary(name,
            [.. seeds.Select(
                (accuracies, seed) => new TrialResult(
                    trial, seed, [.. accuracies.Select((accuracy, i) => new PassAccuracy(i == 0 ? 1 : 5, accuracy, accuracy))], []))]);
    }

    [Fact]
    public void No_view_is_left_out_of_these_tests()
    {
        var shown = Views().Values.Select(view => view.GetType()).ToHashSet();

        Assert.Empty(typeof(View).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(View)) && !type.IsAbstract && !shown.Contains(type)).Select(type => type.Name));
    }

    private static nn.Module<Tensor, Tensor> NeuronNetwork() => nn.Sequential((Layer, new LIFNode()));

    private static Representation Rdm() => new Rsa().RepresentModel(ResponseMatrix.FromTensor(rand(3, 4)));

    private static LayerRegionScores Scores()
    {
        var score = new SimilarityScore("rsa", 0.5, null, []);
        return new LayerRegionScores(
            Hostile, Hostile, [new ScoredLayer(Hostile, 1), new ScoredLayer("b", 2)], 2, [Hostile, "IT"], [[score, score], [score, score]]);
    }

    /// <summary>Two models that differ, one of them below the ceiling.</summary>
    private static RdmScores ModelScores()
    {
        RdmSet data = new([[1, 2, 3, 4, 5, 6.1], [1.1, 2, 3, 4, 5.2, 6], [1, 2.1, 3, 4.2, 5, 6], [1, 2, 3.1, 4, 5, 6.2]]);
        return RdmEvaluation.Fixed(
            [new FixedRdmModel(Hostile, data.Select([0])), new FixedRdmModel("b", new RdmSet([[6, 1, 4, 3, 2, 5]]))], data,
                RdmComparator.Cosine);
    }

    /// <summary>One of every view, with labels that would do harm if they were not escaped.</summary>
    private static SteeredView Steered()
    {
        var kind = FigureControl.Choice("ViewTestsKind", Hostile, [Hostile, "b"], "b");
        var factor = FigureControl.Slider("ViewTestsFactor", Hostile, [1, 2], 2);
        return new([kind, factor],
            at => new CurveView(Hostile, Hostile, Hostile, [new Curve(at.NameOf(kind), [0, 1], [0, at[factor]])]));
    }

    internal static Dictionary<string, View> Views()
    {
        var confusion = new ConfusionMatrix(["a", Hostile]);
        confusion.Add(0, 0);
        confusion.Add(1, 0);
        using var matrix = rand(4, 5);
        using var spikes = rand(6, 7).lt(0.4);
        using var images = rand(3, 1, 4, 4);
        using var psth = Psth.Around([new NeuralUnit(1, null, [0.05, 1.05])], new[] { 0.0, 1.0 }, 0, 0.1, 2);
        using var network = nn.Sequential((Hostile, nn.Linear(2, 3)));
        return new Dictionary<string, View>
        {
            ["tensor"] = matrix.Show(),
            ["tensor of four axes"] = rand(3, 2, 4, 5).Show(Hostile, "C", "H", "W"),
            ["line"] = rand(50).Show(Hostile),
            ["tensor over time"] = rand(3, 4, 5).Show("T", Hostile, "W"),
            ["raster"] = spikes.ShowRaster(Hostile),
            ["raster as a picture"] = rand(300, 200).lt(0.5).ShowRaster(Hostile),
            ["trace"] = new NeuronTrace([0.5, 2], [0.25, 1.1], [0.25, 0], [0, 1], 1, 0).Show(Hostile),
            ["history"] = new TrainingHistory([new EpochResult(1, 0.5, 0.6, 0.7, 1), new EpochResult(2, 0.4, 0.7, 0.8, 1)], false).Show(),
            ["history with a gap"] = new TrainingHistory(
                [new EpochResult(1, 0.5, 0.6, 0.7, 1), new EpochResult(2, double.NaN, 0.7, 0.8, 1)], false).Show(),
            ["confusion"] = confusion.Show(),
            ["images"] = images.ShowImages([Hostile, "b", "c"]),
            ["portrait"] = PhasePortrait.Of(new LIFNode(2), [0, 0.5], -1, 2).Show(Hostile),
            ["surrogates"] = new Surrogate[] { new ATan(), new SuperSpike() }.Show(),
            ["scores of models"] = ModelScores().Show(Hostile),
            ["table"] = new TableView(Hostile, ["a", Hostile], [["1", Hostile]]),
            ["curves"] = new CurveView(Hostile, Hostile, "y", [new Curve(Hostile, [1, 2], [3, 40])], logarithmic: true),
            ["trials"] = new TrialSummary[] { Trial(Hostile, [0.9, 0.95], [0.91, 0.97]), Trial("b", [0.8]) }.Show(Hostile, 1, 5),
            ["robustness"] = new[] { (Hostile, new RobustnessMap([0, 1], [2, 3, 4], new double[2, 3])),
                ("b", new RobustnessMap([0, 1], [2, 3, 4], new double[2, 3])) }.Show(Hostile, "c", Hostile),
            ["conductances"] = new ConductanceHistory([1e-6, 2e-6, 3e-6], [[0.5, 0.5], [0.1, 0.9]]).Show(Hostile),
            ["events"] = Recording().Show(Hostile),
            ["cloud"] = Recording().ShowCloud(Hostile),
            ["film"] = ones(3, 2, 4, 5).ShowFilm(Hostile),
            ["groups"] = spikes.ShowRaster(Hostile, groups: [.. Enumerable.Repeat(Hostile, 7)]),
            ["intervals"] = spikes.ShowIntervals(Hostile),
            ["psth"] = new[] { (Hostile, psth) }.Show(title: Hostile),
            ["summary"] = network.ShowSummary(),
            ["parameters"] = network.ShowParameters(),
            ["kit"] = Kit.Start(),
            ["maps"] = rand(3, 2, 4, 5).ShowOverTime(Hostile),
            ["features"] = NeuronNetwork().ShowFeatureMaps(rand([3, 1, 2, 4, 4]), Layer),
            ["tuning"] = new[] { TuningCurve.Of(Hostile, [0, 0, 90], [1, 3, 4]) }.Show(Hostile, Hostile, Hostile),
            ["reconstruction"] = ones(5, 2).ShowAgainst(rand(5, 2), Hostile, [Hostile, "b"], Hostile),
            ["dissimilarity"] = new[] { (Hostile, Rdm()), ("b", Rdm()) }.Show(Hostile, [Hostile, "b", Hostile]),
            ["scores"] = Scores().Show(Hostile),
            ["depths"] = new[] { Scores() }.ShowBestDepths(Hostile),
            ["exercise"] = Interactive.Exercises.Exercise.Check("views-show-it", 1),
            ["steered"] = Steered(),
            ["linked"] = new LinkedView(LinkedTrialsOf.Parting(Hostile, "b"), Hostile),
            ["trajectories"] = rand(2, 5, 4).ShowTrajectories(Hostile, [Hostile, "b"]),
            ["frame"] = new Microsoft.Data.Analysis.DataFrame(new Microsoft.Data.Analysis.StringDataFrameColumn(Hostile, [Hostile])).Show(),
            ["results"] = new ReproducedResult[] { new(Hostile, "1", null, Hostile) }.Show(),
        };
    }
}
