namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Retinal ganglion cells under full-field binary flicker (E. J. Chichilnisky's data of the Pillow lab's tutorial; V. Uzzell and E. J.
/// Chichilnisky 2004).
/// </summary>
/// <param name="Units">The cells with their spikes in seconds.</param>
/// <param name="Stimulus">The screen's contrast, frame by frame.</param>
/// <param name="FrameTimes">When each frame came on, in seconds.</param>
public sealed record RetinalCells(IReadOnlyList<NeuralUnit> Units, IReadOnlyList<double> Stimulus, IReadOnlyList<double> FrameTimes)
{
    /// <summary>Seconds per frame, the mean over the recording.</summary>
    public double FrameDuration => (FrameTimes[^1] - FrameTimes[0]) / (FrameTimes.Count - 1);

    /// <summary>Reads <c>SpTimes.mat</c>, <c>Stim.mat</c> and <c>stimtimes.mat</c>.</summary>
    /// <param name="folder">The folder with the three files.</param>
    /// <returns>Spike times and stimulus.</returns>
    /// <exception cref="DatasetException">A file is missing, damaged, or does not fit the others.</exception>
    public static RetinalCells Load(string folder)
    {
        var spikes = MatSpikes.Find(MatFile.Read(Path.Combine(folder, "SpTimes.mat")));
        var stimulus = MatFile.Read(Path.Combine(folder, "Stim.mat"))["Stim"].Doubles();
        var times = MatFile.Read(Path.Combine(folder, "stimtimes.mat"))["stimtimes"].Doubles();
        return stimulus.Length == times.Length && stimulus.Length > 1
            ? new RetinalCells(spikes, stimulus, times)
            : throw new DatasetException(
                $"{folder} holds {stimulus.Length} frames and {times.Length} times; expected as many, and at least two.");
    }
}
