using System.Globalization;
using TorchSharp;

namespace SnnNotebooks.Interactive;

/// <summary>Holds lines that a notebook writes out against the kit's module: the notebook fails where they differ.</summary>
public static class Agreement
{
    /// <summary>Compares two tensors of numbers.</summary>
    /// <param name="what">What was computed twice.</param>
    /// <param name="own">What the notebook's own lines gave, of any shape.</param>
    /// <param name="kit">What the kit gave, of the same shape.</param>
    /// <param name="tolerance">The largest difference allowed, as a share of the kit's largest number; 0 for none.</param>
    /// <returns>One line that says how far they agree.</returns>
    /// <exception cref="InvalidOperationException">Shapes differ, a number is not finite, or a difference is above what is
    /// allowed.</exception>
    public static string Require(string what, torch.Tensor own, torch.Tensor kit, double tolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(kit);
        using var scope = torch.NewDisposeScope();
        if (!own.shape.SequenceEqual(kit.shape))
        {
            throw new InvalidOperationException(
                $"{what}: the lines above give [{string.Join(", ", own.shape)}], the kit [{string.Join(", ", kit.shape)}].");
        }

        var (mine, theirs) = (own.detach().to(torch.float64).cpu(), kit.detach().to(torch.float64).cpu());
        var difference = kit.numel() == 0 ? 0 : (mine - theirs).abs().max().item<double>();
        var allowed = kit.numel() == 0 ? 0 : tolerance * theirs.abs().max().item<double>();

        // a NaN is above everything
        if (!(difference <= allowed) || !double.IsFinite(allowed))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{what}: the lines above and the kit differ by {difference:0.0e+0}, and {allowed:0.0e+0} is allowed."));
        }

        return difference == 0
            ? $"{what}: equal to the bit"
            : string.Create(CultureInfo.InvariantCulture, $"{what}: equal but for {difference:0.0e+0} (rounding)");
    }
}
