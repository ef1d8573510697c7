using System.Runtime.CompilerServices;

namespace SnnNotebooks.Datasets;

/// <summary>
/// A file as a parser sees it that may be led astray by it: reading goes on only while the stack has room (no endless recursion), only for
/// a multiple of the file's length (no endless loop), and only so often past its end, which some decoders take for zeros without end.
/// </summary>
internal sealed class GuardedStream : Stream
{
    private const long Passes = 64;
    private const long Allowance = 16L << 20;
    private const int CostPerRead = 16;
    private const int MostReadsPastEnd = 4096;

    private readonly Stream file;
    private readonly long budget;
    private long spent;

    public GuardedStream(Stream file)
    {
        this.file = file;
        budget = (Passes * file.Length) + Allowance;
    }

    /// <summary>How often bytes were asked for where none are left: what came of it is of a file that is cut short.</summary>
    public int ReadsPastEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var read = file.Read(buffer);
        Spend(read + CostPerRead, isPastEnd: read < buffer.Length && file.Position >= file.Length);
        return read;
    }

    public override int ReadByte()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var read = file.ReadByte();
        Spend(1, isPastEnd: read < 0);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Spend(int cost, bool isPastEnd)
    {
        spent += cost;
        if (spent > budget)
        {
            throw new InvalidDataException($"it was read {Passes} times over without an end");
        }

        if (isPastEnd && ++ReadsPastEnd > MostReadsPastEnd)
        {
            throw new InvalidDataException("it goes on past its end (damaged or cut short)");
        }
    }
}
