using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Figures.Linked;

/// <summary>Latents, counts and decoding as the linked figure draws them: of a recording, or of its control.</summary>
internal sealed class LinkedSet
{
    private const int Levels = 65534;

    private readonly Dictionary<string, object?> parts;

    /// <summary>Packs them; the tensors are not kept.</summary>
    /// <param name="name">What stands above it, beside another.</param>
    /// <param name="latents">[trials, T, D], float64: 16 bits of each axis's range are kept.</param>
    /// <param name="counts">[trials, T, N], float32: whole numbers from 0 to 255 as they are, others in 255 steps from 0, or from the
    /// least where that is negative, to the largest.</param>
    /// <param name="decoding">What the conditions were taken for; or none.</param>
    /// <param name="conditions">Their names, as the page numbers them.</param>
    /// <param name="chosen">The trials that are shown.</param>
    public LinkedSet(
        string name, Tensor latents, Tensor counts, ConditionDecoding? decoding, string[] conditions, long[] chosen)
    {
        using var scope = NewDisposeScope();
        var (low, high) = (latents.amin([0, 1]), latents.amax([0, 1]));
        var step = ((high - low) / Levels).clamp(min: 1e-300);
        var middle = (low + high) / 2;
        var points = ((latents - middle) / step).round().clamp(-Levels / 2, Levels / 2).to(ScalarType.Int16).Numbers<short>();
        var (least, most) = (Math.Min(0, counts.min().ToDouble()), counts.max().ToDouble());
        var scale = least < 0 || most > byte.MaxValue || counts.ne(counts.round()).any().ToBoolean()
            ? Math.Max((most - least) / byte.MaxValue, double.Epsilon) : 1;
        parts = new Dictionary<string, object?>
        {
            ["name"] = name,
            ["latents"] = PackedNumbers.Of<short>(points),
            ["offset"] = middle.Numbers<double>(),
            ["step"] = step.Numbers<double>(),
            ["counts"] = PackedNumbers.Of<byte>(
                ((counts - least) / scale).round().clamp(0, byte.MaxValue).to(ScalarType.Byte).Numbers<byte>()),
            ["scale"] = scale,
            ["least"] = least,
        };
        if (decoding is not null)
        {
            var bins = decoding.Found.GetLength(1);
            var places = decoding.Conditions.Select(condition => (byte)Array.IndexOf(conditions, condition)).ToArray();
            parts["found"] = PackedNumbers.Of<byte>(
                [.. chosen.SelectMany(trial => Enumerable.Range(0, bins).Select(bin => places[decoding.Found[trial, bin]]))]);
            (parts["chance"], parts["low"], parts["high"]) = (decoding.Chance, decoding.ShuffledLowest, decoding.ShuffledHighest);
        }
    }

    /// <summary>For the figure's JSON.</summary>
    public IReadOnlyDictionary<string, object?> Parts => parts;
}
