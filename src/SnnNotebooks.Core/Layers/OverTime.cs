using System.Globalization;
using SnnNotebooks.Memory;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Modules one after the other on a sequence [T, B, ...]: neurons and whatever else has a state, or works on sequences, see the sequence;
/// stateless modules see all its steps at once: [T, B, ...] is folded to [T*B, ...] and unfolded again. Batch normalisation therefore
/// takes its statistics over time, too. Parameters appear under <c>0</c>, <c>1</c>, ... as in a sequential container, or under names given.
/// A sequence made by <see cref="TimeRepeat"/> is the same at every step: it is computed once and repeated again, with the same outputs,
/// gradients and running statistics, up to the first module with a state and the first dropout in training mode, which draws anew for each
/// step.
/// Convolutions and dense layers that are given spikes are computed as <see cref="SpikeLayers"/> says, batch normalisation with neurons
/// behind it as <see cref="NormalisedNeurons"/> says.
/// (A module of your own that draws random numbers is drawn once, too: give it a copy of the sequence where that is not meant.)
/// </summary>
public sealed class OverTime : nn.Module<Tensor, Tensor>, IRecomputable
{
    private readonly nn.Module<Tensor, Tensor>[] stages;
    private bool recomputes;

    /// <summary>Takes over the modules.</summary>
    /// <param name="modules">In order; those without a state map [N, ...] to [N, ...], the others [T, B, ...] to [T, B, ...].</param>
    /// <exception cref="ArgumentException">There is none, or a Sequential hides a neuron among stateless modules.</exception>
    public OverTime(params nn.Module<Tensor, Tensor>[] modules)
        : this(
            [.. (modules ?? throw new ArgumentNullException(nameof(modules))).Select(
                (module, i) => (i.ToString(CultureInfo.InvariantCulture), module))])
    {
    }

    /// <summary>Takes over the modules under names.</summary>
    /// <param name="modules">In order.</param>
    /// <exception cref="ArgumentException">There is none, or a Sequential hides a neuron among stateless modules.</exception>
    public OverTime(params (string Name, nn.Module<Tensor, Tensor> Module)[] modules)
        : base(nameof(OverTime))
    {
        ArgumentNullException.ThrowIfNull(modules);
        if (modules.Length == 0)
        {
            throw new ArgumentException("OverTime needs at least one module.", nameof(modules));
        }

        stages = Array.ConvertAll(modules, entry => entry.Module);
        foreach (var (name, module) in modules)
        {
            if (module is Sequential && SeesSequences(module))
            {
                throw new ArgumentException(
                    $"OverTime was given a Sequential with a neuron or another module that works on sequences in it; give it the modules "
                    + $"of {name} themselves.", nameof(modules));
            }

            register_module(name, module);
        }
    }

    /// <summary>Applies a function of single steps to all steps of a sequence at once.</summary>
    /// <param name="module">Maps [N, ...] to [N, ...'].</param>
    /// <param name="sequence">[T, B, ...].</param>
    /// <returns>[T, B, ...'].</returns>
    /// <exception cref="ArgumentException">The sequence has no batch axis.</exception>
    public static Tensor Apply(Func<Tensor, Tensor> module, Tensor sequence)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(sequence);
        if (sequence.dim() < 2)
        {
            throw new ArgumentException(
                $"A module over time was given [{string.Join(", ", sequence.shape)}]; expected [T, B, ...].", nameof(sequence));
        }

        using var scope = NewDisposeScope();
        return module(Frames(sequence)).unflatten(0, [sequence.shape[0], sequence.shape[1]]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// All steps of a sequence [T, B, ...] as one batch [T*B, ...]. One step keeps its strides: those that <c>flatten</c> gives the axis of
    /// a single image whose channels lie innermost make libtorch's batch normalisation compute wrong gradients.
    /// </summary>
    internal static Tensor Frames(Tensor sequence) => sequence.shape[0] == 1 ? sequence.squeeze(0) : sequence.flatten(0, 1);

    /// <summary>Applies the modules.</summary>
    /// <param name="input">[T, B, ...].</param>
    /// <returns>[T, B, ...'].</returns>
    /// <exception cref="ArgumentException">The input has no batch axis.</exception>
    /// <exception cref="InvalidOperationException">A neuron is in single-step mode.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < 2)
        {
            throw new ArgumentException($"OverTime was given [{string.Join(", ", input.shape)}]; expected [T, B, ...].", nameof(input));
        }

        using var scope = NewDisposeScope();
        if (!recomputes)
        {
            return Run(stages, input).MoveToOuterDisposeScope();
        }

        var sequence = input.alias();
        foreach (var (part, isRecomputed) in Parts())
        {
            using var former = sequence;
            sequence = isRecomputed ? Recomputed.Compute(given => Run(part, given), former, part) : Run(part, former);
        }

        return sequence.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A part are layers with the neurons behind them, without dropout, which draws; modules in it may have parts of their own.
    /// </remarks>
    public int Recompute(bool on)
    {
        recomputes = on;
        return Parts().Sum(part => part.IsRecomputed ? 1 : part.Stages.Sum(stage => Functional.Recompute(stage, on)));
    }

    private List<(nn.Module<Tensor, Tensor>[] Stages, bool IsRecomputed)> Parts()
    {
        var (parts, first) = (new List<(nn.Module<Tensor, Tensor>[], bool)>(), 0);
        for (var i = 0; i < stages.Length; i++)
        {
            if (SeesSequences(stages[i]) || Dropouts(stages[i]).Any() || i == stages.Length - 1)
            {
                parts.Add((stages[first..(i + 1)], stages[i] is SpikingNeuron && i > first));
                first = i + 1;
            }
        }

        return parts;
    }

    private static Tensor Run(nn.Module<Tensor, Tensor>[] stages, Tensor input)
    {
        using var scope = NewDisposeScope();
        var once = TimeRepeat.Repeats(input) ? stages.TakeWhile(RunsOnce).Count() : 0;
        var steps = checked((int)input.shape[0]);
        var (sequence, i) = (input.alias(), 0);
        while (i < stages.Length)
        {
            if (SeesSequences(stages[i]))
            {
                sequence = Sequence(stages[i++], sequence);
                continue;
            }

            var (isOnce, run) = (i < once, stages[i..].TakeWhile(stage => !SeesSequences(stage)).ToArray());
            run = isOnce ? run[..once] : run;
            i += run.Length;
            LayerInput.Require(sequence, run[0], before: 1);
            var neuron = run[^1] is BatchNorm && i < stages.Length && stages[i] is SpikingNeuron { StepMode: StepMode.Multi } next
                ? next
                : null;
            var before = neuron is null ? run : run[..^1];
            var normal = isOnce ? Once(sequence[0], before, steps).unsqueeze(0)
                : before.Length == 0 ? sequence
                : Apply(frames => before.Aggregate(frames, (value, stage) => SpikeLayers.Call(stage, value)), sequence);
            sequence = neuron is not null ? NormalisedNeurons.Fire((BatchNorm)run[^1], neuron, normal, steps)
                : isOnce ? TimeRepeat.Repeat(normal[0], steps)
                : normal;
            i += neuron is null ? 0 : 1;
        }

        return sequence.MoveToOuterDisposeScope();
    }

    private static Tensor Once(Tensor step, nn.Module<Tensor, Tensor>[] run, int steps)
    {
        using var statistics = new RepeatedStatistics(run, steps);
        return run.Aggregate(step, (value, module) => module.call(value));
    }

    private static Tensor Sequence(nn.Module<Tensor, Tensor> stage, Tensor sequence)
    {
        if (stage is IStepMode { StepMode: StepMode.Single })
        {
            throw new InvalidOperationException(
                $"{stage.GetName()} within OverTime is in single-step mode, and gets sequences: set its StepMode to Multi.");
        }

        // neurons do not care about places: maps [T, B, C, H, W] whose channels lie innermost in memory stay so
        return stage is SpikingNeuron && sequence.dim() == 5 && sequence.stride(2) == 1 && sequence.shape[2] > 1
            ? stage.call(sequence.permute(0, 1, 3, 4, 2)).permute(0, 1, 4, 2, 3)
            : stage.call(sequence);
    }

    /// <summary>Whether a module works on sequences, or has a state.</summary>
    internal static bool SeesSequences(nn.Module stage) =>
        stage.modules().Append(stage).Any(module => module is IStateful or ISequenceLayer);

    /// <summary>The modules in order.</summary>
    internal IReadOnlyList<nn.Module<Tensor, Tensor>> Stages => stages;

    private static bool RunsOnce(nn.Module stage) =>
        !SeesSequences(stage) && !Dropouts(stage).Any(dropout => dropout.training);

    private static IEnumerable<nn.Module> Dropouts(nn.Module stage) => stage.modules().Append(stage).Where(
        module => module is Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout);
}
