namespace SnnNotebooks.Exchange;

/// <summary>
/// How many bytes a file may make a reader allocate: a generous multiple of its own length. Honest files stay far below; a small
/// file that promises gigabytes is refused before they are allocated.
/// </summary>
/// <param name="what">The file, for messages.</param>
/// <param name="fileLength">Its length in bytes.</param>
internal sealed class MemoryBudget(string what, long fileLength)
{
    private const int Factor = 16;
    private const long Floor = 64L << 20;

    private long left = Floor + (Factor * fileLength);

    /// <summary>Takes bytes from the budget before they are allocated.</summary>
    /// <exception cref="CheckpointException">There are not so many left.</exception>
    public void Take(long bytes)
    {
        if (bytes < 0 || bytes > left)
        {
            throw new CheckpointException(
                $"{what} ({fileLength} bytes) asks for {bytes} bytes of memory more, beyond {Factor} times its own length: it is damaged "
                + "or made to do harm.");
        }

        left -= bytes;
    }
}
