using System.IO.Pipes;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Running;
using SnnNotebooks.Interactive;

namespace SnnNotebooks.Host.Serving;

/// <summary>
/// The process behind a notebook that is open in an editor: one client on a named pipe, one JSON object a line, as docs/serve.md specifies.
/// A pipe, because native libraries print to the standard streams.
/// </summary>
public static class NotebookServer
{
    /// <summary>Version of the protocol; a client of another one is refused.</summary>
    public const int Protocol = 1;

    /// <summary>
    /// Listens, says where in one line on standard output, serves the first client until it is gone, and ends the process.
    /// </summary>
    /// <param name="request">What to serve.</param>
    /// <param name="extensions">Libraries lent to the cells.</param>
    /// <returns>0 after a client, 1 where none came, 2 where the pipe or the notebook's folder cannot be had.</returns>
    public static async Task<int> RunAsync(ServeRequest request, IReadOnlyList<HostExtension> extensions)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = Path.GetFullPath(request.NotebookPath);
        var name = request.PipeName ?? $"snn-{Guid.NewGuid():N}";
        NamedPipeServerStream pipe;
        try
        {
            Directory.SetCurrentDirectory(Path.GetDirectoryName(path)!);
            pipe = Pipe(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"{path} cannot be served on the pipe {name}: {e.Message}").ConfigureAwait(false);
            return 2;
        }

        await Console.Out.WriteLineAsync(new JsonObject { ["kind"] = "listening", ["protocol"] = Protocol, ["address"] = Address(name),
            ["pid"] = Environment.ProcessId }.ToJsonString()).ConfigureAwait(false);
        if (!await ConnectAsync(pipe, request.Patience).ConfigureAwait(false))
        {
            await Console.Error.WriteLineAsync($"No client connected to {Address(name)} within {request.Patience.TotalSeconds:0} s.")
                .ConfigureAwait(false);
            return 1;
        }

        _ = RefuseOthersAsync(name);
        await ServeAsync(pipe, request, path, extensions).ConfigureAwait(false);

        // threads that cells left behind must not keep the process
        Environment.Exit(0);
        return 0;
    }

    // only the user who started the process may connect: whoever does runs code
    private static NamedPipeServerStream Pipe(string name) =>
        new(name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);

    private static string Address(string name) =>
        OperatingSystem.IsWindows()
            ? $@"\\.\pipe\{name}"
            : Path.IsPathRooted(name) ? name
            : Path.Combine(Path.GetTempPath(), "CoreFxPipe_" + name);

    private static async Task<bool> ConnectAsync(NamedPipeServerStream pipe, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            try
            {
                await pipe.WaitForConnectionAsync(limit.Token).ConfigureAwait(false);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // another user, or gone at once
            }
        }
    }

    private static async Task RefuseOthersAsync(string name)
    {
        while (true)
        {
            var pipe = Pipe(name);
            await using var closing = pipe.ConfigureAwait(false);
            if (await ConnectAsync(pipe, Timeout.InfiniteTimeSpan).ConfigureAwait(false))
            {
                new ServerConnection(pipe).Send(
                    new JsonObject { ["kind"] = "refused",
                        ["message"] = "This notebook has its client already: start another process for another client." });
            }
        }
    }

    private static async Task ServeAsync(
        NamedPipeServerStream pipe, ServeRequest request, string path, IReadOnlyList<HostExtension> extensions)
    {
        var connection = new ServerConnection(pipe);
        if (!await ShakeHandsAsync(connection, path).ConfigureAwait(false))
        {
            return;
        }

        foreach (var (parameter, value) in request.Parameters)
        {
            Environment.SetEnvironmentVariable(parameter, value);
        }

        using var sink = new ServerSink(connection);
        var notebook = new NotebookSession(path, extensions, request.Parameters);
        using var session = new ServerSession(connection, sink, notebook, path);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            _ = session.InterruptAsync();
        });
        Console.SetOut(new SinkWriter(sink, "stdout"));
        Console.SetError(new SinkWriter(sink, "stderr"));
        Console.SetIn(new CellInput());
        DisplayChannel.Sink = sink;
        NotebookDisplay.Current = new SinkDisplay(sink);

        // the compiler is made ready while the user still reads
        _ = Task.Run(() => notebook.Engine.Compile("1", "warm-up", 1, CancellationToken.None));
        await session.ServeAsync().ConfigureAwait(false);
    }

    private static async Task<bool> ShakeHandsAsync(ServerConnection connection, string path)
    {
        try
        {
            if (await connection.ReadLineAsync().ConfigureAwait(false) is not { } line)
            {
                return false;
            }

            var hello = ServerRequest.Parse(line);
            var protocol = hello.Kind == "hello"
                ? hello.Number("protocol", 1, int.MaxValue)
                : throw new FormatException($"Expected a first request of the kind \"hello\", not \"{hello.Kind}\".");
            var version =
                typeof(NotebookServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(
                    '+')[0];
            if (protocol != Protocol)
            {
                throw new FormatException(
                    $"This is snn {version}, which speaks protocol {Protocol}; the client speaks {protocol}. "
                    + (protocol > Protocol
                        ? "Update the tool: dotnet tool update -g SnnNotebooks.Tool."
                        : "Update the editor's extension."));
            }

            connection.Send(new JsonObject { ["kind"] = "answer", ["id"] = hello.Id, ["protocol"] = Protocol, ["version"] = version,
                ["notebook"] = path, ["pid"] = Environment.ProcessId });
            return true;
        }
        catch (FormatException e)
        {
            connection.Send(new JsonObject { ["kind"] = "refused", ["message"] = e.Message });
            return false;
        }
    }
}
