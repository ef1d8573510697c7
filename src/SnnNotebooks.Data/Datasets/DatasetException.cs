namespace SnnNotebooks.Datasets;

/// <summary>A data set is missing, damaged or unknown; the message says which file, where, why, and what to do.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which file, where, why, and what to do.</param>
    public DatasetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which file, where, why, and what to do.</param>
    /// <param name="innerException">What the file system or the network said.</param>
    public DatasetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
