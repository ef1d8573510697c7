using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// Batch normalisation with statistics, weight and bias of its own for every time step and feature; T is therefore part of the network.
/// The vectors have T*C entries, time step by time step, as SVFormer's published code keeps them.
/// </summary>
public sealed class TimeBatchNorm : NamedModule, ISequenceLayer, IWholeSequence
{
    private const double Epsilon = 1e-5;

    private readonly int steps;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates a layer.</summary>
    /// <param name="steps">T.</param>
    /// <param name="features">C.</param>
    public TimeBatchNorm(int steps, int features)
        : base(nameof(TimeBatchNorm))
    {
        this.steps = steps;
        register_parameter(nameof(weight), weight = nn.Parameter(ones(steps * features)));
        register_parameter(nameof(bias), bias = nn.Parameter(zeros(steps * features)));
        register_buffer("running_mean", zeros(steps * features));
        register_buffer("running_var", ones(steps * features));
        register_buffer("num_batches_tracked", zeros([], dtype: ScalarType.Int64));
    }

    /// <summary>Share of the present batch in the running statistics.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>Normalises each time step over everything but the features.</summary>
    /// <param name="input">[T, ..., C].</param>
    /// <returns>[T, ..., C].</returns>
    /// <exception cref="ArgumentException">The input has other time steps or features, or another type than the weights.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 3 || input.shape[0] != steps)
        {
            throw new ArgumentException(
                $"The normalisation has statistics for {steps} time steps of [B, ..., features]; it was given "
                + $"[{string.Join(", ", input.shape)}].", nameof(input));
        }

        using var scope = NewDisposeScope();
        LayerInput.RequireWeights(input, weight, GetName());
        LayerInput.RequireFeatures(input, -1, weight.size(0) / steps, GetName(), "[T, ..., {0}]");
        var (means, variances) = (PerStep(get_buffer("running_mean")!), PerStep(get_buffer("running_var")!));
        var (weights, biases) = (PerStep(weight), PerStep(bias));
        var output = input.flatten(1, -2).unbind(0)
            .Select(
                (step, t) => nn.functional.batch_norm(step, means[t], variances[t], weights[t], biases[t], training, Momentum, Epsilon));
        var normalised = stack(output).view(input.shape).MoveToOuterDisposeScope();
        if (training)
        {
            using var off = no_grad();
            get_buffer("num_batches_tracked")!.add_(1);
        }

        return normalised;
    }

    private Tensor[] PerStep(Tensor vector) => vector.unflatten(0, [steps, -1]).unbind(0);
}
