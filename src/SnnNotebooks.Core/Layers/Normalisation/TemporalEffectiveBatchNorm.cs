using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Temporal effective batch normalisation (TEBN): one batch normalisation over time and batch together, then each time step times a
/// learnable number of its own, <c>scale</c> [T] in the state dictionary, 1 to start with (C. Duan et al., NeurIPS 2022).
/// </summary>
public sealed class TemporalEffectiveBatchNorm : nn.Module<Tensor, Tensor>, ISequenceLayer, IWholeSequence
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Parameter scale;
    private readonly ChannelStatistics statistics;

    /// <summary>Creates a layer.</summary>
    /// <param name="steps">T, at least 1; sequences must have this length.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="momentum">Share of the newest statistics in the running ones, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public TemporalEffectiveBatchNorm(int steps, long channels, double epsilon = 1e-5, double momentum = 0.1)
        : base(nameof(TemporalEffectiveBatchNorm))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        weight = nn.Parameter(ones(channels));
        bias = nn.Parameter(zeros(channels));
        scale = nn.Parameter(ones(steps));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        register_parameter(nameof(scale), scale);
        statistics = new ChannelStatistics(this, channels, epsilon, momentum);
    }

    /// <summary>Normalises a sequence.</summary>
    /// <param name="input">[T, N, C, ...].</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The sequence has another length, other channels, or another type than the weights.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 3 || input.shape[0] != scale.shape[0])
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected [{scale.shape[0]}, N, C, ...].", nameof(input));
        }

        LayerInput.RequireNormalised(input, weight, 2, GetName(), "[T, N, {0}, ...]");
        using var scope = NewDisposeScope();
        var normal = statistics.Normalise(OverTime.Frames(input), weight, bias).unflatten(0, input.shape[..2]);
        return (normal * scale.reshape([-1, .. Enumerable.Repeat(1L, (int)input.dim() - 1)])).MoveToOuterDisposeScope();
    }
}
