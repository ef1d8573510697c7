namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// A NIR graph that cannot be read, run or written; the message says which file or node, what was found and what was expected.
/// </summary>
public sealed class NirException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which file or node, what was found, what was expected.</param>
    public NirException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which file or node, what was found, what was expected.</param>
    /// <param name="innerException">What the HDF5 reader or the file system said.</param>
    public NirException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
