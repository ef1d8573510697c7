using SnnNotebooks.Layers.Spikes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// What a layer with weights can be given: numbers of their type, on their device, with the features they are for. libtorch says of what
/// does not fit which of its loops met it, and not what to do.
/// </summary>
public static class LayerInput
{
    private static readonly string[] Places = ["L", "H, W", "D, H, W"];

    /// <summary>
    /// Checks the input of a dense layer, a convolution or a normalisation of TorchSharp's, or of the first layer of a container. What
    /// other modules take is theirs to say, and a hook may change what a module is given: neither is checked.
    /// </summary>
    /// <param name="input">[N, ...], as the layer takes it, behind the axes that come before.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="before">How many axes come before: 1 for a sequence [T, N, ...], whose steps the layer sees as one batch.</param>
    /// <exception cref="ArgumentException">It does not fit: its type, its device, its axes or its features.</exception>
    public static void Require(Tensor input, nn.Module layer, int before = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (layer is nn.Module<Tensor, Tensor> called && ModuleHooks.Has(called))
        {
            return;
        }

        switch (layer)
        {
            case Linear { weight: { } weight }:
                RequireWeights(input, weight, layer.GetName());
                RequireFeatures(
                    input, -1, weight.size(1), layer.GetName(), before == 0 ? "[..., {0}]" : "[T, B, ..., {0}]", before == 0 ? 1 : 3);
                break;
            case Convolution { weight: { } weight } convolution:
                RequireWeights(input, weight, layer.GetName());
                RequireMaps(input, convolution, (int)weight.dim() - 2, before);
                break;
            case NormBase norm:
                RequireNormalised(input, norm, 1 + before, before == 0 ? "[N, {0}, ...]" : "[T, B, {0}, ...]");
                break;
            case Sequential when layer.children().FirstOrDefault() is { } first:
                Require(input, first, before);
                break;
        }
    }

    /// <summary>Checks that an input is of the type of a layer's weights, and where they are.</summary>
    /// <param name="input">The input.</param>
    /// <param name="weight">The weights; under <see cref="Autocast"/> libtorch converts them.</param>
    /// <param name="owner">The layer's name, for the message.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void RequireWeights(Tensor input, Tensor weight, string owner)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        RequireDevice(input, weight, owner);
        var (given, own) = (input.dtype, weight.dtype);
        if (given != own)
        {
            FloatingPoint.Require(input, owner);
            if (given == ScalarType.Float64 || own == ScalarType.Float64 || Autocast.Type(input.device_type) is null)
            {
                throw new ArgumentException(
                    $"{owner} was given {given}, and its weights are {own}; expected one type: convert the input with "
                    + $".to(ScalarType.{own}), or the module with .to(ScalarType.{given}).", nameof(input));
            }
        }
    }

    /// <summary>Checks that an input is where a layer's weights are.</summary>
    /// <param name="input">The input.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="owner">The layer's name, for the message.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void RequireDevice(Tensor input, Tensor weight, string owner)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        if (input.device_type != weight.device_type || input.device_index != weight.device_index)
        {
            throw new ArgumentException(
                $"{owner} was given a tensor on {input.device}, and its weights are on {weight.device}; expected one device: move the "
                + $"input with .to(\"{weight.device}\"), or the module with .to(\"{input.device}\").", nameof(input));
        }
    }

    /// <summary>Checks how many features an input has.</summary>
    /// <param name="input">The input.</param>
    /// <param name="axis">Where they are: from the front, or from -1 backwards.</param>
    /// <param name="features">How many the layer is for.</param>
    /// <param name="owner">The layer's name, for the message.</param>
    /// <param name="expected">The axes it takes, <c>{0}</c> for the features: <c>[T, N, {0}]</c>.</param>
    /// <param name="leastAxes">How many axes it has at least.</param>
    /// <exception cref="ArgumentException">It has others, or too few axes.</exception>
    public static void RequireFeatures(Tensor input, int axis, long features, string owner, string expected, int leastAxes = 1)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < Math.Max(leastAxes, axis + 1) || input.size(axis) != features)
        {
            throw Misfit(input, owner, string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, features));
        }
    }

    /// <summary>Checks the input of a normalisation, which takes low types beside float32 numbers of its own.</summary>
    /// <param name="input">The input.</param>
    /// <param name="norm">The normalisation.</param>
    /// <param name="axis">Where the channels are.</param>
    /// <param name="expected">As of <see cref="RequireFeatures"/>.</param>
    internal static void RequireNormalised(Tensor input, NormBase norm, int axis, string expected)
    {
        FloatingPoint.Require(input, norm.GetName());
        if ((norm.weight ?? norm.running_mean) is { } weight)
        {
            RequireNormalised(input, weight, axis, norm.GetName(), expected);
        }
    }

    /// <summary>The same, of a normalisation's numbers [C].</summary>
    internal static void RequireNormalised(Tensor input, Tensor weight, int axis, string owner, string expected)
    {
        if (input.IsLow() && weight.dtype == ScalarType.Float32)
        {
            RequireDevice(input, weight, owner);
        }
        else
        {
            RequireWeights(input, weight, owner);
        }

        RequireFeatures(input, axis, weight.size(0), owner, expected);
    }

    /// <summary>Maps [N, C, places], or [T, B, C, places], none smaller than the convolution's window.</summary>
    private static void RequireMaps(Tensor input, Convolution convolution, int places, int before)
    {
        var axes = (int)input.dim();
        var channels = axes - places - 1; // a single image without the axis N is taken, too
        if (channels < before || channels > before + 1 || (before > 0 && channels == before)
            || input.size(channels) != convolution.in_channels)
        {
            throw Misfit(input, convolution.GetName(), Axes());
        }

        for (var i = 0; i < places; i++)
        {
            var least = Least(convolution, i);
            if (input.size(channels + 1 + i) < least)
            {
                throw Misfit(input, convolution.GetName(), $"{Axes()} with {Places[places - 1].Split(", ")[i]} of at least {least}");
            }
        }

        string Axes() => $"[{(before > 0 ? "T, B" : "N")}, {convolution.in_channels}, {Places[places - 1]}]";
    }

    /// <summary>The fewest places along an axis at which a convolution has an output.</summary>
    private static long Least(Convolution convolution, int axis) =>
        convolution is { padding: { } padding, padding_type: null } and not (ConvTranspose1d or ConvTranspose2d or ConvTranspose3d)
            ? Math.Max(1, (convolution.dilation[axis] * (convolution.kernel_size[axis] - 1)) + 1 - (2 * padding[axis]))
            : 1;

    private static ArgumentException Misfit(Tensor input, string owner, string expected) =>
        new($"{owner} was given [{string.Join(", ", input.shape)}]; expected {expected}.", nameof(input));
}
