using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Serving;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Serving;

/// <summary>A stop that comes between the word that a cell runs and its first instruction.</summary>
public sealed class CellTurnTests : IDisposable
{
    private static readonly Cell Endless = new(KernelNames.CSharp, "while (true) { }");
    private readonly TemporaryFolder folder = new();

    private string Notebook => Path.Combine(folder.Path, "main.dib");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_turn_that_was_stopped_runs_none_of_its_cells()
    {
        var session = new NotebookSession(Notebook);
        using (var turn = session.Begin())
        {
            Assert.True(await session.StopAsync("Interrupted: by hand"));
            for (var number = 1; number <= 2; number++)
            {
                var failure = await session.RunAsync(turn, Endless, number);
                Assert.Equal(("Interrupted", "by hand"), (failure?.ErrorName, failure?.Message));
            }
        }

        Assert.True(await session.StopAsync("Interrupted: after its end"));
        Assert.Null(await session.RunAsync(new Cell(KernelNames.CSharp, "var next = 1;"), 3));
    }

    [Fact]
    public async Task A_session_that_is_over_runs_no_cell()
    {
        var session = new NotebookSession(Notebook);
        await session.EndAsync("Timeout: the notebook took too long");
        Assert.True(session.IsOver);
        Assert.Equal("Timeout", (await session.RunAsync(Endless, 1))?.ErrorName);
    }

    [Fact]
    public async Task An_interrupt_that_comes_with_the_word_that_the_cell_started_ends_it()
    {
        ServerSession server = null!;
        using var client = new ClientStream(started: () => server.InterruptAsync().GetAwaiter().GetResult());
        var connection = new ServerConnection(client);
        using var sink = new ServerSink(connection);
        using (server = new ServerSession(connection, sink, new NotebookSession(Notebook), Notebook))
        {
            client.Send(new JsonObject { ["id"] = "a", ["kind"] = "execute", ["kernel"] = "csharp", ["source"] = Endless.Source });
            var serving = server.ServeAsync();
            var answer = await client.Answer.WaitAsync(TimeSpan.FromMinutes(5));
            Assert.Equal("Interrupted", (string?)answer["failure"]?["name"]);
            client.HangUp();
            await serving;
        }
    }

    /// <summary>A client that acts while it is still being told that a cell started.</summary>
    private sealed class ClientStream(Action started) : Stream
    {
        private readonly Pipe requests = new();
        private readonly TaskCompletionSource<JsonNode> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<JsonNode> Answer => answer.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Send(JsonObject request)
        {
            requests.Writer.Write(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"));
            requests.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        }

        public void HangUp() => requests.Writer.Complete();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            requests.Reader.AsStream().ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count)
        {
            var message = JsonNode.Parse(Encoding.UTF8.GetString(buffer, offset, count))!;
            if ((string?)message["kind"] == "started")
            {
                started();
            }
            else if ((string?)message["kind"] == "answer")
            {
                answer.TrySetResult(message);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
