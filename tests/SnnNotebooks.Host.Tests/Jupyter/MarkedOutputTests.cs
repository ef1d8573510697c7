using System.IO.Pipes;
using System.Text;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Jupyter;

namespace SnnNotebooks.Host.Tests.Jupyter;

public sealed class MarkedOutputTests : IDisposable
{
    private readonly AnonymousPipeServerStream writer = new(PipeDirection.Out);
    private readonly HeldSink sink = new();
    private readonly AnonymousPipeClientStream reader;
    private readonly MarkedOutput output;

    public MarkedOutputTests()
    {
        reader = new(PipeDirection.In, writer.ClientSafePipeHandle);
        output = new MarkedOutput(reader, writer, "stdout", sink);
    }

    public void Dispose()
    {
        sink.MayGoOn.Release(100);
        writer.Dispose();
    }

    [Fact]
    public void What_was_written_before_a_mark_has_been_received_when_the_wait_for_it_ends()
    {
        sink.MayGoOn.Release(100);
        for (var i = 0; i < 20; i++)
        {
            Write($"{i} \u00e9\n");
            Drain();
            Assert.Equal(string.Concat(Enumerable.Range(0, i + 1).Select(line => $"{line} \u00e9\n")), sink.Received);
        }
    }

    [Fact]
    public async Task A_mark_that_comes_late_is_not_taken_for_the_next_one()
    {
        Write("a");
        output.Write();
        output.Wait(TimeSpan.Zero); // the reader is held: its mark is given up
        sink.MayGoOn.Release();
        Write("b");
        sink.Waits("b");
        var drained = Task.Run(Drain);

        // the first mark has come, the second stands after what is held
        Assert.NotSame(drained, await Task.WhenAny(drained, Task.Delay(200)));

        sink.MayGoOn.Release(100);
        await drained;
        Assert.Equal("ab", sink.Received);
    }

    [Fact]
    public void A_mark_that_went_elsewhere_is_waited_for_once()
    {
        var elsewhere = new MarkedOutput(Stream.Null, Stream.Null, "stdout", sink);
        elsewhere.Write();
        elsewhere.Wait(TimeSpan.Zero);
        elsewhere.Write();
        elsewhere.Wait(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Bytes_like_a_mark_and_marks_in_pieces_are_told_apart()
    {
        sink.MayGoOn.Release(100);
        writer.Write([0]);
        Write("snn-");
        writer.Write([0, 0]);
        Drain();
        Assert.Equal("\0snn-\0\0", sink.Received);
    }

    private void Write(string text) => writer.Write(Encoding.UTF8.GetBytes(text));

    private void Drain()
    {
        output.Write();
        output.Wait(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Receives a text when it is let.</summary>
    private sealed class HeldSink : IOutputSink
    {
        private readonly object gate = new();
        private readonly StringBuilder received = new();
        private string held = "";

        public SemaphoreSlim MayGoOn { get; } = new(0);

        public string Received
        {
            get
            {
                lock (gate)
                {
                    return received.ToString();
                }
            }
        }

        /// <summary>Waits until it holds a text.</summary>
        public void Waits(string text)
        {
            lock (gate)
            {
                while (held != text)
                {
                    Monitor.Wait(gate);
                }
            }
        }

        void IOutputSink.Stream(string name, string text)
        {
            lock (gate)
            {
                held = text;
                Monitor.PulseAll(gate);
            }

            MayGoOn.Wait();
            lock (gate)
            {
                received.Append(text);
            }
        }

        public void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult) => throw new NotSupportedException();

        public void Update(string id, IReadOnlyDictionary<string, string> data) => throw new NotSupportedException();

        public void Clear(bool wait) => throw new NotSupportedException();

        public string? Ask(string prompt, bool isPassword) => throw new NotSupportedException();
    }
}
