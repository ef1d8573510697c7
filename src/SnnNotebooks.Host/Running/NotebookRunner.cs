using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Grading;

namespace SnnNotebooks.Host.Running;

/// <summary>Runs notebooks, each in a process of its own, and exports what they show.</summary>
/// <param name="workerCommand">The command that starts a worker: program, arguments, <see cref="NotebookWorker.Verb"/>; the pipe's name is
/// added.</param>
public sealed class NotebookRunner(IReadOnlyList<string> workerCommand)
{
    private const string StillRunning = "The notebook is still running, or its run was ended from outside: this is how far it came.";
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(10); // what is buffered is written as the process ends

    /// <summary>A runner whose workers are this same program.</summary>
    public static NotebookRunner OfThisProgram() => new([.. ThisProgram.Command, NotebookWorker.Verb]);

    /// <summary>Runs one notebook up to its first failing cell and writes both files, also after a failure.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="progress">Told what happens, from several threads.</param>
    /// <param name="cancellationToken">Ends the notebook's process; what ran is still exported.</param>
    /// <returns>What happened; failures of cells, timeouts, crashes and failed exports are told here, not thrown.</returns>
    /// <exception cref="NotebookException">The notebook cannot be read, or the results cannot be written or would overwrite it; nothing
    /// ran.</exception>
    public async Task<RunReport> RunAsync(RunRequest request, IProgress<RunEvent> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        var notebook = NotebookFile.Read(request.NotebookPath);
        var files = new RunFiles(request);
        files.Prepare();

        var started = Stopwatch.GetTimestamp();
        RunRecorder? recorder = null;
        RunReport Report(string? failure, int? cell) =>
            new(request.NotebookPath, notebook, failure is null, recorder!.Reports(), files.Ipynb, files.Html,
                Stopwatch.GetElapsedTime(started), failure, cell);
        using var journal = new RunJournal(files, () => Report(StillRunning, null), progress);
        recorder = new RunRecorder(notebook, journal);
        var writing = Task.Run(journal.WriteAsync, CancellationToken.None);
        var (failure, failingCell) = notebook.Cells.Count == 0
            ? (null, null)
            : await RunWorkerAsync(request, notebook, recorder, cancellationToken).ConfigureAwait(false);
        journal.Stop();
        await writing.ConfigureAwait(false);

        var report = Report(failure, failingCell);
        return files.Write(report) is { } unwritten
            ? report with { Succeeded = false, Failure = failure is null ? unwritten : $"{failure}\n{unwritten}" }
            : report;
    }

    private async Task<(string? Failure, int? Cell)> RunWorkerAsync(
        RunRequest request, Notebook notebook, RunRecorder recorder, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var patience = new CancellationTokenSource();
        if (request.Timeout is { } limit)
        {
            timeout.CancelAfter(limit);
        }

        var pipeName = $"snn-{Guid.NewGuid():N}";
        using var pipe = new NamedPipeServerStream(
            pipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        using var process = Start(request, pipeName);
        var console = new NativeConsole(recorder);
        var native = Task.WhenAll(
            console.ForwardAsync(process.StandardOutput, "stdout"), console.ForwardAsync(process.StandardError, "stderr"));
        var failures = new List<CellFailure>();
        var done = false;
        string Reason() => cancellationToken.IsCancellationRequested
            ? "Stopped: the run was stopped"
            : string.Create(CultureInfo.InvariantCulture,
                $"Timeout: the notebook ran longer than {request.Timeout!.Value.TotalSeconds:0.###} s and was ended. Give it more time "
                + $"with --timeout");
        try
        {
            process.StandardInput.Close();
            await ConnectAsync(pipe, process, either.Token).ConfigureAwait(false);
            await SendAsync(pipe, FirstMessage(request, notebook), either.Token).ConfigureAwait(false);
            using var stop = either.Token.Register(() =>
            {
                // the process is asked first, so that what the cell still has to show arrives
                patience.CancelAfter(LastWords * 2);
                _ = AskToStopAsync(pipe, Reason());
            });
            using var reader = new StreamReader(pipe, Encoding.UTF8, false, 1 << 16, leaveOpen: true);
            while (!done && await reader.ReadLineAsync(patience.Token).ConfigureAwait(false) is { } line)
            {
                var message = JsonSerializer.Deserialize(line, WorkerMessageJson.Default.WorkerMessage)!;
                failures.AddRange(message.Failure is null ? [] : [message.Failure]);
                done = message.Kind == WorkerMessage.Done;
                Record(message, recorder, console);
            }
        }
        catch (OperationCanceledException)
        {
            // it would not stop: it is killed below
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // a dying worker cuts the pipe, or a line, anywhere; its exit code says more
        }

        var ended = either.IsCancellationRequested;
        await EndAsync(process, native, ended).ConfigureAwait(false);
        console.Record();
        if (ended && !failures.Any(failure => Reason().StartsWith(failure.ErrorName + ":", StringComparison.Ordinal)))
        {
            failures.Add(Ended(recorder, request.NotebookPath, Reason().Split(':')[0], Reason().Split(": ", 2)[1]));
        }
        else if (!ended && !done)
        {
            failures.Add(
                Ended(recorder, request.NotebookPath, "Crash",
                    $"the notebook's process ended by itself ({ProcessEnd.Describe(process.ExitCode)}). Its last words, if any, are in the "
                    + "output of this cell"));
        }

        // the end of a process is recorded only now, after its last words
        if (failures.Count > 0 && recorder.Running is var running and > 0)
        {
            recorder.Finished(running, failures[^1]);
        }

        return failures.Count == 0
            ? (null, null)
            : (string.Join('\n', failures), failures[0].CellNumber > 0 ? failures[0].CellNumber : null);
    }

    private static WorkerMessage FirstMessage(RunRequest request, Notebook notebook) => new(WorkerMessage.Request)
    {
        Text = Path.GetFullPath(request.NotebookPath),
        Cells = notebook.Cells,
        CellSeconds = request.CellTimeout?.TotalSeconds,
        KeepGoing = request.KeepGoing,
        Parameters = request.Parameters,
    };

    private static async Task AskToStopAsync(Stream pipe, string reason)
    {
        try
        {
            await SendAsync(pipe, new WorkerMessage(WorkerMessage.Stop) { Text = reason }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // it ended by itself meanwhile
        }
    }

    private Process Start(RunRequest request, string pipeName)
    {
        var start = new ProcessStartInfo(workerCommand[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in workerCommand.Skip(1).Append(pipeName))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in request.Parameters)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new NotebookException($"The notebook's process {workerCommand[0]} did not start.");
    }

    private static async Task ConnectAsync(NamedPipeServerStream pipe, Process process, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var connected = pipe.WaitForConnectionAsync(gone.Token);
        var first = await Task.WhenAny(connected, process.WaitForExitAsync(gone.Token)).ConfigureAwait(false);
        if (first != connected && !cancellationToken.IsCancellationRequested)
        {
            await gone.CancelAsync().ConfigureAwait(false);
            throw new IOException("the worker ended before it began");
        }

        await connected.ConfigureAwait(false);
    }

    private static async Task SendAsync(Stream pipe, WorkerMessage message, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(pipe, message, WorkerMessageJson.Default.WorkerMessage, cancellationToken)
            .ConfigureAwait(false);
        await pipe.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Record(WorkerMessage message, RunRecorder recorder, NativeConsole console)
    {
        switch (message.Kind)
        {
            case WorkerMessage.Started:
                recorder.Started(message.Cell);
                break;
            case WorkerMessage.Finished:
                console.Record();
                recorder.Finished(message.Cell, message.Failure);
                break;
            case WorkerMessage.Stream:
                recorder.Stream(message.Name!, message.Text ?? "");
                break;
            case WorkerMessage.Display:
                recorder.Display(message.Name!, message.Data!, message.IsResult);
                break;
            case WorkerMessage.Clear:
                recorder.Clear();
                break;
            case WorkerMessage.Update:
                recorder.Update(message.Name!, message.Data!);
                break;
        }
    }

    // a process the notebook started may hold the console open for ever: wait for it no longer than for last words
    private static async Task EndAsync(Process process, Task native, bool kill)
    {
        using var patience = new CancellationTokenSource(kill ? TimeSpan.FromMilliseconds(500) : Leaving);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ProcessTree.End(process, whole: false);
            using var unpatience = new CancellationTokenSource(LastWords);
            await Task.WhenAny(process.WaitForExitAsync(unpatience.Token)).ConfigureAwait(false);
        }

        await Task.WhenAny(native, Task.Delay(LastWords)).ConfigureAwait(false);
    }

    private static CellFailure Ended(RunRecorder recorder, string path, string name, string message) =>
        new(name, recorder.Running > 0 ? message : message + " (no cell was running)", path, recorder.Running);
}
