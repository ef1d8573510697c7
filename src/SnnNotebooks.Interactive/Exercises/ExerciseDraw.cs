namespace SnnNotebooks.Interactive.Exercises;

/// <summary>Draws the inputs on which an answer is tried; numbers are rounded to four digits, so that they can be told.</summary>
/// <param name="seed">The same seed draws the same numbers.</param>
public sealed class ExerciseDraw(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>A number of an interval, each as likely.</summary>
    /// <param name="low">The lowest.</param>
    /// <param name="high">The highest, not below <paramref name="low"/>.</param>
    /// <returns>At least <paramref name="low"/>, at most <paramref name="high"/>, with few digits.</returns>
    public double Between(double low, double high) => Rounded(low + ((high - low) * random.NextDouble()), low, high);

    /// <summary>A whole number, each as likely.</summary>
    /// <param name="low">The lowest.</param>
    /// <param name="high">The highest, itself included.</param>
    /// <returns>At least <paramref name="low"/>, at most <paramref name="high"/>.</returns>
    public double Whole(int low, int high) => random.Next(low, high + 1);

    /// <summary>One of several numbers.</summary>
    /// <param name="choices">At least one.</param>
    /// <returns>The number.</returns>
    public double OneOf(params double[] choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices[random.Next(choices.Length)];
    }

    /// <summary>An array of numbers as by <see cref="Between"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="low">The lowest.</param>
    /// <param name="high">The highest.</param>
    /// <returns>As many numbers as were asked for.</returns>
    public double[] Many(int count, double low, double high) => [.. Enumerable.Range(0, count).Select(_ => Between(low, high))];

    /// <summary>A random spike train: an array of zeros and ones.</summary>
    /// <param name="steps">Its length in time steps.</param>
    /// <param name="rate">The probability of a spike in a step, from 0 to 1.</param>
    /// <returns>[T], 0 or 1 at each step.</returns>
    public double[] Spikes(int steps, double rate) =>
        [.. Enumerable.Range(0, steps).Select(_ => random.NextDouble() < rate ? 1.0 : 0.0)];

    private static double Rounded(double value, double low, double high)
    {
        var unit = value == 0 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 3);
        return Math.Clamp(unit < 1 ? Math.Round(value / unit) / Math.Round(1 / unit) : Math.Round(value / unit) * unit, low, high);
    }
}
