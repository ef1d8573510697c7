using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Batch normalisation for modules that keep its parameters under names of their own (TorchSharp's own modules always have both weight
/// and bias, and a level of names): registers the running statistics with the module and applies them.
/// </summary>
internal sealed class ChannelStatistics
{
    private readonly nn.Module owner;
    private readonly double epsilon;
    private readonly double momentum;

    /// <summary>Registers <c>running_mean</c>, <c>running_var</c> and <c>num_batches_tracked</c> with their owner.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public ChannelStatistics(nn.Module owner, long channels, double epsilon, double momentum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        if (!(momentum is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The momentum must be in [0, 1].");
        }

        (this.owner, this.epsilon, this.momentum) = (owner, epsilon, momentum);
        owner.register_buffer("running_mean", zeros(channels));
        owner.register_buffer("running_var", ones(channels));
        owner.register_buffer("num_batches_tracked", zeros([], dtype: ScalarType.Int64));
    }

    /// <summary>Normalises [N, C, ...].</summary>
    public Tensor Normalise(Tensor input, Tensor weight, Tensor? bias)
    {
        // asked for each time: moving the owner to another device or type gives it new ones
        Tensor Buffer(string name) => owner.get_buffer(name)!;
        if (owner.training)
        {
            Buffer("num_batches_tracked").add_(1);
        }

        return nn.functional.batch_norm(
            input, Buffer("running_mean"), Buffer("running_var"), weight, bias, owner.training, momentum, epsilon);
    }
}
