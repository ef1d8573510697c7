using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive;

namespace SnnNotebooks.Host.Running;

/// <summary>The process in which a notebook's cells run; <see cref="NotebookRunner"/> starts it.</summary>
public static class NotebookWorker
{
    /// <summary>The hidden verb the command-line tool starts a worker by.</summary>
    public const string Verb = "exec-notebook";

    // cells run in the notebook's folder; Parameters.PathOf looks here, too
    private const string CalledFrom = "SNN_CALLED_FROM";

    /// <summary>Runs the notebook the parent asks for, then ends the process, whatever threads its cells left behind.</summary>
    /// <param name="arguments">What followed the verb: the name of the parent's pipe.</param>
    /// <param name="extensions">Libraries lent to the cells.</param>
    /// <returns>0 where every cell succeeded, 1 where one failed, 2 where the arguments are wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, IReadOnlyList<HostExtension> extensions)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count != 1)
        {
            await Console.Error.WriteLineAsync("This verb is for the tool itself. Run a notebook with: snn run FILE").ConfigureAwait(false);
            return 2;
        }

        // Ctrl-C reaches the whole process group: the parent decides, and ends this process
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var pipe = new NamedPipeClientStream(".", arguments[0], PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(10_000).ConfigureAwait(false);
        using var reader = new StreamReader(pipe, Encoding.UTF8, false, 1 << 16, leaveOpen: true);
        var request = JsonSerializer.Deserialize(
            await reader.ReadLineAsync().ConfigureAwait(false) ?? "{}", WorkerMessageJson.Default.WorkerMessage);
        if (request is not { Text: { } path, Cells: not null })
        {
            return 2;
        }

        var session = new NotebookSession(path, extensions, request.Parameters);
        _ = ObeyParentAsync(reader, session);
        var sink = new WorkerSink(pipe);
        Console.SetOut(new SinkWriter(sink, "stdout"));
        Console.SetError(new SinkWriter(sink, "stderr"));
        Console.SetIn(new CellInput());
        DisplayChannel.Sink = sink;
        NotebookDisplay.Current = new SinkDisplay(sink);
        Environment.SetEnvironmentVariable(CalledFrom, Directory.GetCurrentDirectory());
        Directory.SetCurrentDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        var succeeded = await RunCellsAsync(request, session, sink).ConfigureAwait(false);
        sink.Send(new WorkerMessage(WorkerMessage.Done));
        Environment.Exit(succeeded ? 0 : 1);
        return 0;
    }

    private static async Task<bool> RunCellsAsync(WorkerMessage request, NotebookSession session, WorkerSink sink)
    {
        var succeeded = true;
        for (var number = 1; number <= request.Cells!.Count && !session.IsOver; number++)
        {
            sink.Send(new WorkerMessage(WorkerMessage.Started) { Cell = number });
            var failure = await RunCellAsync(request, session, number).ConfigureAwait(false);
            sink.Send(new WorkerMessage(WorkerMessage.Finished) { Cell = number, Failure = failure });
            succeeded &= failure is null;
            if (failure is not null && !request.KeepGoing)
            {
                return false;
            }
        }

        return succeeded;
    }

    private static async Task<CellFailure?> RunCellAsync(WorkerMessage request, NotebookSession session, int number)
    {
        var running = session.RunAsync(request.Cells![number - 1], number);
        if (request.CellSeconds is { } seconds
            && await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(seconds))).ConfigureAwait(false) != running)
        {
            await session.StopAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Timeout: the cell ran longer than {seconds:0.###} s and was stopped. Give it more time with --cell-timeout"))
                    .ConfigureAwait(false);
        }

        return await running.ConfigureAwait(false);
    }

    // a parent that is gone closes the pipe; a hung cell must not outlive it
    private static async Task ObeyParentAsync(StreamReader reader, NotebookSession session)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (JsonSerializer.Deserialize(
                    line, WorkerMessageJson.Default.WorkerMessage) is { Kind: WorkerMessage.Stop, Text: { } reason })
                {
                    await session.EndAsync(reason).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // the same end, less politely
        }

        Environment.Exit(3);
    }
}
