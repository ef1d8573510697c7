using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>The networks that were compared with the visual cortex, by name; parameter counts and keys are the published ones.</summary>
internal static class VisualCortexPresets
{
    private const string StaticPaper =
        "L. Huang et al., Deep Spiking Neural Networks with High Representation Similarity Model Visual Pathways of Macaque and Mouse, "
        + "AAAI 2023, arXiv:2303.06060";
    private const string MoviePaper =
        "L. Huang et al., Long-Range Feedback Spiking Network Captures Dynamic and Static Representations of the Visual Cortex under "
        + "Movie Stimuli, NeurIPS 2024, arXiv:2306.01354";
    private const string CORnetPaper = "J. Kubilius et al., CORnet, 2018, bioRxiv 408385";
    private const string CORnetSPaper = "J. Kubilius et al., NeurIPS 2019, arXiv:1909.06161";
    private const string ResNetPaper = "K. He et al., CVPR 2016, arXiv:1512.03385; names of torchvision";

    private static readonly long[] Image = [3, 224, 224];

    public static IEnumerable<ModelPreset> All =>
        SewResNets().Concat(LoRaFBs()).Concat(Shallow()).Concat(CORnets()).Concat(Convolutional());

    private static IEnumerable<ModelPreset> SewResNets()
    {
        foreach (var depth in new[] { 18, 34, 50, 101, 152 })
        {
            foreach (var classes in new[] { 1000, 101 })
            {
                var options = SewVisionOptions.Deep(depth, classes);
                yield return Preset($"sew_resnet{depth}_c{classes}", options.TimeSteps, null, classes == 1000 ? StaticPaper : MoviePaper,
                    () => new SewVisionNet(options), fit => Fitted(options, fit)) with { TakesFilms = true };
            }
        }
    }

    private static SewVisionNet Fitted(SewVisionOptions options, NetworkFit fit) =>
        new(options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps });

    private static LoRaFBNet Fitted(LoRaFBOptions options, NetworkFit fit) =>
        new(options with { Classes = fit.Classes, TimeSteps = fit.TimeSteps });

    private static IEnumerable<ModelPreset> LoRaFBs()
    {
        foreach (var depth in new[] { 18, 34, 50, 101, 152 })
        {
            foreach (var classes in new[] { 1000, 101 })
            {
                var options = new LoRaFBOptions(depth, Classes: classes);
                var result = (depth, classes) == (18, 101) ? "TSRSA with mouse visual cortex: 0.520 (movie 1), 0.283 (movie 2)" : null;
                yield return Preset($"lorafb_snet{depth}_c{classes}", options.TimeSteps, result, MoviePaper, () => new LoRaFBNet(options),
                    fit => Fitted(options, fit)) with { TakesFilms = true };
            }
        }
    }

    private static IEnumerable<ModelPreset> Shallow()
    {
        foreach (var (name, options) in new[]
        {
            ("sew_resnet8_c1000", SewVisionOptions.Shallow(1)),
            ("sew_resnet14_c1000", SewVisionOptions.Shallow(2)),
            ("wide_sew_resnet8_c1000", SewVisionOptions.Shallow(1, widen: 4)),
            ("wide_sew_resnet14_c1000", SewVisionOptions.Shallow(2, widen: 4)),
            ("sew_resnext11_c1000", SewVisionOptions.Shallow(1, SewBlock.Grouped)),
            ("sew_resnext20_c1000", SewVisionOptions.Shallow(2, SewBlock.Grouped)),
            ("sew_resnext11_inverted_c1000", SewVisionOptions.Shallow(1, SewBlock.GroupedInverted)),
            ("sew_resnext20_inverted_c1000", SewVisionOptions.Shallow(2, SewBlock.GroupedInverted)),
        })
        {
            yield return Preset(name, options.TimeSteps, null, StaticPaper, () => new SewVisionNet(options), fit => Fitted(options, fit))
                with { TakesFilms = true };
        }

        yield return Preset("spikingmobilenet_c1000", 4, null, StaticPaper, () => new SpikingMobileNet(),
            fit => new SpikingMobileNet(fit.Classes, fit.TimeSteps)) with { TakesFilms = true };
        yield return Preset("lorafb_cnet18_c101", 4, "TSRSA with mouse visual cortex: 0.498 (movie 1)", MoviePaper,
            () => new LoRaFBNet(new LoRaFBOptions(Spiking: false)), fit => Fitted(new LoRaFBOptions(Spiking: false), fit))
            with { TakesFilms = true };
    }

    private static IEnumerable<ModelPreset> CORnets()
    {
        yield return Preset("cornet_rt_video_c101", 4, "TSRSA with mouse visual cortex: 0.506 (movie 1), 0.223 (movie 2)", MoviePaper,
            () => CORnetRT.ForMovies(), fit => CORnetRT.ForMovies(fit.Classes, timeSteps: fit.TimeSteps)) with { TakesFilms = true };
        yield return Preset("s_cornet_c101", 4, null, MoviePaper, () => CORnetRT.ForMovies(spiking: true),
            fit => CORnetRT.ForMovies(fit.Classes, spiking: true, fit.TimeSteps)) with { TakesFilms = true };
        yield return Preset("cornet_z_c1000", 1, null, CORnetPaper, () => new CORnetZ(), fit => new CORnetZ(fit.Classes));
        yield return Preset("cornet_rt_c1000", 5, null, CORnetPaper, () => CORnetRT.ForImages(), fit => CORnetRT.ForImages(fit.Classes));
        yield return Preset("cornet_s_c1000", 1, null, CORnetSPaper, () => new CORnetS(), fit => new CORnetS(fit.Classes));
    }

    private static IEnumerable<ModelPreset> Convolutional()
    {
        foreach (var depth in new[] { 18, 34, 50, 101, 152 })
        {
            yield return Preset($"resnet{depth}", 1, null, ResNetPaper, () => new ResNet(depth),
                fit => new ResNet(depth, classes: fit.Classes));
        }

        yield return Preset("resnext50_32x4d", 1, null, "S. Xie et al., CVPR 2017, arXiv:1611.05431; names of torchvision",
            () => new ResNet(50, groups: 32, widthPerGroup: 4), fit => new ResNet(50, fit.Classes, 32, 4));
        foreach (var depth in new[] { 11, 13, 16, 19 })
        {
            yield return Preset($"vgg{depth}", 1, null, "K. Simonyan, A. Zisserman, ICLR 2015, arXiv:1409.1556; names of torchvision",
                () => PlainNetwork.Vgg(depth), fit => PlainNetwork.Vgg(depth, fit.Classes));
        }

        yield return Preset("alexnet", 1, null, "A. Krizhevsky, arXiv:1404.5997; names of torchvision", () => PlainNetwork.AlexNet(),
            fit => PlainNetwork.AlexNet(fit.Classes));
    }

    private static ModelPreset Preset(string name, int timeSteps, string? result, string source, Func<nn.Module<Tensor, Tensor>> create,
        Func<NetworkFit, nn.Module<Tensor, Tensor>> fit) =>
        new(name, Image, timeSteps, new PublishedResult(result, source), create)
        {
            Fit = fit, Recipe = source is StaticPaper or MoviePaper ? RecipeFor(name) : null,
        };

    /// <summary>Both papers train on ImageNet alike; what has UCF101's classes learned its videos.</summary>
    private static string RecipeFor(string name) =>
        name.EndsWith("_c101", StringComparison.Ordinal) ? "lorafb-ucf101" : "cortex-imagenet";
}
