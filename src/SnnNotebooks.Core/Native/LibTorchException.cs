namespace SnnNotebooks.Native;

/// <summary>libtorch could not be loaded; the message says which file, why, and what to do.</summary>
public sealed class LibTorchException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which file, why, and what to do.</param>
    public LibTorchException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which file, why, and what to do.</param>
    /// <param name="innerException">What the loader or the file system said.</param>
    public LibTorchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
