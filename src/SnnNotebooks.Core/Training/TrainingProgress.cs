namespace SnnNotebooks.Training;

/// <summary>Where a training run stands, told after every step and once more after every epoch.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">How many there will be.</param>
/// <param name="Batch">Steps done in this epoch.</param>
/// <param name="Batches">Steps in an epoch.</param>
/// <param name="Loss">Mean training loss of this epoch so far; on a GPU without the last step, which is not waited for.</param>
/// <param name="Accuracy">Training accuracy of the same steps, in [0, 1].</param>
/// <param name="Elapsed">Time since training began.</param>
/// <param name="Finished">The epoch's result once it is over and tested, else null.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double Accuracy, TimeSpan Elapsed, EpochResult? Finished)
{
    /// <summary>Inputs learned from in a second, by all ranks together, tests and savings included.</summary>
    public double InputsPerSecond { get; init; }

    /// <summary>Share of the time that this rank stood still for others and the network, in [0, 1]; 0 for one process alone.</summary>
    public double Waiting { get; init; }
}
