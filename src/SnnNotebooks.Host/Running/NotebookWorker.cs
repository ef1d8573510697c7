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
        var request = JsonSerializer.Deserialize(await reader.ReadLineAsync().ConfigureAwait(false) ?? "{}", WorkerMessageJson.Default.WorkerMessage);
        if (request is not { Text: { } path, Cells: { } cells })
        {
            return 2;
        }

        _ = EndWithParentAsync(reader);
        var sink = new WorkerSink(pipe);
        Console.SetOut(new SinkWriter(sink, "stdout"));
        Console.SetError(new SinkWriter(sink, "stderr"));
        DisplayChannel.Sink = sink;
        NotebookDisplay.Current = new SinkDisplay(sink);
        Directory.SetCurrentDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        var succeeded = await RunCellsAsync(path, cells, extensions, sink).ConfigureAwait(false);
        sink.Send(new WorkerMessage(WorkerMessage.Done));
        Environment.Exit(succeeded ? 0 : 1);
        return 0;
    }

    private static async Task<bool> RunCellsAsync(string path, IReadOnlyList<Cell> cells, IReadOnlyList<HostExtension> extensions, WorkerSink sink)
    {
        var session = new NotebookSession(path, extensions);
        for (var number = 1; number <= cells.Count; number++)
        {
            sink.Send(new WorkerMessage(WorkerMessage.Started) { Cell = number });
            var failure = await session.RunAsync(cells[number - 1], number).ConfigureAwait(false);
            sink.Send(new WorkerMessage(WorkerMessage.Finished) { Cell = number, Failure = failure });
            if (failure is not null)
            {
                return false;
            }
        }

        return true;
    }

    // a parent that is gone closes the pipe; a hung cell must not outlive it
    private static async Task EndWithParentAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is not null)
            {
            }
        }
        catch (IOException)
        {
            // the same end, less politely
        }

        Environment.Exit(3);
    }
}
