namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>Times of tables as microseconds.</summary>
internal static class TableTime
{
    /// <summary>What a user should know where no unit is given.</summary>
    public const string TakenForSeconds = "its times have fractions and no unit: they are taken for seconds (--time-unit says otherwise)";

    private const double Longest = 9e18;

    /// <summary>Microseconds, or null beyond what fits.</summary>
    public static long? Of(long time, EventTimeUnit unit) => unit switch
    {
        EventTimeUnit.Microseconds => time,
        EventTimeUnit.Nanoseconds => (long)Math.Round(time / 1000m),
        _ => Of((double)time, unit),
    };

    /// <summary>Microseconds, rounded, or null beyond what fits.</summary>
    public static long? Of(double time, EventTimeUnit unit)
    {
        var microseconds = Math.Round(time * unit switch
        {
            EventTimeUnit.Seconds => 1e6,
            EventTimeUnit.Milliseconds => 1e3,
            EventTimeUnit.Nanoseconds => 1e-3,
            _ => 1,
        });
        return Math.Abs(microseconds) < Longest ? (long)microseconds : null;
    }
}
