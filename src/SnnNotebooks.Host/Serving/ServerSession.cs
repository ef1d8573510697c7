using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Jupyter;
using SnnNotebooks.Interactive;

namespace SnnNotebooks.Host.Serving;

/// <summary>Obeys one client's requests: what runs code waits its turn, everything else is answered at once.</summary>
internal sealed class ServerSession : IDisposable
{
    private const int MostWaiting = 1000;
    private const int MostCells = 1_000_000;
    private const int MostLines = 10_000_000;
    private const string Interrupted = "Interrupted: the cell was interrupted; what it declared and showed stays";

    private readonly ServerConnection connection;
    private readonly ServerSink sink;
    private readonly NotebookSession session;
    private readonly EditorServices editor;
    private readonly string path;
    private readonly Channel<(ServerRequest Request, int Interruptions)> waiting = Channel.CreateBounded<(ServerRequest, int)>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private int interruptions;

    public ServerSession(ServerConnection connection, ServerSink sink, NotebookSession session, string path)
    {
        (this.connection, this.sink, this.session, this.path) = (connection, sink, session, path);
        editor = new EditorServices(session.Engine, Path.GetDirectoryName(path)!);
    }

    /// <summary>Serves until the client is gone or asks for the end.</summary>
    public async Task ServeAsync()
    {
        _ = Task.Run(RunWaitingAsync);
        while (true)
        {
            ServerRequest request;
            try
            {
                if (await connection.ReadLineAsync().ConfigureAwait(false) is not { } line)
                {
                    return;
                }

                request = ServerRequest.Parse(line);
            }
            catch (FormatException e)
            {
                connection.Send(new JsonObject { ["kind"] = "answer", ["id"] = null, ["error"] = e.Message });
                continue;
            }

            if (request.Kind == "shutdown")
            {
                Answer(request, []);
                return;
            }

            Begin(request);
        }
    }

    /// <summary>Stops the running cell and those that wait.</summary>
    /// <returns>Whether the cell's code has ended; native code cannot be stopped.</returns>
    public async Task<bool> InterruptAsync()
    {
        Interlocked.Increment(ref interruptions);

        // stopped before its question is given up: else a cell that reads could end well in between
        var stopping = session.StopAsync(Interrupted);
        sink.Answer(null);
        return await stopping.ConfigureAwait(false);
    }

    public void Dispose() => editor.Dispose();

    private void Begin(ServerRequest request)
    {
        switch (request.Kind)
        {
            case "execute" or "variables" or "show":
                if (!waiting.Writer.TryWrite((request, interruptions)))
                {
                    Fail(request, $"More than {MostWaiting} requests wait already.");
                }

                break;
            case "interrupt":
                _ = AnswerAsync(request, async () => new JsonObject { ["ended"] = await InterruptAsync().ConfigureAwait(false) });
                break;
            case "input":
                _ = AnswerAsync(request, () => Task.FromResult(new JsonObject { ["asked"] = sink.Answer(request.OptionalText("value")) }));
                break;
            default:
                _ = EditorServices.Kinds.Contains(request.Kind)
                    ? AnswerAsync(request, () => editor.AnswerAsync(request))
                    : AnswerAsync(
                        request,
                        () => throw new FormatException(
                            $"Unknown kind \"{request.Kind}\". Expected execute, interrupt, input, variables, show, shutdown, "
                            + $"{string.Join(", ", EditorServices.Kinds)}."));
                break;
        }
    }

    private async Task RunWaitingAsync()
    {
        await foreach (var (request, before) in waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await AnswerAsync(request, request.Kind switch
            {
                "execute" => () => ExecuteAsync(request, before),
                "show" => () => ShowAsync(request),
                _ =>
                    () =>
                        Task.FromResult(new JsonObject { ["device"] = TensorFacts.BestDevice(),
                            ["items"] = VariableReport.Of(session.Engine.Variables().Values) }),
            }).ConfigureAwait(false);
        }
    }

    private async Task<JsonObject> ExecuteAsync(ServerRequest request, int before)
    {
        var cell = new Cell(request.Text("kernel"), request.Text("source").ReplaceLineEndings("\n"),
            request.Number("line", 1, MostLines, 1));
        var number = request.Number("cell", 1, MostCells, 1);
        using var turn = session.Begin();
        if (before != Volatile.Read(ref interruptions))
        {
            return Result(new CellFailure("Interrupted", "the cell did not run: those before it were interrupted", path, number),
                TimeSpan.Zero);
        }

        sink.Begin(request.Id);
        var started = Stopwatch.GetTimestamp();
        CellFailure? failure = null;
        foreach (var part in Parts(cell))
        {
            failure ??= await session.RunAsync(turn, part, number).ConfigureAwait(false);
        }

        sink.Flush();
        return Result(failure, Stopwatch.GetElapsedTime(started));
    }

    // a cell may change its language, as the file it is saved to may
    private static IReadOnlyList<Cell> Parts(Cell cell)
    {
        var markers = KernelNames.Markers();
        return cell.Kernel != KernelNames.Markdown && DibReader.HasMarker(cell.Source, cell.Kernel, markers)
            ? [.. DibReader.Split(cell.Source, cell.Kernel, markers)
                .Select(part => part with { FirstLine = cell.FirstLine + part.FirstLine - 1 })]
            : [cell];
    }

    private async Task<JsonObject> ShowAsync(ServerRequest request)
    {
        var name = request.Text("name");
        if (!session.Engine.Variables().ContainsKey(name))
        {
            throw new FormatException($"No cell has declared a variable {name}.");
        }

        using var turn = session.Begin();
        var (data, failure) = await session.EvaluateAsync(turn, "@" + name, 1).ConfigureAwait(false);
        return failure is null ? new JsonObject { ["data"] = MimeBundle.Of(ViewBundle.With(data!)) } : Result(failure, TimeSpan.Zero);
    }

    private static JsonObject Result(CellFailure? failure, TimeSpan elapsed) => new()
    {
        ["milliseconds"] = Math.Round(elapsed.TotalMilliseconds, 3),
        ["failure"] = failure is null ? null : new JsonObject
        {
            ["name"] = failure.ErrorName,
            ["message"] = failure.Message,
            ["text"] = failure.ToString(),
            ["line"] = failure.LineInCell,
            ["trace"] = new JsonArray([.. (failure.Trace ?? []).Select(frame => (JsonNode)frame)]),
        },
    };

    private async Task AnswerAsync(ServerRequest request, Func<Task<JsonObject>> work)
    {
        try
        {
            Answer(request, await work().ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            Answer(request, new JsonObject { ["cancelled"] = true });
        }
        catch (Exception e)
        {
            // a request that cannot be answered must not end the server
            Fail(request, e is FormatException or NotebookException ? e.Message : $"{e.GetType().Name}: {e.Message}");
        }
    }

    private void Fail(ServerRequest request, string error) => Answer(request, new JsonObject { ["error"] = error });

    private void Answer(ServerRequest request, JsonObject answer)
    {
        answer["kind"] = "answer";
        answer["id"] = request.Id;
        connection.Send(answer);
    }
}
