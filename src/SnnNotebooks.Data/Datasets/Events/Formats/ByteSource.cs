using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>A file read from front to back through one buffer.</summary>
internal sealed class ByteSource : IDisposable
{
    private const int Usual = 1 << 18; // few calls of the kernel, and small enough to stay in a core's second-level cache

    private readonly SafeFileHandle handle;
    private byte[] buffer = [];
    private int start;
    private int end;
    private long next; // the byte of the file that follows those in the buffer

    public ByteSource(string path)
    {
        Name = path;
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        Length = RandomAccess.GetLength(handle);
        Limit = Length;
    }

    public string Name { get; }

    /// <summary>The size of the file.</summary>
    public long Length { get; }

    /// <summary>Where reading stops: the end of the file, or of the part that holds events.</summary>
    public long Limit { get; set; }

    /// <summary>The byte of the file that is read next.</summary>
    public long Offset => next - (end - start);

    /// <summary>The bytes left up to <see cref="Limit"/>.</summary>
    public long Remaining => Limit - Offset;

    /// <summary>The bytes that come next: at least as many as asked for, unless fewer are left.</summary>
    public ReadOnlySpan<byte> Peek(int atLeast)
    {
        var wanted = (int)Math.Min(atLeast, Remaining);
        if (end - start < wanted)
        {
            Fill(wanted);
        }

        return buffer.AsSpan(start, (int)Math.Min(end - start, Remaining));
    }

    public void Advance(int bytes) => start += bytes;

    /// <summary>Passes over some of the bytes that are left; what is not in the buffer is not read.</summary>
    public void Skip(long bytes)
    {
        if (bytes <= end - start)
        {
            start += (int)bytes;
        }
        else
        {
            Seek(Offset + bytes);
        }
    }

    /// <summary>Goes on elsewhere in the file.</summary>
    public void Seek(long offset)
    {
        (start, end, next) = (0, 0, offset);
    }

    /// <summary>Bytes from elsewhere in the file, fewer where it ends; what is read next stays.</summary>
    public int Look(long offset, Span<byte> bytes) => RandomAccess.Read(handle, bytes, offset);

    /// <summary>The next line without its end, if it starts with a byte and is text; nothing is consumed otherwise.</summary>
    /// <param name="first">The byte it starts with.</param>
    /// <param name="longest">The most bytes a line may have; what has no end within them is no line.</param>
    /// <exception cref="EventFileException">The file ends before the line does.</exception>
    public string? Line(byte first, int longest = 1 << 16)
    {
        var bytes = Peek(longest);
        if (bytes.IsEmpty || bytes[0] != first)
        {
            return null;
        }

        var within = bytes[..Math.Min(bytes.Length, longest)];
        var length = within.IndexOf((byte)'\n');
        if (length < 0 && bytes.Length == Remaining && IsText(within))
        {
            throw Bad("the file ends inside a line of its header (cut short)");
        }

        if (length < 0 || !IsText(within[..length]))
        {
            return null; // the first event happens to start like a line
        }

        var text = System.Text.Encoding.UTF8.GetString(within[..length].TrimEnd((byte)'\r'));
        Advance(length + 1);
        return text;
    }

    public EventFileException Bad(string reason, Exception? cause = null) => Bad(Offset, reason, cause);

    public EventFileException Bad(long offset, string reason, Exception? cause = null) => new(Name, offset, reason, cause);

    public void Dispose()
    {
        handle.Dispose();
        Return();
        (buffer, start, end) = ([], 0, 0);
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }

    private void Return()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Fill(int wanted)
    {
        var kept = end - start;
        if (wanted > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(wanted, Math.Min(Usual, Remaining)));
            buffer.AsSpan(start, kept).CopyTo(larger);
            Return();
            buffer = larger;
        }
        else
        {
            buffer.AsSpan(start, kept).CopyTo(buffer);
        }

        (start, end) = (0, kept);
        while (end < wanted)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(end), next);
            if (read == 0)
            {
                throw Bad(next, $"the file ends here, {Length - next} bytes before its length: it shrank while it was read");
            }

            (end, next) = (end + read, next + read);
        }
    }
}
