using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Training;

namespace SnnNotebooks.Models;

/// <summary>The spiking vision networks of six papers, by name; sizes, parameter counts and keys are the published ones.</summary>
internal static class VisionPresets
{
    private const string SpikformerPaper = "Z. Zhou et al., Spikformer, ICLR 2023, arXiv:2209.15425";
    private const string SpikingformerReadme = "C. Zhou et al., Spikingformer, arXiv:2304.11954, and its repository's README";
    private const string CmlReadme = "C. Zhou et al., CML, arXiv:2305.05954, and its repository's README";
    private const string QKFormerPaper = "C. Zhou et al., QKFormer, NeurIPS 2024, arXiv:2403.16552";
    private const string SewPaper = "W. Fang et al., SEW-ResNet, NeurIPS 2021, arXiv:2102.04159, and its repository's logs";
    private const string PlifPaper = "W. Fang et al., PLIF, ICCV 2021, arXiv:2007.05785 (its figures are not taken over here)";
    private const string SVFormerPaper = "L. Yu et al., SVFormer, HBAI 2024, arXiv:2406.15034";

    public static IEnumerable<ModelPreset> All =>
        ImageNetTransformers().Concat(CifarTransformers()).Concat(EventTransformers()).Concat(QKFormers()).Concat(ResNets())
            .Concat(EventResNets()).Concat(SVFormers()).Concat(PlifNets()).Concat(RecurrentNets());

    private static IEnumerable<ModelPreset> ImageNetTransformers()
    {
        (int Depth, int Features, int Heads, double Spikformer, double? Spikingformer, double? Cml)[] sizes =
        [
            (8, 384, 8, 70.24, 72.45, 74.35),
            (6, 512, 8, 72.46, null, null),
            (8, 512, 8, 73.38, 74.79, 76.54),
            (10, 512, 8, 73.68, null, null),
            (8, 768, 12, 74.81, 75.85, 77.64),
        ];
        foreach (var size in sizes)
        {
            var options = new SpikformerOptions(SpikformerVariant.ImageNet, size.Features, size.Heads, size.Depth, 1000);
            var name = $"imagenet_{size.Depth}_{size.Features}";
            yield return Transformer("spikformer_" + name, options, 224, TopOne("ImageNet", size.Spikformer), SpikformerPaper);
            if (size.Spikingformer is { } plain && size.Cml is { } cml)
            {
                yield return Transformer("spikingformer_" + name, options with { Residual = ResidualKind.Membrane }, 224,
                    TopOne("ImageNet", plain), SpikingformerReadme);
                yield return Transformer(
                    "cml_spikingformer_" + name, options with { Residual = ResidualKind.Membrane,
                        Downsampling = Downsampling.BeforeNeuron }, 224, TopOne("ImageNet", cml), CmlReadme);
            }
        }
    }

    private static IEnumerable<ModelPreset> CifarTransformers()
    {
        // accuracies for CIFAR-10 and CIFAR-100: Spikformer, its CML version, Spikingformer, its CML version
        (int Depth, int Features, int Heads, double[] Ten, double[] Hundred)[] sizes =
        [
            (4, 256, 8, [93.94, 94.82, 94.77, 94.94], [75.96, 77.64, 77.43, 78.19]),
            (2, 384, 12, [94.80, 95.63, 95.22, 95.54], [76.95, 78.75, 78.34, 78.87]),
            (4, 384, 12, [95.19, 95.93, 95.61, 95.81], [77.86, 79.65, 79.09, 79.98]),
        ];
        foreach (var size in sizes)
        {
            foreach (var (classes, top) in new[] { (10, size.Ten), (100, size.Hundred) })
            {
                var options = new SpikformerOptions(SpikformerVariant.Cifar, size.Features, size.Heads, size.Depth, classes);
                var membrane = options with { Residual = ResidualKind.Membrane };
                var name = $"cifar{classes}_{size.Depth}_{size.Features}";
                var data = $"CIFAR-{classes}";
                yield return Transformer("spikformer_" + name, options, 32, TopOne(data, top[0]), SpikformerPaper);
                yield return Transformer("cml_spikformer_" + name, options with { Downsampling = Downsampling.BeforeNeuron }, 32,
                    TopOne(data, top[1]), CmlReadme);
                yield return Transformer("spikingformer_" + name, membrane, 32, TopOne(data, top[2]), SpikingformerReadme);
                yield return Transformer("cml_spikingformer_" + name, membrane with { Downsampling = Downsampling.BeforeNeuron }, 32,
                    TopOne(data, top[3]), CmlReadme);
            }
        }
    }

    private static IEnumerable<ModelPreset> EventTransformers()
    {
        foreach (var (set, data, classes, top) in new[] { ("cifar10dvs", "CIFAR10-DVS", 10, new[] { 80.9, 81.3, 81.4 }),
            ("dvs128", "DVS128 Gesture", 11, [98.3, 98.3, 98.6]) })
        {
            var options = new SpikformerOptions(SpikformerVariant.Dvs, 256, 16, 2, classes, TimeSteps: 16);
            var membrane = options with { Residual = ResidualKind.Membrane };
            var name = $"{set}_2_256";
            yield return Event("spikformer_" + name, options, TopOne(data, top[0], 16), SpikformerPaper);
            yield return Event("spikingformer_" + name, membrane, TopOne(data, top[1], 16), SpikingformerReadme);
            yield return Event("cml_spikingformer_" + name, membrane with { Downsampling = Downsampling.BeforeNeuron },
                TopOne(data, top[2], 16), CmlReadme);
        }

        static ModelPreset Event(string name, SpikformerOptions options, string result, string source) =>
            new(name, [16, 2, 128, 128], 16, new PublishedResult(result, source), () => new Spikformer(options))
            {
                Input = InputKind.EventFrames, AnyChannels = true, Fit = fit => new Spikformer(Fitted(options, fit)),
                Recipe = name.Contains("dvs128", StringComparison.Ordinal) ? "spikingformer-dvs128"
                    : name.StartsWith("spikformer", StringComparison.Ordinal) ? "spikformer-cifar10dvs"
                    : "spikingformer-cifar10dvs",
            };
    }

    private static IEnumerable<ModelPreset> QKFormers()
    {
        foreach (var (features, heads, top) in new[] { (384, 6, 78.80), (512, 8, 82.04), (768, 12, 84.22) })
        {
            yield return Preset($"qkformer_imagenet_10_{features}",
                new QKFormerOptions(QKFormerVariant.ImageNet, features, heads, 10, 1000), [3, 224, 224], TopOne("ImageNet", top));
        }

        foreach (var (classes, top) in new[] { (10, 96.18), (100, 81.15) })
        {
            yield return Preset($"qkformer_cifar{classes}_4_384", new QKFormerOptions(QKFormerVariant.Cifar, 384, 8, 4, classes),
                [3, 32, 32], TopOne($"CIFAR-{classes}", top));
        }

        yield return Preset("qkformer_cifar10dvs_2_256", EventQKFormer(10, mlpRatio: 1), [16, 2, 128, 128],
            TopOne("CIFAR10-DVS", 84.0, 16));
        yield return Preset("qkformer_dvs128_2_256", EventQKFormer(11, mlpRatio: 4), [16, 2, 128, 128], TopOne("DVS128 Gesture", 98.6, 16));

        static ModelPreset Preset(string name, QKFormerOptions options, long[] shape, string result) =>
            new(name, shape, options.TimeSteps, new PublishedResult(result, QKFormerPaper), () => new QKFormer(options))
            {
                Input = options.Variant == QKFormerVariant.Dvs ? InputKind.EventFrames : InputKind.Images, AnyChannels = true,
                Recipe = name.StartsWith("qkformer_imagenet", StringComparison.Ordinal)
                    ? options.Features == 768 ? "qkformer-imagenet-768" : "qkformer-imagenet"
                    : options.Variant == QKFormerVariant.Cifar ? "qkformer-cifar" : $"qkformer-{name.Split('_')[1]}",
                Fit = fit => new QKFormer(
                    options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps, Channels = fit.Channels }),
            };

        static QKFormerOptions EventQKFormer(int classes, int mlpRatio) =>
            new(QKFormerVariant.Dvs, 256, 16, 2, classes, TimeSteps: 16, MlpRatio: mlpRatio);
    }

    private static IEnumerable<ModelPreset> ResNets()
    {
        foreach (var (depth, sew, spiking) in new[] { (18, 63.182, 62.316), (34, 67.042, 61.858), (50, 67.784, 57.664),
            (101, 68.764, 31.794), (152, 69.262, 10.028) })
        {
            var options = SewResNetOptions.ForDepth(depth);
            yield return Preset($"sew_resnet{depth}_imagenet", options, sew);
            yield return Preset($"spiking_resnet{depth}_imagenet",
                options with { Connect = ElementWise.NeuronAfterSum, ZeroInitResidual = true }, spiking);
        }

        static ModelPreset Preset(string name, SewResNetOptions options, double top) =>
            new(name, [3, 224, 224], options.TimeSteps, new PublishedResult(TopOne("ImageNet", top), SewPaper),
                () => new SewResNet(options))
            {
                Recipe = "sew-imagenet", Fit = fit => new SewResNet(options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps }),
            };
    }

    private static IEnumerable<ModelPreset> EventResNets()
    {
        foreach (var (name, connect, top) in new (string, ElementWise, double)[]
        {
            ("sew_dvsgesture_7b", ElementWise.ADD, 97.92),
            ("sew_dvsgesture_7b_AND", ElementWise.AND, 70.49),
            ("sew_dvsgesture_7b_IAND", ElementWise.IAND, 95.49),
            ("plain_dvsgesture_7b", ElementWise.Plain, 91.67),
            ("spikingresnet_dvsgesture_7b", ElementWise.NeuronAfterSum, 90.97),
        })
        {
            var options = SewEventNetOptions.DvsGesture with { Connect = connect };
            yield return Preset(name, options, TopOne("DVS128 Gesture", top, 16));
        }

        yield return Preset("sew_cifar10dvs_wide7b", SewEventNetOptions.Cifar10Dvs, TopOne("CIFAR10-DVS", 74.4, 16));

        static ModelPreset Preset(string name, SewEventNetOptions options, string result) =>
            new(name, [16, 2, 128, 128], 16, new PublishedResult(result, SewPaper), () => new SewEventNet(options))
            {
                Input = InputKind.EventFrames, AnyChannels = true,
                Recipe = name.StartsWith("sew_cifar10dvs", StringComparison.Ordinal) ? "sew-cifar10dvs" : "sew-dvsgesture",
                Fit = fit => new SewEventNet(options with { Classes = fit.Classes, Channels = fit.Channels }),
            };
    }

    private static IEnumerable<ModelPreset> SVFormers()
    {
        yield return Preset("svformer_ucf101", new SVFormerOptions(101), "UCF101 top-1 84.03 % (T = 16, 5 x 3 views)");
        yield return Preset("svformer_ntu60", new SVFormerOptions(60), null);
        yield return Preset("svformer_base_nolocal_ucf101", new SVFormerOptions(101, LocalPath: false), null);
        yield return Preset("svformer_lgf_ucf101", new SVFormerOptions(101, Threshold: 0.5), null);

        static ModelPreset Preset(string name, SVFormerOptions options, string? result) =>
            new(name, [3, 16, 224, 224], 16, new PublishedResult(result, SVFormerPaper), () => new SVFormer(options))
            {
                Input = InputKind.Video, AnyChannels = true, Recipe = "svformer-ucf101",
                Fit = fit => new SVFormer(options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps, Channels = fit.Channels,
                    ImageSize = fit.Size }),
            };
    }

    private static IEnumerable<ModelPreset> PlifNets()
    {
        foreach (var (name, options, input, steps) in new[]
        {
            ("plif_mnist", PlifNetOptions.Mnist, InputKind.Images, 8),
            ("plif_fashionmnist", PlifNetOptions.Mnist, InputKind.Images, 8),
            ("plif_nmnist", PlifNetOptions.NMnist, InputKind.EventFrames, 10),
            ("plif_cifar10", PlifNetOptions.Cifar10, InputKind.Images, 8),
            ("plif_cifar10dvs", PlifNetOptions.Cifar10Dvs, InputKind.EventFrames, 20),
            ("plif_dvsgesture", PlifNetOptions.DvsGesture, InputKind.EventFrames, 20),
        })
        {
            long[] axes = [options.InputChannels, options.ImageSize, options.ImageSize];
            yield return new(name, input == InputKind.Images ? axes : [steps, .. axes], steps,
                new PublishedResult(null, PlifPaper), () => new PlifNet(options))
            {
                Input = input, AnyChannels = true,
                Fit = fit => new PlifNet(options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps, InputChannels = fit.Channels,
                    ImageSize = fit.Size }),
            };
        }
    }

    private static IEnumerable<ModelPreset> RecurrentNets()
    {
        foreach (var (name, classes) in new[] { ("rsnn_shd_128", 20), ("rsnn_ssc_128", 35) })
        {
            var options = new RecurrentNetOptions(700, 128, classes);
            yield return new(name, [100, 700], 100, new PublishedResult(null, "this kit: the plain recurrent network"),
                () => new RecurrentNet(options))
            {
                Input = InputKind.SpikeTrains, AnyChannels = true,
                Fit = fit => new RecurrentNet(options with { Classes = fit.Classes, Channels = fit.Channels }),
            };
        }
    }

    private static ModelPreset Transformer(string name, SpikformerOptions options, int image, string result, string source) =>
        new(name, [3, image, image], options.TimeSteps, new PublishedResult(result, source), () => new Spikformer(options))
        {
            AnyChannels = true, Fit = fit => new Spikformer(Fitted(options, fit)),
            Recipe = $"{name[..name.IndexOf('_', StringComparison.Ordinal)]}-"
                + (options.Variant == SpikformerVariant.ImageNet ? "imagenet" : "cifar"),
        };

    private static SpikformerOptions Fitted(SpikformerOptions options, NetworkFit fit) =>
        options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps, Channels = fit.Channels, ImageSize = fit.Size };

    private static string TopOne(string data, double percent, int steps = 4) =>
        FormattableString.Invariant($"{data} top-1 {percent:0.00} % (T = {steps})");
}
