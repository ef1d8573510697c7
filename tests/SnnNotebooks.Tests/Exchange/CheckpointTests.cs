using System.Diagnostics;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

public sealed class CheckpointTests
{
    /// <summary>The first two bytes of safetensors are part of a length, and may be the letters with which zip archives begin.</summary>
    [Fact]
    public void A_safetensors_file_may_begin_with_the_letters_of_a_zip_archive()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.safetensors");
        var header = """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight('P' + ('K' << 8));
        File.WriteAllBytes(
            path, [.. BitConverter.GetBytes((long)header.Length), .. header.Select(c => (byte)c), .. BitConverter.GetBytes(2.5f)]);

        using var read = Checkpoint.Read(path);

        Assert.Equal(2.5f, Assert.Single(read.Tensors).Value.item<float>());
    }

    private const string Torch = "/usr/lib/python3/dist-packages/torch/__init__.py";

    // every file's tensors as PyTorch sees them, and files that must be refused
    private const string Script = """
        import argparse, collections, json, os, pickle, sys
        import numpy as np
        import torch
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(4, 2))
        weights = model.state_dict()
        expected = {}
        def save(name, thing, tensors, **options):
            torch.save(thing, name, **options)
            expected[name] = {k: {'shape': list(v.shape), 'values': v.double().flatten().tolist()} for k, v in tensors.items()}
        for protocol in (2, 3, 4, 5):
            save(f'zip{protocol}.pt', weights, weights, pickle_protocol=protocol)
            save(f'old{protocol}.pt', weights, weights, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
        types = {str(d)[6:]: torch.arange(6).reshape(2, 3).to(d) for d in (
            torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)}
        base = torch.arange(24.).reshape(4, 6)
        types.update(flag=torch.tensor([True, False, True]), one=torch.tensor(3.5), none=torch.zeros(0, 3),
                     view=base[1:3, ::2], turned=base.t(),
                     expanded=torch.arange(3.).unsqueeze(0).expand(5, 3), parameter=torch.nn.Parameter(torch.ones(2)), tied=base)
        save('types.pth', types, types)
        save('types_old.pth', types, types, _use_new_zipfile_serialization=False)
        training = {'epoch': 3, 'state_dict': weights, 'best': np.float64(93.25), 'steps': np.int64(5),
                    'optimizer': torch.optim.AdamW(model.parameters()).state_dict(),
                    'big': 2 ** 80, 'seen': {1, 2}, 'mixed': (1, None, True, 'x')}
        save('training.pt', training, weights)
        save('arguments.pt', {'model': weights, 'args': argparse.Namespace(lr=1e-3, name='x', sizes=[1, 2]),
                              'curve': np.arange(3.)}, weights)
        arrays = {'a': np.arange(6.).reshape(2, 3), 'turned': np.asfortranarray(np.arange(6).reshape(2, 3)),
                  'big': np.arange(4, dtype='>i4'), 'half': np.ones(2, 'f2'),
                  'flag': np.array([True, False]), 'one': np.array(2.5, 'f4'), 'none': np.zeros((0, 3), 'i2'),
                  'bytes': np.arange(5, dtype='u1')}
        native = {k: np.ascontiguousarray(v.astype(v.dtype.newbyteorder('='))) for k, v in arrays.items()}
        described = {k: torch.from_numpy(v).reshape(arrays[k].shape) for k, v in native.items()}
        for protocol in (2, 4, 5):
            save(f'arrays{protocol}.pt', arrays, described, pickle_protocol=protocol)
            save(f'arrays_old{protocol}.pt', arrays, described, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
        save('others.pt', {'w': base, 'names': np.array(['x', 'yy']), 'objects': np.array([{}, None], object),
                           'rng': np.random.get_state()}, {'w': base})
        filled = collections.defaultdict(list, {'w': base, 'inner': collections.defaultdict(dict, {'v': base})})
        save('default.pt', filled, {'w': base, 'inner.v': base})
        # as timm writes them
        timm = {'epoch': 3, 'arch': 'net', 'state_dict': weights, 'optimizer': {}, 'version': 2,
                'args': argparse.Namespace(lr=0.5, name='x', more=[1, 2]), 'metric': 93.5}
        counted = collections.defaultdict(int, timm)
        for protocol in (2, 4):
            save(f'timm{protocol}.pt', timm, weights, pickle_protocol=protocol)
            save(f'counted{protocol}.pt', counted, weights, pickle_protocol=protocol)
        save('bare.pt', argparse.Namespace(a=weights['0.weight'], inner=argparse.Namespace(b=weights['0.bias'])),
             {'a': weights['0.weight'], 'inner.b': weights['0.bias']})
        loop = argparse.Namespace()
        loop.self = loop
        class Evil:
            def __reduce__(self):
                return (os.system, ('touch HACKED',))
        for name, thing in dict(evil={'a': Evil()}, namespace={'state_dict': weights, 'args': argparse.Namespace(lr=Evil())},
                                factory=collections.defaultdict(os.getpid), loop={'state_dict': loop},
                                objects={'a': np.array([Evil()], object)}, module=model).items():
            torch.save(thing, name + '.bad')
        # small files that ask for much: a text turned into bytes a hundred thousand times, the axes of a tensor likewise, long numbers,
        # arrays without their bytes
        head = b''.join(pickle.dumps(thing, 2) for thing in (119547037146038801333356, 1001, {'little_endian': True}))
        text, array = lambda n: b'X' + n.to_bytes(4, 'little'), b'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n(K\x00tC\x01b\x87R'
        def raw(name, body):
            open(name + '.raw', 'wb').write(head + b'\x80\x02' + body + b'.' + pickle.dumps([], 2))
        raw('encode', text(1 << 20) + b'a' * (1 << 20) + b'q\x000' + text(6) + b'latin1q\x010c_codecs\nencode\nq\x020('
            + b'h\x02h\x00h\x01\x86R' * 100000 + b'l')
        raw('pairs', b'(' + b'N' * (1 << 20) + b'lq\x000ccollections\nOrderedDict\nq\x010(' + b'h\x01h\x00\x85R' * 1000 + b'l')
        raw('axes', b'(' + b'K\x01' * 100 + b'tq\x000' + array + b'(K\x01h\x00cnumpy\ndtype\n' + text(2) + b'f8\x85R\x89C\x00tb')
        raw('digits', b'L' + b'9' * 5000000 + b'L\n')
        raw('long', b'\x8b' + (5000000).to_bytes(4, 'little') + b'\x7f' * 5000000)
        raw('short', array + b'(K\x01(M\xff\xffM\xff\xfftcnumpy\ndtype\n' + text(2) + b'f8\x85R\x89C\x08abcdefghtb')
        raw('state', array + b'K\x01b')
        raw('spaces', b'cargparse\nNamespace\n)R(lb')
        json.dump(expected, open('expected.json', 'w'))
        """;

    [NeedsToolTheory(Torch, "python3-torch")]
    [InlineData("{'module.' + key: value for key, value in own.items()}", null)]
    [InlineData("{'_orig_mod.' + key: value for key, value in own.items()}", null)]
    [InlineData("{'model': {'module._orig_mod.' + key: value for key, value in own.items()}, 'epoch': 3}", null)]
    [InlineData("{'state_dict_ema': own, 'epoch': 3}", null)]
    [InlineData("dict(state_dict=own, state_dict_ema={key: value * 2 for key, value in own.items()})", "(file['state_dict_ema'], ")]
    public void Weights_are_found_in_what_training_scripts_save_around_them(string saved, string? remark)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(("conv", nn.Conv2d(2, 3, 3)), ("head", nn.Linear(3, 2)));
        using var own = Checkpoint.Of(network);
        own.WritePyTorch(folder.File("own.pt"));
        var start = new ProcessStartInfo(
            "/usr/bin/python3", ["-c", $"import torch; own = torch.load('own.pt'); torch.save({saved}, 'saved.pt')"])
            { WorkingDirectory = folder.Path };
        using (var process = Process.Start(start)!)
        {
            process.WaitForExit();
        }

        using var other = nn.Sequential(("conv", nn.Conv2d(2, 3, 3)), ("head", nn.Linear(3, 2)));
        using var read = Checkpoint.Read(folder.File("saved.pt"));
        Assert.True(read.LoadInto(other).IsComplete);
        Assert.Equal(network.state_dict().Values.Select(value => value.bytes.ToArray()),
            other.state_dict().Values.Select(value => value.bytes.ToArray()));
        Assert.Equal(remark is not null, read.Remarks.Any(line => line.Contains(remark ?? "running average", StringComparison.Ordinal)));
    }

    [NeedsToolFact(Torch, "python3-torch")]
    public void PyTorch_loads_what_the_kit_writes_as_its_files()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(
            ("conv", nn.Conv2d(2, 3, 3)), ("norm", nn.BatchNorm2d(3)), ("head", nn.Linear(3, 2)));
        network.register_buffer("half", tensor(new[] { 0.5f, -2 }).to(ScalarType.Float16));
        network.register_buffer("none", zeros(0, 4, dtype: ScalarType.Int32));
        using var checkpoint = Checkpoint.Of(network);
        checkpoint.WritePyTorch(folder.File("w.pt"));
        File.WriteAllText(folder.File("load.py"), """
            import json, torch
            weights = torch.load('w.pt')
            rows = [[key, str(value.dtype)[6:], list(value.shape), float(value.double().sum())] for key, value in weights.items()]
            print(json.dumps(rows))
            """);
        var start = new ProcessStartInfo("/usr/bin/python3", "load.py") { WorkingDirectory = folder.Path, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        var loaded = JsonSerializer.Deserialize<JsonElement[][]>(output)!;
        Assert.Equal(checkpoint.Tensors.Select(entry => entry.Key), loaded.Select(entry => entry[0].GetString()));
        Assert.All(checkpoint.Tensors.Zip(loaded), pair =>
        {
            Assert.Equal(pair.First.Value.dtype.ToString().ToLowerInvariant(), pair.Second[1].GetString());
            Assert.Equal(pair.First.Value.shape, pair.Second[2].EnumerateArray().Select(axis => axis.GetInt64()));
            Assert.Equal(pair.First.Value.to(ScalarType.Float64).sum().item<double>(), pair.Second[3].GetDouble(), 12);
        });
    }

    [NeedsToolFact(Torch, "python3-torch")]
    public void PyTorch_files_hold_what_PyTorch_put_there()
    {
        using var folder = new TemporaryFolder();
        Python(folder);
        using var expected = JsonDocument.Parse(File.ReadAllText(folder.File("expected.json")));
        foreach (var file in expected.RootElement.EnumerateObject())
        {
            using var read = Checkpoint.Read(folder.File(file.Name));
            Same(file.Value, read, file.Name);

            read.Write(folder.File("again.safetensors"));
            using var again = Checkpoint.Read(folder.File("again.safetensors"));
            Same(file.Value, again, file.Name + " as safetensors");
        }

        using (var arguments = Checkpoint.Read(folder.File("arguments.pt")))
        {
            Assert.Equal(
                ["weights are those of the entry model", "args.lr: 0.001", "args.name: x", "args.sizes: a container, not read",
                    "curve: a NumPy array [3] of f8, not read"],
                arguments.Remarks);
        }

        using (var others = Checkpoint.Read(folder.File("others.pt")))
        {
            Assert.Contains("names: a NumPy array [2] of U2, not read", others.Remarks);
            Assert.Contains("objects: a NumPy array [2] of objects, not read", others.Remarks);
            Assert.Contains("rng.1: a NumPy array [624] of u4, not read", others.Remarks);
        }

        foreach (var (name, refused) in new[]
        {
            ("evil", "posix.system"), ("namespace", "posix.system"), ("factory", "posix.getpid"), ("objects", "posix.system"),
            ("module", "torch.nn.modules.container.Sequential"),
        })
        {
            var failure = Assert.Throws<CheckpointException>(() => Checkpoint.Read(folder.File(name + ".bad")));
            Assert.Contains(refused, failure.Message, StringComparison.Ordinal);
            Assert.Contains("state_dict", failure.Message, StringComparison.Ordinal);
        }

        foreach (var (name, refused) in new[]
        {
            ("encode", "bytes of memory more"), ("pairs", "(damaged)"), ("axes", "has 100 axes"), ("digits", "digits"),
            ("long", "bytes long"),
            ("short", "has 8 bytes (damaged)"), ("state", "(damaged)"), ("spaces", "(damaged)"),
        })
        {
            var failure = Assert.Throws<CheckpointException>(() => Checkpoint.Read(folder.File(name + ".raw")));
            Assert.True(failure.Message.Contains(refused, StringComparison.Ordinal), $"{name}: {failure.Message}");
        }

        Assert.Contains("deep", Assert.Throws<CheckpointException>(() => Checkpoint.Read(folder.File("loop.bad"))).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("HACKED")));
        Damage(folder.File("arrays2.pt"), folder);
        Damage(folder.File("arrays_old5.pt"), folder);
        Damage(folder.File("types.pth"), folder);
        Damage(folder.File("types_old.pth"), folder);
    }

    [SharedFact("data/snn_checkpoints/pth")]
    public void Published_checkpoints_are_read_or_refused_by_name()
    {
        var tensors = new Dictionary<string, int>();
        foreach (var path in Directory.EnumerateFiles(Repository.SharedPath("data/snn_checkpoints/pth")!))
        {
            try
            {
                using var checkpoint = Checkpoint.Read(path);
                tensors[Path.GetFileName(path)] = checkpoint.Tensors.Count;
            }
            catch (CheckpointException refused)
            {
                Assert.Contains("refers to", refused.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(9, tensors.Count);
        Assert.Equal(4, tensors["slayer_oxfordNet.pt"]);
        Assert.Equal(5, tensors["sinabs_mnist_params.pt"]);
        Assert.Equal(16, tensors["nir_braille_model_noDelay_bias_ref_zero.pt"]);
    }

    [Fact]
    public void Weights_and_dynamics_survive_a_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("net.safetensors");
        using var first = Small(tau: 2.0);
        using var input = randn(2, 3, 32, 32);
        using (var saved = Checkpoint.Of(first, timeSteps: 2))
        {
            saved.Write(path);
        }

        using var second = Small(tau: 3.0);
        using var read = Checkpoint.Read(path);
        var report = read.LoadInto(second);

        Assert.True(report.IsComplete);
        Assert.Equal("2", read.Metadata["snn.time_steps"]);
        Assert.Contains(report.Dynamics,
            line => line.Contains("tau 3", StringComparison.Ordinal) && line.Contains("had 2", StringComparison.Ordinal));
        using var third = Small(tau: 2.0);
        Assert.Empty(read.LoadInto(third).Dynamics);
        first.eval();
        third.eval();
        using var a = first.call(input);
        using var b = third.call(input);
        Assert.True(a.equal(b).all().item<bool>());
    }

    [Fact]
    public void What_does_not_fit_is_listed_and_changes_nothing_unless_asked_for()
    {
        using var ten = Small(2.0);
        using var twenty = new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 32, 4, 1, 20, 2));
        using var checkpoint = Checkpoint.Of(ten);
        var before = twenty.named_parameters().First().parameter.clone();

        var failure = Assert.Throws<CheckpointException>(() => checkpoint.LoadInto(twenty));
        Assert.Contains("head.weight is [10, 32], expected [20, 32]", failure.Message, StringComparison.Ordinal);
        Assert.True(before.equal(twenty.named_parameters().First().parameter).all().item<bool>());

        var report = checkpoint.LoadInto(twenty, strict: false);
        Assert.Equal(2, report.Shapes.Count);
        Assert.False(report.IsComplete);
        Assert.True(checkpoint.Tensors[0].Value.equal(twenty.named_parameters().First().parameter).all().item<bool>());
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "cut short")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}", 8, "does not fit")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2,-1],\"data_offsets\":[0,8]}}", 8, "does not fit")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8, "F8_E4M3")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", 6, "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "twice")]
    [InlineData("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "neither 0 nor 1")]
    [InlineData("{\"a\":[]}", 0, "object")]
    [InlineData("{nonsense", 0, "no JSON")]
    [InlineData("{\"\u00ff\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no UTF-8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\u00e9\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no UTF-8")]
    [InlineData("{\"__metadata__\":{\"k\":\"\u00fc\"}}", 0, "no UTF-8")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no Unicode")]
    [InlineData("{\"a\":{\"dtype\":\"\\udc00\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no Unicode")]
    [InlineData("{\"__metadata__\":{\"k\":\"\\ud83d\"}}", 0, "no Unicode")]
    public void Damaged_safetensors_files_are_refused(string header, int bytes, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("bad.safetensors");
        using (var file = File.Create(path))
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(System.Text.Encoding.Latin1.GetBytes(header));
            file.Write(Enumerable.Repeat((byte)7, bytes).ToArray());
        }

        var failure = Assert.Throws<CheckpointException>(() => Checkpoint.Read(path));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_and_nothing_are_refused()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            File.WriteAllBytes(folder.File("x"), bytes);
            Assert.Throws<CheckpointException>(() => Checkpoint.Read(folder.File("x")));
        }
    }

    private static Spikformer Small(double tau) =>
        new(new SpikformerOptions(SpikformerVariant.Cifar, 32, 4, 1, 10, 2, Neurons: new(tau)));

    private static void Python(TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("make.py"), Script);
        using var python = Process.Start(
            new ProcessStartInfo("/usr/bin/python3", "make.py") { WorkingDirectory = folder.Path, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
    }

    private static void Same(JsonElement expected, Checkpoint read, string name)
    {
        Assert.Equal(expected.EnumerateObject().Select(entry => entry.Name), read.Tensors.Select(entry => entry.Key));
        foreach (var (key, value) in read.Tensors)
        {
            using var scope = NewDisposeScope();
            var entry = expected.GetProperty(key);
            Assert.Equal(entry.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64()), value.shape);
            double[] values = value.numel() == 0 ? [] : value.to(ScalarType.Float64).contiguous().data<double>().ToArray();
            Assert.True(values.SequenceEqual(entry.GetProperty("values").EnumerateArray().Select(item => item.GetDouble())),
                $"{name}: {key}");
        }
    }

    /// <summary>Whatever is changed or cut off, a reader gives a checkpoint or the one exception, and no wrong memory.</summary>
    private static void Damage(string path, TemporaryFolder folder)
    {
        var whole = File.ReadAllBytes(path);
        var random = new Random(2);
        var target = folder.File("damaged");
        for (var i = 0; i < 400; i++)
        {
            var bytes = i % 4 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (var change = random.Next(4); change >= 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 3000))] = (byte)random.Next(256);
            }

            File.WriteAllBytes(target, bytes);
            try
            {
                Checkpoint.Read(target).Dispose();
            }
            catch (CheckpointException)
            {
                // refused: as it should be
            }
        }
    }
}
