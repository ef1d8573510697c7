using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Applies stateless modules, one after the other, to every time step at once: [T, B, ...] is folded to [T*B, ...] and unfolded again.
/// Batch normalisation therefore takes its statistics over time, too. Parameters appear under <c>0</c>, <c>1</c>, ... as in a sequential container.
/// </summary>
public sealed class OverTime : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] stages;

    /// <summary>Takes over the modules.</summary>
    /// <param name="modules">Stateless modules, in order; each maps [N, ...] to [N, ...].</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public OverTime(params nn.Module<Tensor, Tensor>[] modules)
        : base(nameof(OverTime))
    {
        ArgumentNullException.ThrowIfNull(modules);
        if (modules.Length == 0)
        {
            throw new ArgumentException("OverTime needs at least one module.", nameof(modules));
        }

        stages = modules;
        for (var i = 0; i < modules.Length; i++)
        {
            register_module(i.ToString(System.Globalization.CultureInfo.InvariantCulture), modules[i]);
        }
    }

    /// <summary>Applies the modules.</summary>
    /// <param name="input">[T, B, ...].</param>
    /// <returns>[T, B, ...'].</returns>
    /// <exception cref="ArgumentException">The input has no batch axis.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < 2)
        {
            throw new ArgumentException($"OverTime was given [{string.Join(", ", input.shape)}]; expected [T, B, ...].", nameof(input));
        }

        using var scope = NewDisposeScope();
        var (steps, batch) = (input.shape[0], input.shape[1]);
        var folded = input.flatten(0, 1);
        foreach (var module in stages)
        {
            folded = module.call(folded);
        }

        return folded.unflatten(0, [steps, batch]).MoveToOuterDisposeScope();
    }
}
