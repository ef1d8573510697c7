using SnnNotebooks.Conversion;
using SnnNotebooks.Energy;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Learning;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

/// <summary>Convolutions of all geometries, and whatever reads a geometry: each agrees with what libtorch computes, or refuses.</summary>
public sealed class ConvolutionGeometryTests
{
    private static readonly Dictionary<string, Func<Convolution>> Modules = new()
    {
        ["1d, plain"] = () => nn.Conv1d(4, 6, 3),
        ["1d, stride, padding, dilation"] = () => nn.Conv1d(4, 6, 3, stride: 2, padding: 3, dilation: 2),
        ["1d, same"] = () => nn.Conv1d(4, 6, 5, Padding.Same),
        ["1d, same, even kernel"] = () => nn.Conv1d(4, 6, 4, Padding.Same),
        ["1d, same, circular"] = () => nn.Conv1d(4, 6, 3, Padding.Same, padding_mode: PaddingModes.Circular),
        ["1d, depthwise, reflected"] = () => nn.Conv1d(4, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect, groups: 4),
        ["2d, plain"] = () => nn.Conv2d(4, 6, 3),
        ["2d, unequal axes"] = () => nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2)),
        ["2d, valid"] = () => nn.Conv2d(4, 6, 3, Padding.Valid, stride: 2),
        ["2d, same"] = () => nn.Conv2d(4, 6, 3, Padding.Same),
        ["2d, same, unequal and even"] = () => nn.Conv2d(4, 6, (4, 3), Padding.Same, dilation: (1, 2)),
        ["2d, same, even, replicated"] = () => nn.Conv2d(4, 6, 4, Padding.Same, padding_mode: PaddingModes.Replicate),
        ["2d, circular"] = () => nn.Conv2d(4, 6, 3, padding: 2, padding_mode: PaddingModes.Circular),
        ["2d, reflected, unequal"] = () => nn.Conv2d(4, 6, (3, 5), padding: (1, 2), padding_mode: PaddingModes.Reflect),
        ["2d, constant"] = () => nn.Conv2d(4, 6, 3, padding: 1, padding_mode: PaddingModes.Constant),
        ["2d, groups"] = () => nn.Conv2d(4, 6, 3, padding: 1, groups: 2),
        ["2d, depthwise, dilated"] = () => nn.Conv2d(4, 8, 3, padding: 2, dilation: 2, groups: 4),
        ["2d, 1 x 1"] = () => nn.Conv2d(4, 6, 1, stride: 2),
        ["3d"] = () => nn.Conv3d(4, 6, (3, 2, 1), (1, 2, 1), (1, 1, 0), groups: 2),
        ["3d, same, circular"] = () => nn.Conv3d(4, 6, 3, Padding.Same, padding_mode: PaddingModes.Circular),
    };

    public static TheoryData<string> Names => [.. Modules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Padding_and_convolution_are_the_modules_own(string name)
    {
        using var scope = NewDisposeScope();
        var (module, x) = Made(name);
        var geometry = ConvolutionGeometry.Of(module);
        var expected = module.call(x);

        Assert.Equal(expected.shape[2..], geometry.Output(x.shape[2..]));
        Assert.True(geometry.Convolve(x, module.weight!, module.bias).allclose(expected, 1e-5, 1e-6));
        var unpadded = new ConvolutionGeometry([.. geometry.Kernel], [.. geometry.Stride], [.. geometry.Dilation],
            new long[geometry.Kernel.Count], new long[geometry.Kernel.Count], groups: geometry.Groups);
        Assert.True(unpadded.Convolve(geometry.Pad(x), module.weight!, module.bias).allclose(expected, 1e-5, 1e-6));
        using var copy = ConvolutionGeometry.Copy(module, module.weight! * 2, null);
        Assert.True(copy.call(x).allclose((expected - Wide(module.bias!, expected)) * 2, 1e-4, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stdp_of_a_step_is_the_gradient_of_the_weights_under_the_spikes(string name)
    {
        using var scope = NewDisposeScope();
        var (module, _) = Made(name);
        if (module is Conv3d)
        {
            Assert.Throws<ArgumentException>(() => SynapseGeometry.Of(module));
            return;
        }

        // sum over batch and positions of post and the input behind it: what the backward pass sums, too
        var pre = Input(module).gt(0.5);
        var output = module.call(pre.to(ScalarType.Float32));
        var post = rand_like(output).gt(0.5);
        var coincidences = autograd.grad([output], [module.weight!], [post.to(ScalarType.Float32)])[0];
        using var rule = new Stdp(
            SynapseGeometry.Of(module), new StdpOptions(PreScale: weight => zeros_like(weight), PostScale: weight => ones_like(weight)));
        Assert.True(rule.Step(module.weight!, pre, post).allclose(coincidences, 1e-4, 1e-4));
        Assert.Contains("as many outputs",
            Assert.Throws<ArgumentException>(() => rule.Step(module.weight!, pre, post.narrow(2, 0, post.shape[2] - 1))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_converted_network_comes_near_the_original(string name)
    {
        using var scope = NewDisposeScope();
        var (module, x) = Made(name);
        if (module is Conv3d)
        {
            return; // refused below
        }

        nn.Module<Tensor, Tensor> norm = module is Conv1d ? nn.BatchNorm1d(module.out_channels) : nn.BatchNorm2d(module.out_channels);
        using var network = nn.Sequential(("conv", module), ("norm", norm), ("relu", nn.ReLU()), ("flat", nn.Flatten()),
            ("out", nn.Linear(module.call(x)[0].numel(), 3)));
        network.call(x); // running statistics
        network.eval();
        using var off = no_grad();
        using var converted = AnnConverter.Convert(network, [x], new ConversionOptions(ActivationScale.Max));
        Assert.True((converted.Run(x, 2000).mean([0]) - network.call(x)).abs().max().item<float>() < 0.005f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nir_runs_what_the_module_computes_or_names_it(string name)
    {
        using var scope = NewDisposeScope();
        var (module, x) = Made(name);
        using var network = nn.Sequential(("conv", module));
        if (module is Conv3d || !ConvolutionGeometry.Of(module).PadsZeros)
        {
            Assert.Contains("Layer conv", Assert.Throws<NirException>(() => NirExporter.Export(network, x.shape[1..], new())).Message,
                StringComparison.Ordinal);
            return;
        }

        using var back = new NirNetwork(NirExporter.Export(network, x.shape[1..], new()), new NirOptions(1e-3));
        Assert.True(back.call(x.unsqueeze(0)).squeeze(0).allclose(module.call(x), 1e-5, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Energy_counts_every_product(string name)
    {
        using var scope = NewDisposeScope();
        var (module, x) = Made(name);
        Assert.Equal(Products(module, x), Counted(module, x), 6);
    }

    [Fact]
    public void Transposed_convolutions_are_counted_by_their_inputs_and_refused_elsewhere()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (Convolution module in new Convolution[]
        {
            nn.ConvTranspose1d(4, 6, 3, stride: 2, padding: 1, output_padding: 1), nn.ConvTranspose2d(
                4, 6, 3, stride: 2), nn.ConvTranspose2d(4, 6, 2, groups: 2), nn.ConvTranspose3d(4, 4, 2),
        })
        {
            var x = Input(module);
            Assert.Equal((double)module.weight!.numel() * x.numel() / 4,
                ConvolutionGeometry.Products(module, x.numel(), module.call(x).numel()));
            Assert.Equal(module.weight.numel() / 4.0, ConvolutionGeometry.FanOut(module));
            Assert.Contains("transposed", Assert.Throws<ArgumentException>(() => ConvolutionGeometry.Of(module)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => SynapseGeometry.Of(module));
            Assert.Throws<ArgumentException>(() => AnnConverter.Convert(nn.Sequential(module, nn.ReLU()), [x]));
            Assert.Throws<NirException>(() => NirExporter.Export(nn.Sequential(module), x.shape[1..], new()));
        }
    }

    [Fact]
    public void What_TorchSharp_pads_on_the_wrong_axes_and_convolutions_over_three_axes_are_refused()
    {
        using var scope = NewDisposeScope();
        using var wrong = nn.Conv2d(2, 2, (3, 4), Padding.Same, padding_mode: PaddingModes.Circular);
        Assert.Contains("wrong axes", Assert.Throws<ArgumentException>(() => ConvolutionGeometry.Of(wrong)).Message,
            StringComparison.Ordinal);
        Assert.NotEqual([7, 8], wrong.call(rand(1, 2, 7, 8)).shape[2..]); // once this fails, TorchSharp is mended and the refusal can go
        Assert.Contains("Conv3d",
            Assert.Throws<ArgumentException>(() => AnnConverter.Convert(nn.Sequential(nn.Conv3d(2, 2, 2), nn.ReLU()), [])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ConvolutionGeometry([3], [1], [1], [-1], [0]));
        Assert.Throws<ArgumentException>(() => new ConvolutionGeometry([3], [1, 1], [1], [0], [0]));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.Of(nn.Conv1d(2, 2, 5)).Output([4]));
    }

    // counted by hand: a kernel of ones over an input of ones sees one product for each tap that is there, padding included
    private static double Products(Convolution module, Tensor x)
    {
        using var off = no_grad();
        var taps = ConvolutionGeometry.Copy(module, ones_like(module.weight!), null);
        var unpadded = new ConvolutionGeometry(
            [.. taps.weight!.shape[2..]], taps.stride, taps.dilation, new long[x.dim() - 2], new long[x.dim() - 2], groups: taps.groups);
        return unpadded.Convolve(ones_like(ConvolutionGeometry.Of(module).Pad(x)), taps.weight!, null).sum().item<float>() / x.shape[0];
    }

    private static double Counted(Convolution module, Tensor x)
    {
        using var network = nn.Sequential(("conv", module));
        return new EnergyProfiler().Measure(network, [x], 1).Layers[0].Weights;
    }

    private static Tensor Wide(Tensor bias, Tensor like) => bias.reshape([-1, .. Enumerable.Repeat(1L, (int)like.dim() - 2)]);

    private static (Convolution Module, Tensor X) Made(string name)
    {
        manual_seed(7);
        var module = Modules[name]();
        return (module, Input(module));
    }

    private static Tensor Input(Convolution module) => rand([5, 4, .. new long[] { 9, 8, 7 }[..(int)(module.weight!.dim() - 2)]]);
}
