namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>Two runs of one command in turn, where one was too short for enough processes.</summary>
internal static class AddedProcesses
{
    /// <summary>Puts the processes of a later run behind those of an earlier one.</summary>
    /// <param name="earlier">The earlier run.</param>
    /// <param name="later">The later one.</param>
    /// <returns>Null where they are not of the same command, machine, day, versions and cases.</returns>
    public static Timing? Of(Timing earlier, Timing later)
    {
        var isSame = (earlier.Command, earlier.Machine, earlier.Date) == (later.Command, later.Machine, later.Date)
            && earlier.Backends.SequenceEqual(later.Backends)
            && earlier.Cases.Select(each => each.Name).SequenceEqual(later.Cases.Select(each => each.Name));
        return !isSame ? null : later with
        {
            Cases = [.. earlier.Cases.Zip(later.Cases, (first, second) => new TimedCase(
                first.Name, second.Found.ToDictionary(
                    each => each.Key, each => first.Found.TryGetValue(each.Key, out var found) ? Both(found, each.Value) : each.Value)))],
        };
    }

    private static Sample Both(Sample first, Sample second) => first.Processes.Count == 0 ? second
        : second.Processes.Count == 0 ? first
        : new Sample([.. first.Processes, .. second.Processes], Math.Min(first.Least, second.Least));
}
