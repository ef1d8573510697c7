namespace SnnNotebooks.Training;

/// <summary>The learning rate over a run: a linear warm-up, then a course down.</summary>
/// <param name="Peak">The rate after the warm-up.</param>
/// <param name="Minimum">Where a cosine ends.</param>
/// <param name="WarmUpEpochs">Epochs of warm-up; 0 for none.</param>
/// <param name="WarmUpStart">The rate the warm-up starts from.</param>
/// <param name="Shape">The course after the warm-up.</param>
/// <param name="StepEpochs">Epochs between two steps of <see cref="ScheduleShape.Steps"/>; each divides the rate by ten.</param>
/// <param name="PerIteration">Whether the rate changes with every step (QKFormer, SVFormer) or only with every epoch (timm).</param>
public sealed record LearningRateSchedule(
    double Peak,
    double Minimum = 0,
    double WarmUpEpochs = 0,
    double WarmUpStart = 0,
    ScheduleShape Shape = ScheduleShape.Cosine,
    int StepEpochs = 64,
    bool PerIteration = false)
{
    /// <summary>The rate at a place of the run.</summary>
    /// <param name="epoch">Epochs done, fractions included.</param>
    /// <param name="epochs">The epoch in which the cosine reaches its end; later ones keep the minimum.</param>
    /// <returns>The learning rate.</returns>
    public double At(double epoch, int epochs)
    {
        var place = PerIteration ? epoch : Math.Floor(epoch);
        if (place < WarmUpEpochs)
        {
            return WarmUpStart + (place * (Peak - WarmUpStart) / WarmUpEpochs);
        }

        return Shape switch
        {
            ScheduleShape.Constant => Peak,
            ScheduleShape.Steps => Peak * Math.Pow(0.1, Math.Floor(place / StepEpochs)),
            ScheduleShape.CosineAfterWarmUp => Cosine((place - WarmUpEpochs) / Math.Max(epochs - WarmUpEpochs, 1e-9)),
            _ => Cosine(place / epochs),
        };

        double Cosine(double done) => done >= 1 ? Minimum : Minimum + (0.5 * (Peak - Minimum) * (1 + Math.Cos(Math.PI * done)));
    }
}

/// <summary>Courses of a learning rate after its warm-up.</summary>
public enum ScheduleShape
{
    /// <summary>Half a cosine over the whole run, which the warm-up cuts the start from (timm without a warm-up prefix).</summary>
    Cosine,

    /// <summary>Half a cosine from the end of the warm-up to the end of the run.</summary>
    CosineAfterWarmUp,

    /// <summary>A tenth after every so many epochs.</summary>
    Steps,

    /// <summary>No change.</summary>
    Constant,
}
