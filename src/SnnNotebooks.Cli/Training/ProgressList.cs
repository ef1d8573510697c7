using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>Tells several listeners of a training's progress, in order.</summary>
/// <param name="listeners">They; those that hold a file are disposed with it.</param>
internal sealed class ProgressList(IReadOnlyList<IProgress<TrainingProgress>> listeners) : IProgress<TrainingProgress>, IDisposable
{
    public void Report(TrainingProgress value)
    {
        foreach (var listener in listeners)
        {
            listener.Report(value);
        }
    }

    public void Dispose()
    {
        foreach (var listener in listeners.OfType<IDisposable>())
        {
            listener.Dispose();
        }
    }
}
