using System.Runtime.InteropServices;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Models;
using SnnNotebooks.Neurons;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

/// <summary>What modules and networks say of an input that does not fit: a sentence of the kit's, not libtorch's.</summary>
public sealed class MisfitTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Misfits = new()
    {
        ["float64"] = x => x.to(ScalarType.Float64),
        ["bfloat16"] = x => x.to(ScalarType.BFloat16),
        ["int64"] = x => x.to(ScalarType.Int64),
        ["on another device"] = x => x.to(META),
        ["an axis less"] = x => x.select(0, 0),
        ["one axis"] = x => x.flatten(),
        ["no axis"] = x => x.sum(),
        ["an axis before"] = x => x.unsqueeze(0),
        ["an axis behind"] = x => x.unsqueeze(-1),
        ["a feature more"] = x => cat([x, x.narrow(-1, 0, 1)], -1),
        ["a channel more"] = x => x.dim() < 4 ? cat([x, x.narrow(-1, 0, 1)], -1) : cat([x, x.narrow(-3, 0, 1)], -3),
        ["no feature"] = x => x.narrow(-1, 0, 0),
        ["nothing along the first axis"] = x => x.narrow(0, 0, 0),
        ["nothing along the second axis"] = x => x.narrow(1, 0, 0),
    };

    public static TheoryData<string> Modules => [.. ModuleTable.Cases.Keys.Select(type => type.Name)];

    public static TheoryData<string> Presets => [.. ModelPresets.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_computes_what_it_is_given_or_says_what_it_takes(string name)
    {
        using var scope = NewDisposeScope();
        var made = ModuleTable.Cases.Single(entry => entry.Key.Name == name).Value;
        foreach (var (kind, misfit) in Misfits)
        {
            manual_seed(5);
            var module = made.Make();
            module.eval();
            var x = misfit(made.Input());
            AssertPlain($"{name}, {kind}", Record.Exception(() => { made.Call(module, x); }));
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_network_says_what_it_takes(string name)
    {
        using var scope = NewDisposeScope();
        var preset = ModelPresets.Get(name);
        var device = get_default_device();
        set_default_device(META); // sizes without memory: what is refused is refused before anything is computed
        try
        {
            using var network = preset.Create();
            long[] shape = [2, .. preset.InputShape];
            var channels = preset.Input is InputKind.EventFrames or InputKind.SpikeTrains ? 2 : 1;
            var fits = empty(shape);
            AssertRefused("on another device", zeros(shape, device: CPU));
            AssertRefused("float64", fits.to(ScalarType.Float64));
            AssertRefused("int64", fits.to(ScalarType.Int64));
            AssertRefused("one axis", fits.flatten());
            AssertRefused("two axes more", fits[TensorIndex.None, TensorIndex.None]);
            AssertRefused("a channel more", cat([fits, fits.narrow(channels, 0, 1)], channels));
            AssertRefused("nothing along the last axis", fits.narrow(-1, 0, 0));
            if (preset.Input is InputKind.EventFrames or InputKind.Video)
            {
                var time = preset.Input == InputKind.Video ? 2 : 1;
                AssertRefused("no step", fits.narrow(time, 0, 0));
            }

            void AssertRefused(string kind, Tensor input)
            {
                var said = Record.Exception(() => { network.call(input); });
                Assert.True(said is not null, $"{name} takes what is {kind}");
                AssertPlain($"{name}, {kind}", said, isMeta: false);
                Functional.Reset(network);
            }
        }
        finally
        {
            set_default_device(device);
        }
    }

    [Fact]
    public void A_type_or_a_device_is_told_with_what_to_do()
    {
        using var scope = NewDisposeScope();
        var layer = new OverTime(nn.Linear(3, 2), new LIFNode());
        Assert.StartsWith(
            "Linear was given Float64, and its weights are Float32; expected one type: convert the input with .to(ScalarType.Float32), or "
            + "the module with .to(ScalarType.Float64).", Said(zeros([4, 2, 3], ScalarType.Float64)), StringComparison.Ordinal);
        Assert.StartsWith(
            "Linear was given a tensor on meta, and its weights are on cpu; expected one device: move the input with .to(\"cpu\"), or the "
            + "module with .to(\"meta\").", Said(zeros([4, 2, 3], device: META)), StringComparison.Ordinal);
        Assert.StartsWith("Linear was given [4, 2, 5]; expected [T, B, ..., 3].", Said(zeros(4, 2, 5)), StringComparison.Ordinal);

        layer = new OverTime(nn.Conv2d(3, 2, 5, padding: 1), nn.BatchNorm2d(2), new LIFNode());
        Assert.StartsWith(
            "Conv2d was given [4, 2, 1, 8, 8]; expected [T, B, 3, H, W].", Said(zeros([4, 2, 1, 8, 8])), StringComparison.Ordinal);
        Assert.StartsWith(
            "Conv2d was given [4, 2, 3, 8, 2]; expected [T, B, 3, H, W] with W of at least 3.", Said(zeros([4, 2, 3, 8, 2])),
            StringComparison.Ordinal);

        string Said(Tensor input) => Assert.Throws<ArgumentException>(() => layer.call(input)).Message;
    }

    [Fact]
    public void What_a_hook_makes_of_an_input_is_not_judged_before()
    {
        using var scope = NewDisposeScope();
        var dense = nn.Linear(3, 2);
        dense.register_forward_pre_hook((_, x) => x.to(ScalarType.Float32).narrow(-1, 0, 3));
        Assert.Equal([4, 2, 2], new OverTime(dense).call(zeros([4, 2, 5], ScalarType.Float64)).shape);
    }

    [Fact]
    public void Low_types_pass_where_libtorch_takes_or_converts_them()
    {
        using var scope = NewDisposeScope();
        var norm = new OverTime(nn.BatchNorm2d(3));
        Assert.Equal(ScalarType.BFloat16, norm.call(ones([2, 2, 3, 4, 4], ScalarType.BFloat16)).dtype);
        if (Autocast.IsAvailable)
        {
            using var autocast = new Autocast(DeviceType.CPU, ScalarType.BFloat16);
            Assert.Equal(ScalarType.BFloat16, new OverTime(nn.Linear(3, 2)).call(ones([2, 2, 3], ScalarType.BFloat16)).dtype);
        }
    }

    /// <summary>Nothing was thrown, or a sentence by the kit itself.</summary>
    private static void AssertPlain(string what, Exception? said, bool isMeta = true)
    {
        // what libtorch as it is built for TorchSharp cannot do on the meta device is none of the kit's
        if (isMeta && said is ExternalException && said.Message.Contains("Meta kernel", StringComparison.Ordinal))
        {
            return;
        }

        Assert.True(
            said is null or ArgumentException or NirException
            && said?.TargetSite?.Module.Assembly.GetName().Name?.StartsWith("SnnNotebooks.", StringComparison.Ordinal) != false,
            $"{what}: {said}");
    }
}
