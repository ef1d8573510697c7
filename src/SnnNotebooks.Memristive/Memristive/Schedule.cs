namespace SnnNotebooks.Memristive;

/// <summary>A positive number that goes exponentially from a first to a last value over training, sample by sample.</summary>
public sealed record Schedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="first">At the first sample, above 0.</param>
    /// <param name="last">At the end, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not a finite number above 0.</exception>
    public Schedule(double first, double last)
    {
        foreach (var value in new[] { first, last })
        {
            if (!(value > 0) || !double.IsFinite(value))
            {
                throw new ArgumentOutOfRangeException(nameof(first), value, "A schedule runs between finite numbers above 0.");
            }
        }

        (First, Last) = (first, last);
    }

    /// <summary>The value at the first sample.</summary>
    public double First { get; }

    /// <summary>The value at the end.</summary>
    public double Last { get; }

    /// <summary>One value throughout.</summary>
    /// <param name="value">Above 0.</param>
    /// <returns>The schedule.</returns>
    public static Schedule Constant(double value) => new(value, value);

    /// <summary>The value after a share of training.</summary>
    /// <param name="share">0 at the beginning, 1 at the end.</param>
    /// <returns>The value, above 0.</returns>
    public double At(double share) => First == Last ? First : First * Math.Pow(Last / First, share);
}
