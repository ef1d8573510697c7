using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>A data set that is open: what to learn from and what to be tested on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">One input.</param>
/// <param name="Train">What to learn from.</param>
/// <param name="Test">What to be tested on.</param>
/// <param name="Remarks">What a reader of results must know of it, a sentence each.</param>
public sealed record LabelledData(
    string Name, InputShape Shape, TrainingSet Train, TrainingSet Test, IReadOnlyList<string> Remarks) : IDisposable
{
    /// <summary>What holds the data in memory or a file open.</summary>
    internal IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames => Train.ClassNames;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in Owned)
        {
            owned.Dispose();
        }
    }

    /// <summary>
    /// The same inputs in the axes a network takes: pictures repeated over time, frames as clips and the other way round.
    /// </summary>
    internal LabelledData As(InputShape wanted)
    {
        Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>? change = (Shape.Kind, wanted.Kind) switch
        {
            (InputKind.Images, InputKind.EventFrames) => images => images.unsqueeze(1).expand(-1, wanted.TimeSteps, -1, -1, -1),
            (InputKind.Images, InputKind.Video) => images => images.unsqueeze(2).expand(-1, -1, wanted.TimeSteps, -1, -1),
            (InputKind.EventFrames, InputKind.Video) or (InputKind.Video, InputKind.EventFrames) => frames => frames.transpose(1, 2),
            _ => null,
        };
        return change is null
            ? this with { Shape = wanted }
            : this with
            {
                Shape = wanted, Train = Train.Map(change), Test = Test.Map(change),
                Remarks = Shape.Kind == InputKind.Images
                    ? [.. Remarks, $"each picture is shown for {wanted.TimeSteps} time steps, as it is"]
                    : Remarks,
            };
    }
}
