using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Temporal effective batch normalisation (TEBN): one batch normalisation over time and batch together, then each time step times a
/// learnable number of its own, <c>scale</c> [T] in the state dictionary, 1 to start with (C. Duan et al., NeurIPS 2022).
/// </summary>
public sealed class TemporalEffectiveBatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> bn;
    private readonly Parameter scale;

    /// <summary>Takes over a batch normalisation.</summary>
    /// <param name="steps">T, at least 1; sequences must have this length.</param>
    /// <param name="batchNorm">A batch normalisation of the right rank, for example <c>nn.BatchNorm2d(channels)</c>; it becomes <c>bn</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public TemporalEffectiveBatchNorm(int steps, nn.Module<Tensor, Tensor> batchNorm)
        : base(nameof(TemporalEffectiveBatchNorm))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentNullException.ThrowIfNull(batchNorm);
        bn = batchNorm;
        scale = nn.Parameter(ones(steps));
        register_module(nameof(bn), bn);
        register_parameter(nameof(scale), scale);
    }

    /// <summary>Normalises a sequence.</summary>
    /// <param name="input">[T, N, C, ...].</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The sequence has another length.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < 3 || input.shape[0] != scale.shape[0])
        {
            throw new ArgumentException($"{GetName()} was given [{string.Join(", ", input.shape)}]; expected [{scale.shape[0]}, N, C, ...].", nameof(input));
        }

        using var scope = NewDisposeScope();
        var normal = bn.call(input.flatten(0, 1)).unflatten(0, input.shape[..2]);
        return (normal * scale.reshape([-1, .. Enumerable.Repeat(1L, (int)input.dim() - 1)])).MoveToOuterDisposeScope();
    }
}
