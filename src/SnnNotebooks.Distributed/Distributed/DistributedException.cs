namespace SnnNotebooks.Distributed;

/// <summary>The ranks of a run cannot talk to each other: a library is missing, or a message failed.</summary>
public sealed class DistributedException : Exception
{
    /// <summary>With a message that says what was tried.</summary>
    public DistributedException(string message)
        : base(message)
    {
    }

    /// <summary>With the reason.</summary>
    public DistributedException(string message, Exception reason)
        : base(message, reason)
    {
    }
}
