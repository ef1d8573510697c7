using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Why an answer that took too long is not judged. An endless loop of its own is wrong; of these nobody knows, and a person must read it.
/// </summary>
internal enum Standstill
{
    /// <summary>It did not stand still.</summary>
    None,

    /// <summary>It used the processor for less than its time: it waits for ever, or the machine stood still.</summary>
    Waited,

    /// <summary>It used up its time and did not end when it was told to, as code of a native library does not.</summary>
    Unstoppable,
}

/// <summary>What a teacher reads of a <see cref="Standstill"/>.</summary>
internal static class StandstillWords
{
    /// <summary>Two sentences: what happened, and what to do.</summary>
    /// <param name="standstill">Why.</param>
    /// <param name="limit">The time that the answer had.</param>
    public static string Say(this Standstill standstill, TimeSpan limit)
    {
        static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return standstill == Standstill.Waited
            ? $"No answer came in {Seconds(TimeLimit.Patience * limit)} s, and it hardly used the processor: it waits for something that "
                + "never comes (a lock, a task, input), or this machine stood still. Grade again; if the same comes, read the answer."
            : $"No answer came: it ran longer than {Seconds(limit)} s and could not be stopped, as in code of a native library. Read the "
                + "answer; where it only takes long, grade again with a longer --cell-timeout.";
    }
}
