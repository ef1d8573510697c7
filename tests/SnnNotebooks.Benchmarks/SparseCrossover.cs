using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Benchmarks.Peers;
using SnnNotebooks.Deployment;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>sparse</c>: at which firing rate of its input does a layer with its IF neurons run faster by events
/// (<see cref="EventNetwork"/>) than dense (the layer over all T = 16 steps at once, by the kit's tables of sums where it takes them and by
/// libtorch else, then the fused neuron)? One sample, and for dense also a batch of 32, which shares each weight that is read. One thread;
/// medians of one process, dense and events in turns.
/// </summary>
internal static class SparseCrossover
{
    private const string Picture =
        "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"../docs/pictures/sparse-dark.png\"><img alt=\"Microseconds over "
        + "the firing rate, four layers: those by events grow and cross those of the dense layer\" "
        + "src=\"../docs/pictures/sparse-light.png\"></picture>"; // made by `sparse-figure`

    private const string DensePeer = "this kit, dense: `SpikeLayers` or libtorch 2.10.0, and the fused neuron";
    private const int Steps = 16;
    private const int Batch = 32;
    private static readonly double[] Rates = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

    /// <summary>Measures, prints, and where a file is named writes the table there as a question of <c>results</c>.</summary>
    public static int Run(string? file)
    {
        set_num_threads(1);
        var machine = PeerMachine.Describe(1);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (name, shape, make) in Layers())
        {
            foreach (var rate in Rates)
            {
                rows.Add(Row(name, shape, make, rate));
                Console.WriteLine(string.Join(" | ", rows[^1]));
            }
        }

        if (file is not null)
        {
            Question().Save(file);
        }

        return 0;

        Question Question() => new(
            "How fast it is: inference by events against dense layers",
            [
                "A layer and its IF neurons, T = 16, float32; by events a step costs what its spikes cost, dense it costs about the "
                + "same at every rate: by tables of sums (`SpikeLayers`) where the kit takes them, by libtorch else. Microseconds for a "
                + "sample and a step. Spikes are drawn independently. Above 1 in a last column, events win.",
                Picture,
            ],
            [
                Table(
                    null,
                    [
                        new("layer"), new("input fires"), new("events"), new("events, 8 bits"), new("dense, one sample"),
                        new("dense, 32 samples"),
                        new("dense / events, one sample", DensePeer), new("dense / events, 32 samples", $"{DensePeer}, 32 samples at once"),
                    ],
                    rows),
                Table(
                    "Events win where fewer inputs fire than:",
                    [new("layer"), new("against one sample"), new("against 32 samples")],
                    [
                        .. rows.GroupBy(row => row[0]).Select(layer => (IReadOnlyList<string>)
                        [
                            layer.Key, SparseCrossing.Text([.. layer], SparseCrossing.OneSample),
                            SparseCrossing.Text([.. layer], SparseCrossing.ManySamples),
                        ]),
                    ]),
            ],
            [],
            []);

        MeasuredTable Table(string? text, IReadOnlyList<MeasuredColumn> columns, IReadOnlyList<IReadOnlyList<string>> cells) => new(
            "dotnet run -c Release --project tests/SnnNotebooks.Benchmarks -- sparse FILE",
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, text, columns, cells);
    }

    private static IEnumerable<(string Name, long[] Shape, Func<nn.Module<Tensor, Tensor>> Make)> Layers()
    {
        yield return ("convolution 3 x 3, 32 to 32 maps of 32 x 32", [32, 32, 32], () => nn.Conv2d(32, 32, 3, padding: 1));
        yield return ("convolution 3 x 3, 128 to 128 maps of 16 x 16", [128, 16, 16], () => nn.Conv2d(128, 128, 3, padding: 1));
        yield return ("dense, 784 to 512", [784], () => nn.Linear(784, 512));
        yield return ("dense, 4,096 to 4,096", [4096], () => nn.Linear(4096, 4096));
    }

    private static string[] Row(string name, long[] shape, Func<nn.Module<Tensor, Tensor>> make, double rate)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(1);
        using var network = nn.Sequential(("layer", new OverTime(make())), ("neurons", new IFNode()));
        network.eval();
        var graph = NirExporter.Export(network, shape, new NirExportOptions(AnnotateSoftReset: true));
        var (floats, bytes) = (EventNetwork.From(graph, new NirOptions(1e-3)), EventNetwork.From(graph, new NirOptions(1e-3), 8));
        var many = rand([Steps, Batch, .. shape]).lt(rate).to(ScalarType.Float32);
        var one = many.slice(1, 0, 1, 1).contiguous();
        var fired = one.unbind(0).Select(step => step.flatten().nonzero().flatten().data<long>().Select(place => (int)place).ToArray())
            .ToArray();
        var ways = new Action[] { () => Events(floats), () => Events(bytes), () => Dense(one), () => Dense(many) };
        var found = Medians(ways);
        found[3] /= Batch;
        return [name, Text($"{100 * rate:0} %"), .. found.Select(time => Text($"{time:0.0}")),
            Text($"{found[2] / found[0]:0.00}"), Text($"{found[3] / found[0]:0.00}")];

        void Events(EventNetwork deployed)
        {
            deployed.Reset();
            foreach (var step in fired)
            {
                deployed.Step(step);
            }
        }

        void Dense(Tensor input)
        {
            using var each = NewDisposeScope();
            network.call(input);
            Functional.Reset(network);
        }
    }

    /// <summary>Median microseconds of a step, each way in turn: a hundred rounds, or what two seconds allow.</summary>
    private static double[] Medians(Action[] ways)
    {
        var times = ways.Select(_ => new List<double>()).ToArray();
        var whole = Stopwatch.StartNew();
        for (var round = -5; round < 100 && (round < 10 || whole.Elapsed.TotalSeconds < 2); round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var start = Stopwatch.GetTimestamp();
                ways[way]();
                if (round >= 0)
                {
                    times[way].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Steps);
                }
            }
        }

        return [.. times.Select(all => all.Order().ElementAt(all.Count / 2))];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
