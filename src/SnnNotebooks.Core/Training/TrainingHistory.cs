namespace SnnNotebooks.Training;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Mean loss over the epoch's steps, while weights changed.</param>
/// <param name="TrainAccuracy">Accuracy over the epoch's steps, in [0, 1].</param>
/// <param name="TestAccuracy">Accuracy on the test set after the epoch, in [0, 1].</param>
/// <param name="Seconds">Duration, training and test together.</param>
public sealed record EpochResult(int Epoch, double TrainLoss, double TrainAccuracy, double TestAccuracy, double Seconds);

/// <summary>The epochs of a training run.</summary>
/// <param name="Epochs">Finished epochs, in order.</param>
/// <param name="Cancelled">True where the run was stopped before its last epoch ended.</param>
public sealed record TrainingHistory(IReadOnlyList<EpochResult> Epochs, bool Cancelled);
