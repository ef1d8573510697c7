using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>The curves of a training as TensorBoard shows them: loss and accuracy of every few steps, and of each epoch.</summary>
/// <param name="folder">The folder of the run.</param>
internal sealed class TensorBoardLog(string folder) : IProgress<TrainingProgress>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TensorBoardWriter writer = new(folder);
    private TimeSpan? last;

    public void Report(TrainingProgress value)
    {
        if (value.Finished is { } epoch)
        {
            writer.Scalar("epoch/train_loss", epoch.TrainLoss, epoch.Epoch);
            writer.Scalar("epoch/train_accuracy", epoch.TrainAccuracy, epoch.Epoch);
            writer.Scalar("epoch/test_accuracy", epoch.TestAccuracy, epoch.Epoch);
            writer.Scalar("epoch/seconds", epoch.Seconds, epoch.Epoch);
        }
        else if (last is null || value.Elapsed - last >= Pause)
        {
            last = value.Elapsed;
            var step = ((value.Epoch - 1L) * value.Batches) + value.Batch;
            writer.Scalar("step/loss", value.Loss, step);
            writer.Scalar("step/accuracy", value.Accuracy, step);
        }
    }

    public void Dispose() => writer.Dispose();
}
