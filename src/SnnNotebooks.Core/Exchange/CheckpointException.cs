namespace SnnNotebooks.Exchange;

/// <summary>A checkpoint that cannot be read or does not fit; the message says what was found, what was expected and what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, expected, and what to do.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, expected, and what to do.</param>
    /// <param name="inner">What went wrong underneath.</param>
    public CheckpointException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
