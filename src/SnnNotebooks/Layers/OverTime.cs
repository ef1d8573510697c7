using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Applies stateless modules, one after the other, to every time step at once: [T, B, ...] is folded to [T*B, ...] and unfolded again.
/// Batch normalisation therefore takes its statistics over time, too. Parameters appear under <c>0</c>, <c>1</c>, ... as in a sequential container.
/// A sequence made by <see cref="TimeRepeat"/> is the same at every step: it is computed once and repeated again, with the same outputs,
/// gradients and running statistics, up to the first dropout in training mode, which draws anew for each step.
/// (A module of your own that draws random numbers is drawn once, too: give it a copy of the sequence where that is not meant.)
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
        var once = TimeRepeat.Repeats(input) ? stages.TakeWhile(RunsOnce).Count() : 0;
        if (once > 0)
        {
            var step = input.select(0, 0);
            using (new RepeatedStatistics(stages.Take(once), steps))
            {
                foreach (var module in stages.Take(once))
                {
                    step = module.call(step);
                }
            }

            input = TimeRepeat.Repeat(step, checked((int)steps));
        }

        if (once == stages.Length)
        {
            return input.MoveToOuterDisposeScope();
        }

        var folded = input.flatten(0, 1);
        foreach (var module in stages.Skip(once))
        {
            folded = module.call(folded);
        }

        return folded.unflatten(0, [steps, batch]).MoveToOuterDisposeScope();
    }

    private static bool RunsOnce(nn.Module stage) =>
        !stage.modules().Append(stage).Any(module => module is Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout && module.training);
}
