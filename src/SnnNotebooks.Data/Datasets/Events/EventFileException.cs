namespace SnnNotebooks.Datasets.Events;

/// <summary>An event recording cannot be read; says which file, where in it, and why.</summary>
public sealed class EventFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The byte where the trouble starts.</param>
    /// <param name="reason">What was found and what was expected, as the end of a sentence.</param>
    /// <param name="innerException">What a decompressor or parser said, if anything.</param>
    public EventFileException(string file, long offset, string reason, Exception? innerException = null)
        : base($"{file}, offset {offset}: {reason}.", innerException)
    {
        (File, Offset, Reason) = (file, offset, reason);
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The byte where the trouble starts.</summary>
    public long Offset { get; }

    /// <summary>What was found and what was expected.</summary>
    public string Reason { get; }
}
