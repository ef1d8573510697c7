namespace SnnNotebooks.Memristive;

/// <summary>How long and how fast a network learns.</summary>
/// <param name="Epochs">Passes over the training samples, at least 1.</param>
/// <param name="Rate">The step eta of <see cref="StepUpdate"/> (on devices, whose step is their own, of the digital biases only), or the
/// learning rate of <see cref="GradientUpdate"/>.</param>
public sealed record TrainingPlan(int Epochs, Schedule Rate)
{
    /// <summary>The share q of steps that are carried out, chosen device by device, in (0, 1]; all of them where it is 1.</summary>
    public Schedule Density { get; init; } = Schedule.Constant(1);

    /// <summary>B4 where little data is used: 30 epochs, step 0.02.</summary>
    public static TrainingPlan Quick { get; } = new(30, Schedule.Constant(0.02));

    /// <summary>B4 on a whole data set: 20 epochs, step 0.02 to 0.001.</summary>
    public static TrainingPlan Laptop { get; } = new(20, new Schedule(0.02, 0.001));

    /// <summary>B0: learning rate 0.3 to 0.01.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <returns>The plan.</returns>
    public static TrainingPlan HighPrecision(int epochs) => new(epochs, new Schedule(0.3, 0.01));
}
