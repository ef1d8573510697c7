namespace SnnNotebooks.Host;

/// <summary>A notebook cannot be read, run or written; the message says what was wrong, what was expected and what to do.</summary>
public sealed class NotebookException : Exception
{
    /// <summary>An error without further words.</summary>
    public NotebookException()
    {
    }

    /// <summary>An error with its message.</summary>
    /// <param name="message">What was wrong, what was expected, what to do.</param>
    public NotebookException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    /// <param name="message">What was wrong, what was expected, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public NotebookException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
