using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

public sealed class NirTests
{
    private static readonly NirOptions Millisecond = new(1e-3);

    [SharedFact("data/snn_checkpoints/nir")]
    public void Published_graphs_have_the_nodes_and_edges_their_readme_counts()
    {
        foreach (var (file, nodes, edges) in new[] { ("cnn_sinabs", 15, 14), ("braille_noDelay_bias_zero", 7, 7),
            ("braille_noDelay_bias_zero_subgraph", 6, 5), ("lif_norse", 4, 3), ("two_lif_neurons", 6, 5) })
        {
            var graph = NirFile.Read(Published(file));
            Assert.Equal((nodes, edges), (graph.Nodes.Count, graph.Edges.Count));
        }
    }

    [SharedFact("data/snn_checkpoints/nir")]
    public void A_published_LIF_fires_when_the_other_simulators_say()
    {
        using var scope = NewDisposeScope();
        var trace = File.ReadAllLines(Repository.SharedPath("data/snn_checkpoints/nir/lif_norse.csv")!).Select(
            line => line.Split(',').Select(n => float.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray()).ToArray();
        using var network = new NirNetwork(NirFile.Read(Published("lif_norse")), new NirOptions(1e-4));
        var spikes = network.call(tensor(trace.Select(row => row[0]).ToArray()).reshape(-1, 1)).data<float>().ToArray();
        Assert.Equal(trace.Select(row => row[2]).ToArray(), spikes);
    }

    [SharedFact("data/snn_checkpoints/nir")]
    public void A_cycle_through_a_neuron_carries_the_step_before_and_nothing_else_is_delayed()
    {
        using var network = new NirNetwork(NirFile.Read(Published("braille_noDelay_bias_zero")), new NirOptions(1e-4));
        Assert.Equal([("lif1.lif", "lif1.w_rec")], network.Feedback);
        using var scope = NewDisposeScope();
        Assert.Equal([40, 7], network.call((rand(40, 12) < 0.3).to(ScalarType.Float32)).shape);
    }

    [SharedFact("data/snn_checkpoints/nir")]
    public void The_published_subgraph_whose_edges_name_a_missing_node_is_refused()
    {
        var graph = NirFile.Read(Published("braille_noDelay_bias_zero_subgraph"));
        var refused = Assert.Throws<NirException>(() => new NirNetwork(graph, Millisecond));
        Assert.Contains("lif1/lif that is not there", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_that_go_out_and_come_in_again_fire_the_same_spikes()
    {
        using var folder = new TemporaryFolder();
        var fired = 0;
        for (var seed = 0; seed < 24; seed++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            var (network, shape) = RandomNetwork(new Random(seed));
            network.eval();
            using var off = no_grad();
            foreach (var parameter in network.parameters())
            {
                parameter.mul_(4); // so that every layer fires
            }

            var input = rand([12, 3, .. shape]) * 2;
            var expected = network.call(input);
            var options = new NirExportOptions(TimeStep: seed % 2 == 0 ? 1e-3 : 3e-4, AnnotateSoftReset: true);
            NirFile.Write(folder.File("net.nir"), NirExporter.Export(network, shape, options));
            using var back = new NirNetwork(NirFile.Read(folder.File("net.nir")), new NirOptions(options.TimeStep));
            var found = back.call(input);
            Assert.Equal(expected.shape, found.shape);
            fired += expected.sum().item<float>() > 0 ? 1 : 0;
            Assert.True(expected.equal(found).all().item<bool>(),
                $"seed {seed}: {expected.ne(found).sum().item<long>()} of {expected.numel()} spikes differ");
        }

        Assert.True(fired >= 18, $"only {fired} of 24 networks fired at all");
    }

    [Fact]
    public void A_recurrent_graph_with_delays_follows_its_equations()
    {
        // two neurons in a loop, one edge through a delay of three steps, against plain arithmetic
        const double Dt = 1e-3;
        var nodes = new Dictionary<string, NirNode>
        {
            ["input"] = Node("Input", ("shape", Integers(1))),
            ["a"] = Node("CubaLIF", ("tau_syn", Numbers(4e-3)), ("tau_mem", Numbers(5e-3)), ("r", Numbers(2)), ("v_leak", Numbers(0.125)),
                ("v_threshold", Numbers(1)), ("v_reset", Numbers(-0.25)), ("w_in", Numbers(3))),
            ["back"] = Node("Affine", ("weight", new NirArray([1, 1], [-0.5])), ("bias", Numbers(0.0625))),
            ["late"] = Node("Delay", ("delay", Numbers(3e-3))),
            ["output"] = Node("Output", ("shape", Integers(1))),
        };
        using var network = new NirNetwork(
            new NirGraph(nodes, [("input", "a"), ("a", "back"), ("back", "a"), ("a", "late"), ("late", "a"), ("late", "output")]),
            new NirOptions(Dt));
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var drive = Enumerable.Range(0, 60).Select(_ => random.NextDouble() * 1.5).ToArray();
        var found = network.call(tensor(drive).reshape(-1, 1)).data<double>().ToArray();

        var (current, v, fired) = (0.0, 0.0, new List<double>());
        for (var t = 0; t < drive.Length; t++)
        {
            double Spike(int ago) => t - ago >= 0 ? fired[t - ago] : 0;
            var x = drive[t] + (-0.5 * Spike(1)) + 0.0625 + Spike(3);
            current += ((3 * x) - current) / 4;
            v += ((2 * current) - (v - 0.125)) / 5;
            fired.Add(v > 1 ? 1 : 0);
            v = fired[t] == 1 ? -0.25 : v;
        }

        Assert.InRange(fired.Sum(), 5, 55);
        Assert.Equal(fired.Select((_, t) => t >= 3 ? fired[t - 3] : 0).ToArray(), found);
    }

    [Fact]
    public void State_goes_on_from_call_to_call_until_reset()
    {
        using var scope = NewDisposeScope();
        var nodes = new Dictionary<string, NirNode>
        {
            ["input"] = Node("Input", ("shape", Integers(2))),
            ["n"] = Node("LI", ("tau", Numbers(5e-3, 7e-3)), ("r", Numbers(1, 1)), ("v_leak", Numbers(0, 0))),
            ["output"] = Node("Output", ("shape", Integers(2))),
        };
        using var network = new NirNetwork(new NirGraph(nodes, [("input", "n"), ("n", "output")]), Millisecond);
        var input = rand(8, 2, dtype: ScalarType.Float64);
        var whole = network.call(input);
        network.Reset();
        var halves = cat([network.call(input[..4]), network.call(input[4..])]);
        Assert.True(whole.equal(halves).all().item<bool>());
        network.Reset();
        Assert.True(whole.equal(network.call(input)).all().item<bool>());
    }

    [Fact]
    public void What_cannot_be_expressed_is_refused_by_name()
    {
        using var soft = new OverTime(nn.Linear(3, 2));
        using var network = nn.Sequential(("lin", soft), ("soft", new IFNode(reset: null)));
        Assert.Contains("subtraction", Assert.Throws<NirException>(() => NirExporter.Export(network, [3], new())).Message,
            StringComparison.Ordinal);
        using var pooled = new OverTime(nn.MaxPool2d(2));
        Assert.Contains("MaxPool2d", Assert.Throws<NirException>(() => NirExporter.Export(pooled, [1, 4, 4], new())).Message,
            StringComparison.Ordinal);
        using var misfit = new OverTime(nn.Linear(3, 2));
        Assert.Contains("[4]", Assert.Throws<NirException>(() => NirExporter.Export(misfit, [4], new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Graphs_that_make_no_sense_are_refused_with_the_node_named()
    {
        var input = Node("Input", ("shape", Integers(2)));
        var output = Node("Output", ("shape", Integers(2)));
        var neuron = Node("IF", ("r", Numbers(1, 1)), ("v_threshold", Numbers(1, 1)));
        NirNode Scale(params double[] values) => Node("Scale", ("scale", Numbers(values)));
        string Refused(Dictionary<string, NirNode> nodes, params (string, string)[] edges) =>
            Assert.Throws<NirException>(() => new NirNetwork(new NirGraph(nodes, edges), Millisecond)).Message;

        Assert.Contains("depends on itself",
            Refused(new() { ["input"] = input, ["a"] = Scale(1, 1), ["b"] = Scale(1, 1), ["output"] = output }, ("input", "a"), ("a", "b"),
                ("b", "a"), ("b", "output")), StringComparison.Ordinal);
        Assert.Contains("not there", Refused(new() { ["input"] = input, ["output"] = output }, ("input", "nowhere")),
            StringComparison.Ordinal);
        Assert.Contains("Nothing leads to node output", Refused(new() { ["input"] = input, ["output"] = output }),
            StringComparison.Ordinal);
        Assert.Contains("Node a",
            Refused(new() { ["input"] = input, ["a"] = Scale(1, 1, 1), ["output"] = output }, ("input", "a"), ("a", "output")),
            StringComparison.Ordinal);
        Assert.Contains("0 Output", Refused(new() { ["input"] = input }), StringComparison.Ordinal);
        Assert.Contains("v_threshold",
            Refused(new() { ["input"] = input, ["n"] = Node("IF", ("r", Numbers(1, 1)), ("v_threshold", Numbers(1, 1, 1))),
                ["output"] = output }, ("input", "n"), ("n", "output")), StringComparison.Ordinal);
        Assert.Contains("shorter than the time step",
            Refused(
                new() { ["input"] = input,
                    ["n"] = Node("LI", ("tau", Numbers(1e-4, 1e-4)), ("r", Numbers(1, 1)), ("v_leak", Numbers(0, 0))),
                    ["output"] = output }, ("input", "n"), ("n", "output")), StringComparison.Ordinal);
        Assert.Contains("Sigmoid",
            Refused(new() { ["input"] = input, ["n"] = Node("Sigmoid"), ["output"] = output }, ("input", "n"), ("n", "output")),
            StringComparison.Ordinal);
        Assert.Contains("time steps",
            Refused(new() { ["input"] = input, ["n"] = Node("Delay", ("delay", Numbers(1e9, 1))), ["output"] = output }, ("input", "n"),
                ("n", "output")), StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        using var sound = new NirNetwork(
            new NirGraph(new Dictionary<string, NirNode> { ["input"] = input, ["n"] = neuron, ["output"] = output },
                [("input", "n"), ("n", "output")]), Millisecond);
        Assert.Contains("expected [T, 2]", Assert.Throws<NirException>(() => sound.call(ones(3, 5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        var nodes = new Dictionary<string, NirNode>
        {
            ["input"] = Node("Input", ("shape", Integers(2))),
            ["l"] = Node("Linear", ("weight", new NirArray([2, 2], [1.0, 2, 3, 4]))),
            ["output"] = Node("Output", ("shape", Integers(2))),
        };
        NirFile.Write(folder.File("good.nir"), new NirGraph(nodes, [("input", "l"), ("l", "output")]));
        var good = File.ReadAllBytes(folder.File("good.nir"));
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var bytes = good[..];
            if (round % 3 == 0)
            {
                bytes = good[..random.Next(good.Length)];
            }
            else
            {
                for (var i = 0; i < 4; i++)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }
            }

            File.WriteAllBytes(folder.File("bad.nir"), bytes);
            try
            {
                NirFile.Read(folder.File("bad.nir")); // a flipped bit in a weight is still a graph
            }
            catch (NirException refused)
            {
                Assert.Contains("bad.nir", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_at_once()
    {
        using var folder = new TemporaryFolder();
        var nodes = new Dictionary<string, NirNode>
        {
            ["input"] = Node("Input", ("shape", Integers(2))),
            ["output"] = Node("Output", ("shape", Integers(2))),
        };
        NirFile.Write(folder.File("good.nir"), new NirGraph(nodes, [("input", "output")]));
        var good = File.ReadAllBytes(folder.File("good.nir"));
        var cut = folder.File("cut.nir");
        Bounded.Run(
            () =>
            {
                for (var length = 0; length < good.Length; length += 7)
                {
                    File.WriteAllBytes(cut, good[..length]);
                    Assert.Contains("cut.nir", Assert.Throws<NirException>(() => NirFile.Read(cut)).Message, StringComparison.Ordinal);
                }
            },
            mostBytes: 2L << 30);
    }

    [SharedFact("cases/hostile/endless.nir")]
    public void What_a_file_says_to_hold_is_checked_against_its_length_and_followed_to_an_end()
    {
        foreach (var (name, said) in new[] { ("endless", "endless.nir"), ("declares-much", "impossible for a file of"),
            ("edge-without-name", "has no name at one of its ends") })
        {
            var path = Repository.SharedPath($"cases/hostile/{name}.nir")!;
            Bounded.Run(
                () => Assert.Contains(said, Assert.Throws<NirException>(() => NirFile.Read(path)).Message, StringComparison.Ordinal),
                mostBytes: 64 << 20);
        }
    }

    private static string Published(string name) => Repository.SharedPath($"data/snn_checkpoints/nir/{name}.nir")!;

    [Fact]
    public void Names_that_HDF5_cannot_hold_are_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "", ".", "/", "a/b", "./a", "/a", "a/", "a\0b", "half of a pair \ud800" })
        {
            var note = new Dictionary<string, NirValue> { [name] = new NirText("x") };
            foreach (var graph in new[] { Doubling(name), Doubling("outer", Doubling(name)), Doubling("noted") with { Metadata = note } })
            {
                Assert.Contains("HDF5 names", Assert.Throws<NirException>(() => NirFile.Write(folder.File("net.nir"), graph)).Message,
                    StringComparison.Ordinal);
                Assert.False(File.Exists(folder.File("net.nir")));
            }
        }
    }

    [NeedsToolFact("/usr/lib/python3/dist-packages/h5py/__init__.py", "python3-h5py")]
    public void Names_that_are_written_are_read_by_the_reference_library()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["conv.0", "a b", "..", "größe", "神経", "a\\b", "\U0001F9E0", "-", "type", "nodes"];
        for (var i = 0; i < names.Length; i++)
        {
            NirFile.Write(folder.File($"{i}.nir"), Doubling(names[i]));
            Assert.Contains(names[i], NirFile.Read(folder.File($"{i}.nir")).Nodes.Keys);
        }

        const string Script =
            "import h5py, json, sys\nfor f in sys.argv[1:]:\n  n = h5py.File(f)['node/nodes']\n  print(json.dumps([[k, "
            + "n[k]['type'][()].decode()] for k in n]))";
        using var python = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/usr/bin/python3",
                ["-c", Script, .. names.Select((_, i) => folder.File($"{i}.nir"))]) { RedirectStandardOutput = true })!;
        var lines = python.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(names.Length, lines.Length);
        for (var i = 0; i < names.Length; i++)
        {
            Assert.Contains(System.Text.Json.JsonSerializer.Deserialize<string[][]>(lines[i])!,
                pair => pair.SequenceEqual([names[i], "Linear"]));
        }
    }

    [Fact]
    public void A_flat_node_called_as_a_nested_one_is_refused_by_name()
    {
        var nodes = Doubling("a",
            Doubling("b")).Nodes.Append(KeyValuePair.Create("a/b", Node("Linear", ("weight", new NirArray([1, 1], [3.0]))))).ToDictionary();
        var graph = new NirGraph(nodes, [("input", "a"), ("a", "a/b"), ("a/b", "output")]);
        Assert.Contains("called a/b", Assert.Throws<NirException>(() => new NirNetwork(graph, Millisecond)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    public void State_of_another_batch_is_refused(int first, int second)
    {
        using var scope = NewDisposeScope();
        foreach (var node in new[]
        {
            Node("LI", ("tau", Numbers(0.01)), ("r", Numbers(1)), ("v_leak", Numbers(0))),
            Node("IF", ("r", Numbers(1)), ("v_threshold", Numbers(1))),
            Node("I", ("r", Numbers(1))),
            Node("CubaLI", ("tau_syn", Numbers(4e-3)), ("tau_mem", Numbers(5e-3)), ("r", Numbers(2)), ("v_leak", Numbers(0)),
                ("w_in", Numbers(3))),
            Node("Delay", ("delay", Numbers(3e-3))),
        })
        {
            using var network = new NirNetwork(Doubling("node", node), Millisecond);
            network.call(ones(5, first, 1));
            Assert.Contains("Functional.Reset", Assert.Throws<InvalidOperationException>(() => network.call(zeros(1, second, 1))).Message,
                StringComparison.Ordinal);
            Functional.Reset(network);
            Assert.Equal([1L, second, 1], network.call(zeros(1, second, 1)).shape);
        }
    }

    [Fact]
    public void Same_padding_with_a_stride_is_refused()
    {
        var node = Node(
            "Conv1d", ("input_shape", Integers(8)), ("weight", new NirArray([1, 1, 3], new double[3])), ("stride", new NirArray([], [2L])),
            ("padding", new NirText("same")),
            ("dilation", new NirArray([], [1L])), ("groups", new NirArray([], [1L])), ("bias", Numbers(0)));
        Assert.Contains("stride of 1", Assert.Throws<NirException>(() => NirSchema.Check("conv", node)).Message, StringComparison.Ordinal);
    }

    private static NirGraph Doubling(string name, NirNode? node = null) => new(
        new Dictionary<string, NirNode> { ["input"] = Node("Input", ("shape", Integers(1))),
            [name] = node ?? Node("Linear", ("weight", new NirArray([1, 1], [2.0]))), ["output"] = Node("Output", ("shape", Integers(1))) },
        [("input", name), (name, "output")]);

    private static NirNode Node(string type, params (string Field, NirValue Value)[] fields) =>
        new(type, fields.ToDictionary(field => field.Field, field => field.Value));

    private static NirArray Integers(params long[] values) => new([values.Length], values);

    private static NirArray Numbers(params double[] values) => new([values.Length], values);

    private static (nn.Module<Tensor, Tensor> Network, long[] Shape) RandomNetwork(Random random)
    {
        SpikingNeuron Neuron()
        {
            double? reset = random.Next(3) switch { 0 => null, 1 => 0.0, _ => -0.3 };
            return random.Next(2) == 0
                ? new IFNode(0.7 + random.NextDouble(), reset)
                : new LIFNode(1.1 + (4 * random.NextDouble()), random.Next(2) == 0, 0.3 + random.NextDouble(), reset);
        }

        if (random.Next(2) == 0)
        {
            var (inputs, hidden) = (random.Next(2, 9), random.Next(2, 9));
            return (nn.Sequential(("0", new OverTime(nn.Linear(inputs, hidden))), ("1", Neuron()),
                ("2", new OverTime(nn.Linear(hidden, 5, hasBias: false), nn.Dropout(0.3))), ("3", Neuron())), [inputs]);
        }

        var (channels, stride) = (random.Next(1, 5), random.Next(1, 3));
        return (nn.Sequential(
            ("0", new OverTime(nn.Conv2d(2, 4, 3, stride: stride, padding: 1))),
            ("1", Neuron()),
            ("2", new OverTime(nn.AvgPool2d(2), nn.Conv2d(4, channels * 2, 3, padding: 1, groups: 2))),
            ("3", Neuron()),
            ("4", new OverTime(nn.Flatten(), nn.Linear(channels * 2 * (stride == 1 ? 4 * 4 : 2 * 2), 3))),
            ("5", Neuron())), [2, 9, 8]);
    }
}
