namespace SnnNotebooks.Host.Execution;

/// <summary>What the host writes on the thread of a cell, which is interrupted over and over while the cell is being stopped.</summary>
internal static class WholeWrite
{
    /// <summary>
    /// Writes all bytes: half a line would make the next one unreadable. An interruption that comes meanwhile is raised again afterwards,
    /// for the cell's next wait.
    /// </summary>
    /// <param name="stream">Where to.</param>
    /// <param name="bytes">What.</param>
    /// <exception cref="IOException">The other side is gone.</exception>
    public static void WriteWhole(this Stream stream, ReadOnlyMemory<byte> bytes)
    {
        var written = stream.WriteAsync(bytes, CancellationToken.None).AsTask();
        var interrupted = false;
        try
        {
            while (true)
            {
                try
                {
                    written.GetAwaiter().GetResult();
                    return;
                }
                catch (ThreadInterruptedException)
                {
                    interrupted = true;
                }
            }
        }
        finally
        {
            if (interrupted)
            {
                Thread.CurrentThread.Interrupt();
            }
        }
    }
}
