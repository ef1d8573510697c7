using System.Globalization;
using SnnNotebooks.Conversion;
using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>
/// Conversion of ordinary networks: the scale after each calibration batch for every rule, and a convolutional network
/// (Conv-BN-ReLU-AvgPool-Flatten-Linear-ReLU), its folded weights, its scales and its output at every step. The file is in no index: its
/// array names say what each is.
/// </summary>
internal sealed class ConversionSuite : IConformanceSuite
{
    private const double Tolerance = 2e-5;

    public bool Claims(string path) => ReferenceFile.Family(path) == "ann2snn";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var arrays = NumpyArchive.Open(path);
        foreach (var rule in arrays.Names.Where(
            name => name.EndsWith(".scale", StringComparison.Ordinal) && arrays.Contains(name[..^6] + ".x")).Select(name => name[..^6]))
        {
            yield return Scales(arrays, rule);
        }

        foreach (var rule in arrays.Names.Where(
            name => name.StartsWith("conv_", StringComparison.Ordinal) && name.EndsWith(".y_seq", StringComparison.Ordinal))
                .Select(name => name[5..^6]))
        {
            yield return Network(arrays, rule);
        }
    }

    /// <summary>Max, 99_9p, 0_5: the rule as the file names it, with _ for the decimal point.</summary>
    private static ActivationScale Rule(string name)
    {
        var text = name.Replace('_', '.');
        double Number(string digits) => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return text.Equals("max", StringComparison.OrdinalIgnoreCase) ? ActivationScale.Max
            : text.EndsWith('p') ? ActivationScale.Percentile(Number(text[..^1]))
            : ActivationScale.Fraction(Number(text));
    }

    private static ConformanceResult Scales(NumpyArchive arrays, string rule)
    {
        using var scope = NewDisposeScope();
        var expected = arrays.Tensor($"{rule}.scale").to(ScalarType.Float64).Numbers<double>();
        using var activation = nn.ReLU();
        using var network = nn.Sequential(("0", activation));
        var batches = arrays.Tensor($"{rule}.x").unbind(0);
        for (var count = 1; count <= batches.Length; count++)
        {
            using var converted = AnnConverter.Convert(network, batches.Take(count), new ConversionOptions(Rule(rule)));
            var found = converted.Activations[0].Activation.Scale[0];
            if (!(Math.Abs(found - expected[count - 1]) <= Tolerance * (1 + Math.Abs(expected[count - 1]))))
            {
                return ConformanceResult.Fail(
                    $"scale {rule}", FormattableString.Invariant($"after batch {count}: {found:R}, expected {expected[count - 1]:R}"));
            }
        }

        return ConformanceResult.Pass($"scale {rule}");
    }

    private static ConformanceResult Network(NumpyArchive arrays, string rule)
    {
        using var scope = NewDisposeScope();
        using var network = Original(arrays);
        network.eval();
        using var converted = AnnConverter.Convert(network, arrays.Tensor("calib").unbind(0), new ConversionOptions(Rule(rule)));
        var outputs = arrays.Tensor($"conv_{rule}.y_seq");
        var checks = new List<(string What, Tensor Found, Tensor Expected)>
        {
            ("the original's output", network.call(arrays.Tensor("x")), arrays.Tensor("ann_y")),
            ("the output of every step", converted.Run(arrays.Tensor("x"), (int)outputs.shape[0]), outputs),
        };
        checks.AddRange(
            converted.Activations.Select(
                (
                    layer, at) => ($"scale {at}", tensor((float)layer.Activation.Scale[0]),
                        arrays.Tensor($"conv_{rule}.snn_tailor.{at}.2.scale").to(ScalarType.Float32))));
        foreach (var (what, found, expected) in checks)
        {
            var off = (found.detach() - expected).abs().gt((expected.abs() * Tolerance) + Tolerance).sum().item<long>();
            if (off > 0)
            {
                return ConformanceResult.Fail($"network {rule}", $"{what} is off in {off} of {expected.numel()} places");
            }
        }

        return ConformanceResult.Pass($"network {rule}");
    }

    /// <summary>
    /// The network of the file, whose sizes follow from its arrays: the convolution keeps the image's size, the pooling leads to what the
    /// dense layer takes.
    /// </summary>
    private static TorchSharp.Modules.Sequential Original(NumpyArchive arrays)
    {
        var (filters, dense, image) = (arrays.Tensor("ann.0.weight"), arrays.Tensor("ann.5.weight"), arrays.Tensor("x"));
        var pool = (long)Math.Round(Math.Sqrt((double)image.shape[2] * image.shape[3] * filters.shape[0] / dense.shape[1]));
        var network = nn.Sequential(
            ("0", nn.Conv2d(filters.shape[1], filters.shape[0], filters.shape[2], padding: filters.shape[2] / 2)),
            ("1", nn.BatchNorm2d(filters.shape[0])),
            ("2", nn.ReLU()),
            ("3", nn.AvgPool2d(pool)),
            ("4", nn.Flatten()),
            ("5", nn.Linear(dense.shape[1], dense.shape[0])),
            ("6", nn.ReLU()));
        using var off = no_grad();
        foreach (var (name, value) in network.state_dict())
        {
            value.copy_(arrays.Tensor($"ann.{name}"));
        }

        return network;
    }
}
