namespace SnnNotebooks;

/// <summary>
/// Mean and spread of a sample, such as the accuracies of several seeds. Distances are taken from the first number: equal numbers have
/// exactly that number as their mean and a variance of exactly zero, where a rounded sum of them would leave a trace.
/// </summary>
/// <param name="Count">How many numbers there are, n.</param>
/// <param name="Mean">Their mean; NaN of none, and where one is NaN or infinite.</param>
/// <param name="Variance">The sum of squared distances from the mean divided by n - 1; NaN of fewer than two, and where the mean
/// is.</param>
public sealed record SampleSpread(int Count, double Mean, double Variance)
{
    /// <summary>The sample standard deviation; NaN where the variance is.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>The standard error of the mean; NaN where the variance is.</summary>
    public double StandardError => Math.Sqrt(Variance / Count);

    /// <summary>Measures a sample.</summary>
    /// <param name="numbers">Any number of them.</param>
    /// <returns>How many there are, their mean and their variance.</returns>
    public static SampleSpread Of(IEnumerable<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        double[] sample = [.. numbers];
        if (sample.Length == 0)
        {
            return new SampleSpread(0, double.NaN, double.NaN);
        }

        var mean = sample[0] + sample.Average(number => number - sample[0]);
        return new SampleSpread(sample.Length, mean, sample.Sum(number => (number - mean) * (number - mean)) / (sample.Length - 1));
    }
}
