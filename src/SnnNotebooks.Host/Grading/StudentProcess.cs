using System.Diagnostics;
using System.IO.Pipes;

namespace SnnNotebooks.Host.Grading;

/// <summary>The process of a hand-in, as the grader sees it: questions, answers within a time, and an end.</summary>
internal sealed class StudentProcess : IAsyncDisposable
{
    /// <summary>The time for what is not the student's: to start, to load the kit, on a loaded machine.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10); // to stop a cell by itself before its process is ended
    private readonly Process process;
    private readonly bool whole;
    private readonly NamedPipeServerStream pipe;
    private readonly MessageStream messages;
    private readonly GradingLimits limits;
    private readonly CancellationToken over;
    private readonly ProcessWatch watch;
    private readonly WordsAside said = new();
    private Task saying = Task.CompletedTask;

    private StudentProcess(
        Process process, bool whole, NamedPipeServerStream pipe, GradingLimits limits, CancellationToken cancellationToken)
    {
        (this.process, this.whole, this.pipe, this.limits) = (process, whole, pipe, limits);
        messages = new MessageStream(pipe);
        over = cancellationToken;
        watch = new ProcessWatch(process, whole, limits);
    }

    /// <summary>Starts a process.</summary>
    /// <param name="workerCommand">Starts a <see cref="GradingWorker"/>; the pipe's name is added.</param>
    /// <param name="sandbox">Where it runs.</param>
    /// <param name="workspace">What it sees.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HandInEndedException">It did not come up.</exception>
    public static async Task<StudentProcess> StartAsync(
        IReadOnlyList<string> workerCommand, Sandbox sandbox, Workspace workspace, GradingLimits limits,
        CancellationToken cancellationToken)
    {
        var name = workspace.NewPipe();
        // the pipe's folder is the grader's alone, so that another user reaches it only where the sandbox lends it
        var pipe = new NamedPipeServerStream(
            name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | (sandbox.ChangesUser ? PipeOptions.None : PipeOptions.CurrentUserOnly));
        if (sandbox.ChangesUser && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(name, Workspace.ForAll);
        }

        var start = sandbox.Inside([.. workerCommand, name], workspace, limits);
        var process = await LastingThread.StartAsync(start).ConfigureAwait(false);
        var student = new StudentProcess(process, sandbox.EndsWhole, pipe, limits, cancellationToken);
        try
        {
            student.process.StandardInput.Close();
            _ = new WordsAside().ReadAsync(student.process.StandardOutput);
            student.saying = student.said.ReadAsync(student.process.StandardError);
            await student.GuardAsync(async stop =>
            {
                var connected = pipe.WaitForConnectionAsync(stop);
                if (await Task.WhenAny(connected, student.process.WaitForExitAsync(stop)).ConfigureAwait(false) != connected)
                {
                    throw new EndOfStreamException();
                }

                await connected.ConfigureAwait(false);
                return 0;
            }, Start, _ => new("its process did not start")).ConfigureAwait(false);
            await student.AskAsync(new(GradingMessage.Open) { Text = workspace.NotebookPath }, GradingMessage.Ready, Start)
                .ConfigureAwait(false);
            return student;
        }
        catch
        {
            await student.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What it and all that came from it used of the processor so far.</summary>
    public TimeSpan Processor => watch.Processor;

    /// <summary>Asks for something.</summary>
    /// <param name="question">What is asked; the time for it is added.</param>
    /// <param name="expected">The kind of the answer.</param>
    /// <param name="time">The time for it; null for that of a cell.</param>
    /// <exception cref="HandInEndedException">No answer came, or none that is one; the process is to be disposed of.</exception>
    public Task<GradingMessage> AskAsync(GradingMessage question, string expected, TimeSpan? time = null)
    {
        var limit = time ?? limits.CellTime;
        return GuardAsync(async stop =>
        {
            await messages.SendAsync(question with { Seconds = limit.TotalSeconds }, stop).ConfigureAwait(false);
            var answer = await messages.ReceiveAsync(stop).ConfigureAwait(false) ?? throw new EndOfStreamException();
            return answer.Kind == expected ? answer : throw new InvalidDataException($"it answered '{question.Kind}' with something else");
        }, limit + Grace, time => new($"{time.Exceeded} and could not be stopped", time.WhyLate(ended: false)));
    }

    private async Task<T> GuardAsync<T>(
        Func<CancellationToken, Task<T>> work, TimeSpan limit, Func<TimeLimit, HandInEndedException> tooLong)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(over, watch.Exceeded);
        var time = new TimeLimit(limit, () => watch.Processor);
        var timing = time.CancelAsync(stop);
        try
        {
            return await work(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw watch.Reason is { } reason ? new HandInEndedException(reason) : tooLong(time);
        }
        catch (InvalidDataException e)
        {
            throw new HandInEndedException(e.Message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new HandInEndedException(watch.Reason ?? await ExitAsync().ConfigureAwait(false));
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await timing.ConfigureAwait(false);
        }
    }

    private async Task<string> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Grace);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);

            // its words come by another pipe, and may come later than the news of its end
            await Task.WhenAny(saying, Task.Delay(Timeout.Infinite, patience.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return "it closed its connection to the grader";
        }

        return $"its process ended by itself ({ProcessEnd.Describe(process.ExitCode)}){Words()}";
    }

    // what the runtime or a library said past the notebook, such as "Out of memory."
    private string Words() => said.FirstLine is { Length: > 0 } line ? $", saying: {line}" : "";

    public async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync().ConfigureAwait(false);
        ProcessTree.End(process, whole);
        using var patience = new CancellationTokenSource(Grace);
        await Task.WhenAny(process.WaitForExitAsync(patience.Token)).ConfigureAwait(false);
        process.Dispose();
        await pipe.DisposeAsync().ConfigureAwait(false);
    }
}
