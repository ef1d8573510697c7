using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>
/// NeuroBench's ordinary baseline for motor prediction from a primate's cortex (<c>ANNModel2D</c>): spike counts of the last 50 bins of
/// 4 ms, three linear layers with ReLU and batch normalisation between them. Keys are those of its published checkpoints
/// (<c>examples/primate_reaching/model_data/2D_ANN_Weight</c>), which load as they are. (Its code keeps a
/// buffer of one bin, 4 bytes a unit of its footprint, that this one has no need of.)
/// </summary>
public sealed class MotorAnn : nn.Module<Tensor, Tensor>
{
    private const int Window = 50;

    private readonly long units;
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly Linear fc3;
    private readonly Dropout dropout;
    private readonly BatchNorm1d batchnorm1;
    private readonly BatchNorm1d batchnorm2;
    private readonly ReLU activation;

    /// <summary>Builds the network.</summary>
    /// <param name="units">Recorded units: 96 for the monkey Indy, 192 for Loco.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no unit.</exception>
    public MotorAnn(int units = 96)
        : base(nameof(MotorAnn))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        this.units = units;
        fc1 = nn.Linear(units, 32);
        fc2 = nn.Linear(32, 48);
        fc3 = nn.Linear(48, 2);
        dropout = nn.Dropout(0.5);
        batchnorm1 = nn.BatchNorm1d(32);
        batchnorm2 = nn.BatchNorm1d(48);
        activation = nn.ReLU();
        RegisterComponents();
    }

    /// <summary>Predicts the finger's velocity.</summary>
    /// <param name="spikes">[T, units], bins of 4 ms.</param>
    /// <returns>[T, 2], zeros until 50 bins are there.</returns>
    /// <exception cref="ArgumentException">The spikes are not [T, units].</exception>
    public override Tensor forward(Tensor spikes)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        if (spikes.dim() != 2 || spikes.shape[1] != units)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", spikes.shape)}]; expected [T, {units}].", nameof(spikes));
        }

        using var scope = NewDisposeScope();
        var silent = zeros([Math.Min(Window - 1, spikes.shape[0]), 2], dtype: spikes.dtype, device: spikes.device);
        if (spikes.shape[0] < Window)
        {
            return silent.MoveToOuterDisposeScope();
        }

        var counts = spikes.unfold(0, Window, 1).sum([-1L]);
        var first = batchnorm1.call(activation.call(fc1.call(counts)));
        var second = batchnorm2.call(activation.call(dropout.call(fc2.call(first))));
        return cat([silent, fc3.call(second)]).MoveToOuterDisposeScope();
    }
}
