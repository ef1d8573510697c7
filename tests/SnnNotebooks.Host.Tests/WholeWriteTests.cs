using System.Text;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Running;
using SnnNotebooks.Host.Serving;

namespace SnnNotebooks.Host.Tests;

/// <summary>A cell that is stopped while the host writes a line for it must not leave half a line.</summary>
public sealed class WholeWriteTests
{
    private const string Text = "shown by a cell that is being stopped";

    [Theory]
    [InlineData("snn run")]
    [InlineData("snn serve")]
    public void An_interruption_in_the_middle_of_a_line_comes_after_it(string writer)
    {
        Action<Stream> write = writer == "snn run"
            ? stream => ((IOutputSink)new WorkerSink(stream)).Stream("stdout", Text)
            : stream => new ServerConnection(stream).Send(new() { ["text"] = Text });
        using var stream = new HeldStream();
        var interrupted = false;
        var cell = new Thread(() =>
        {
            try
            {
                write(stream);
                Thread.Sleep(Timeout.Infinite); // the cell's next wait
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }) { IsBackground = true };
        cell.Start();
        stream.IsInTheMiddle.Wait();
        cell.Interrupt();
        stream.MayGoOn.Set();
        cell.Join();

        Assert.True(interrupted);
        var line = Encoding.UTF8.GetString(stream.Written.ToArray());
        Assert.True(line.Contains(Text, StringComparison.Ordinal) && line.EndsWith("}\n", StringComparison.Ordinal), $"{writer}: {line}");
    }

    /// <summary>Takes half of what is written, and the rest when it is let.</summary>
    private sealed class HeldStream : Stream
    {
        public MemoryStream Written { get; } = new();

        public ManualResetEventSlim IsInTheMiddle { get; } = new();

        public ManualResetEventSlim MayGoOn { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Written.Write(buffer, offset, count / 2);
            IsInTheMiddle.Set();
            MayGoOn.Wait();
            Written.Write(buffer, offset + (count / 2), count - (count / 2));
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Task.Run(() => Write(buffer.ToArray(), 0, buffer.Length), cancellationToken));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
