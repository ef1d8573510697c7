using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>A Jupyter kernel for C#, protocol 5.4: executes what clients send, in order, and says what came of it.</summary>
public sealed class JupyterKernel : IDisposable
{
    private static readonly TimeSpan LastReply = TimeSpan.FromMilliseconds(300);

    private readonly KernelChannels channels;
    private readonly KernelSink sink;
    private readonly NotebookSession session;
    private readonly CodeQuestions questions;
    private readonly History history = new();
    private readonly Channel<JupyterMessage> requests = Channel.CreateUnbounded<JupyterMessage>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string folder = Directory.GetCurrentDirectory();
    private RawOutput? raw;
    private int executionCount;

    private JupyterKernel(ConnectionInfo connection, IReadOnlyList<HostExtension> extensions)
    {
        channels = new KernelChannels(connection, new MessageCodec(connection.Key));
        sink = new KernelSink(channels);
        session = new NotebookSession(Path.Combine(folder, "notebook"), extensions);
        questions = new CodeQuestions(session.Engine);
        channels.Shell += message => requests.Writer.TryWrite(message);
        channels.Control += message => _ = ControlAsync(message);
    }

    /// <summary>Serves one client connection until it asks for the end, or its server is gone.</summary>
    /// <param name="connectionFile">The connection file Jupyter wrote.</param>
    /// <param name="anyAddress">Whether an address other than the loopback's is allowed.</param>
    /// <param name="extensions">Libraries lent to the cells.</param>
    /// <returns>0 after an orderly end, 2 where the connection cannot be served.</returns>
    public static async Task<int> RunAsync(string connectionFile, bool anyAddress, IReadOnlyList<HostExtension> extensions)
    {
        JupyterKernel kernel;
        try
        {
            kernel = new JupyterKernel(ConnectionInfo.Read(connectionFile, anyAddress), extensions);
        }
        catch (NotebookException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 2;
        }

        await kernel.ServeAsync().ConfigureAwait(false);
        kernel.Dispose();

        // threads that cells left behind must not keep the process
        Environment.Exit(0);
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        questions.Dispose();
        channels.Dispose();
        sink.Dispose();
    }

    private async Task ServeAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            _ = InterruptAsync();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            ended.TrySetResult();
        });
        var error = Console.Error;
        Console.SetOut(new Running.SinkWriter(sink, "stdout"));
        Console.SetError(new Running.SinkWriter(sink, "stderr"));
        Console.SetIn(new CellInput());
        DisplayChannel.Sink = sink;
        NotebookDisplay.Current = new SinkDisplay(sink);
        raw = RawOutput.Capture(sink);
        channels.Publish(null, "status", new JsonObject { ["execution_state"] = "starting" });
        channels.Start();
        _ = Task.Run(WarmUp);
        _ = EndWithServerAsync();
        await Task.WhenAny(ended.Task, Task.Run(ObeyRequestsAsync)).ConfigureAwait(false);
        Console.SetError(error);
    }

    // the compiler is made ready while the client still shakes hands
    private void WarmUp() => session.Engine.Compile("1", "warm-up", 1, CancellationToken.None);

    private async Task ObeyRequestsAsync()
    {
        await foreach (var request in requests.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await ObeyAsync(request, onControl: false).ConfigureAwait(false);
        }
    }

    private async Task ControlAsync(JupyterMessage request)
    {
        // off the thread of the sockets: stopping a cell waits
        await Task.Yield();
        await ObeyAsync(request, onControl: true).ConfigureAwait(false);
    }

    private async Task ObeyAsync(JupyterMessage request, bool onControl)
    {
        using var turn = request.Type == "execute_request" && !onControl ? session.Begin() : null;
        channels.Publish(request.Header, "status", new JsonObject { ["execution_state"] = "busy" });
        try
        {
            if (turn is not null)
            {
                await ExecuteAsync(request, turn).ConfigureAwait(false);
            }
            else if (await AnswerAsync(request).ConfigureAwait(false) is { } answer)
            {
                channels.Reply(request, onControl, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), answer);
            }
        }
        catch (Exception e)
        {
            // a request that cannot be answered must not end the kernel
            channels.Reply(request, onControl, request.Type.Replace("_request", "_reply", StringComparison.Ordinal),
                KernelError.Of(e.GetType().Name, e.Message, []));
        }

        channels.Publish(request.Header, "status", new JsonObject { ["execution_state"] = "idle" });
        if (request.Type == "shutdown_request")
        {
            channels.Publish(request.Header, "shutdown_reply",
                new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) });
            await Task.Delay(LastReply).ConfigureAwait(false);
            ended.TrySetResult();
        }
    }

    private async Task<JsonObject?> AnswerAsync(JupyterMessage request)
    {
        switch (request.Type)
        {
            case "kernel_info_request":
                return KernelInfoReply.Create();
            case "complete_request":
                return await questions.CompleteAsync(request).ConfigureAwait(false);
            case "inspect_request":
                return await questions.InspectAsync(request).ConfigureAwait(false);
            case "is_complete_request":
                return Completeness.Answer(request.Text("code"));
            case "history_request":
                return new JsonObject { ["status"] = "ok", ["history"] = history.Answer(request) };
            case "comm_info_request":
                return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_open":
                // no target is registered here: the other side is told so, as the protocol asks
                channels.Publish(request.Header, "comm_close",
                    new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() });
                return null;
            case "comm_msg" or "comm_close":
                return null;
            case "interrupt_request":
                await InterruptAsync().ConfigureAwait(false);
                return new JsonObject { ["status"] = "ok" };
            case "shutdown_request":
                await InterruptAsync().ConfigureAwait(false);
                return new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
            default:
                return KernelError.Of("UnknownRequest", $"This kernel does not know {request.Type}.", []);
        }
    }

    private async Task InterruptAsync()
    {
        // stopped before its question is given up: else a cell that reads could end well in between
        var stopping = session.StopAsync("Interrupted: the cell was interrupted; what it declared and showed stays");
        sink.GiveUpAsking();
        await stopping.ConfigureAwait(false);
    }

    private async Task ExecuteAsync(JupyterMessage request, CellTurn turn)
    {
        var code = DocumentText.WithUnixLines(request.Text("code"));
        var silent = request.Flag("silent", false);
        var remembered = request.Flag("store_history", true) && !silent;
        executionCount += remembered ? 1 : 0;
        sink.Begin(request, executionCount, silent);
        if (!silent)
        {
            channels.Publish(request.Header, "execute_input",
                new JsonObject { ["code"] = request.Text("code"), ["execution_count"] = executionCount });
        }

        var payload = new JsonArray();
        var failure = code.TrimStart().StartsWith('?')
            ? await PageAsync(code, payload).ConfigureAwait(false)
            : await RunAsync(turn, code).ConfigureAwait(false);
        var expressions = failure is null ? await EvaluateAsync(turn, request).ConfigureAwait(false) : [];
        raw?.Drain();
        sink.Flush();
        if (remembered)
        {
            history.Add(executionCount, request.Text("code"), sink.Result);
        }

        if (failure is null)
        {
            channels.Reply(request, false, "execute_reply",
                new JsonObject { ["status"] = "ok", ["execution_count"] = executionCount, ["payload"] = payload,
                    ["user_expressions"] = expressions });
            return;
        }

        var error = KernelError.Of(failure);
        if (!silent)
        {
            var published = (JsonObject)error.DeepClone();
            published.Remove("status");
            channels.Publish(request.Header, "error", published);
        }

        error["execution_count"] = executionCount;
        error["payload"] = new JsonArray();
        error["user_expressions"] = new JsonObject();

        // taken before the answer goes out: what a client sends after it is not meant
        var waiting = request.Flag("stop_on_error", true) && !silent ? Waiting() : [];
        channels.Reply(request, false, "execute_reply", error);
        await AbortAsync(waiting).ConfigureAwait(false);
    }

    // a cell may change its language, as a .dib does
    private async Task<CellFailure?> RunAsync(CellTurn turn, string code)
    {
        var markers = KernelNames.Markers();
        var cells = DibReader.HasMarker(code, KernelNames.CSharp, markers)
            ? DibReader.Split(code, KernelNames.CSharp, markers)
            : [new Cell(KernelNames.CSharp, code)];
        foreach (var cell in cells.Where(cell => !string.IsNullOrWhiteSpace(cell.Source)))
        {
            if (cell.Kernel == KernelNames.Markdown)
            {
                DisplayChannel.Show(new Dictionary<string, string> { ["text/markdown"] = cell.Source, ["text/plain"] = cell.Source });
            }
            else if (await session.RunAsync(turn, cell, executionCount,
                string.Create(CultureInfo.InvariantCulture, $"{folder}{Path.DirectorySeparatorChar}In [{executionCount}]"))
                    .ConfigureAwait(false) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    // ?name: what the pager of a client shows
    private async Task<CellFailure?> PageAsync(string code, JsonArray payload)
    {
        var name = code.Trim().TrimStart('?').Trim();
        if (await questions.ExplainAsync(name).ConfigureAwait(false) is not { } text)
        {
            return new CellFailure("NotFound", $"There is nothing to say about {name}.", "", executionCount);
        }

        payload.Add((JsonNode)new JsonObject { ["source"] = "page", ["data"] = new JsonObject { ["text/plain"] = text }, ["start"] = 0 });
        return null;
    }

    private async Task<JsonObject> EvaluateAsync(CellTurn turn, JupyterMessage request)
    {
        var results = new JsonObject();
        if (request.Content.TryGetProperty("user_expressions", out var expressions) && expressions.ValueKind == JsonValueKind.Object)
        {
            foreach (var expression in expressions.EnumerateObject())
            {
                var (data, failure) = await session.EvaluateAsync(turn, expression.Value.ToString(), executionCount).ConfigureAwait(false);
                results[expression.Name] = failure is null
                    ? new JsonObject { ["status"] = "ok", ["data"] = MimeBundle.Of(data!), ["metadata"] = new JsonObject() }
                    : KernelError.Of(failure);
            }
        }

        return results;
    }

    private List<JupyterMessage> Waiting()
    {
        var waiting = new List<JupyterMessage>();
        while (requests.Reader.TryRead(out var request))
        {
            waiting.Add(request);
        }

        return waiting;
    }

    // cells sent together with a failed one must not run on what it did not do
    private async Task AbortAsync(List<JupyterMessage> waiting)
    {
        foreach (var request in waiting)
        {
            if (request.Type != "execute_request")
            {
                await ObeyAsync(request, onControl: false).ConfigureAwait(false);
                continue;
            }

            channels.Publish(request.Header, "status", new JsonObject { ["execution_state"] = "busy" });
            channels.Reply(request, false, "execute_reply",
                new JsonObject { ["status"] = "aborted", ["execution_count"] = executionCount });
            channels.Publish(request.Header, "status", new JsonObject { ["execution_state"] = "idle" });
        }
    }

    private async Task EndWithServerAsync()
    {
        await JupyterServer.GoneAsync().ConfigureAwait(false);
        ended.TrySetResult();
    }
}
