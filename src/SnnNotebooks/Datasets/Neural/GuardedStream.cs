using System.Runtime.CompilerServices;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// A file as a parser sees it that may be led astray by it: reading goes on only while the stack has room (no endless recursion), and only for
/// a multiple of the file's length (no endless loop).
/// </summary>
internal sealed class GuardedStream : Stream
{
    private const long Passes = 64;
    private const long Allowance = 64L << 20;
    private const int CostPerRead = 16;

    private readonly Stream file;
    private readonly long budget;
    private long spent;

    public GuardedStream(Stream file)
    {
        this.file = file;
        budget = (Passes * file.Length) + Allowance;
    }

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
        spent += read + CostPerRead;
        return spent <= budget ? read : throw new InvalidDataException($"it was read {Passes} times over without an end");
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
}
