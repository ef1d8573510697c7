using System.IO.Pipes;
using System.Threading.Channels;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// The process in which a hand-in's cells run. It holds no truth and judges nothing: it runs a cell when it is asked to, and says what an
/// answer gives on inputs it is sent. Whatever code of a student does to it can change only what that student answers.
/// </summary>
public static class GradingWorker
{
    /// <summary>The hidden verb the command-line tool starts a worker by.</summary>
    public const string Verb = "exec-hand-in";

    /// <summary>Obeys the grader until it is gone.</summary>
    /// <param name="arguments">What followed the verb: the name of the grader's pipe.</param>
    /// <param name="extensions">Libraries lent to the cells.</param>
    /// <returns>2 where the arguments are wrong; else the process ends by itself.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, IReadOnlyList<HostExtension> extensions)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count != 1)
        {
            await Console.Error.WriteLineAsync("This verb is for the tool itself. Grade hand-ins with: snn course grade FOLDER")
                .ConfigureAwait(false);
            return 2;
        }

        using var pipe = new NamedPipeClientStream(".", arguments[0], PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(10_000).ConfigureAwait(false);
        var messages = new MessageStream(pipe);
        var inbox = Channel.CreateUnbounded<GradingMessage>();
        _ = ReceiveAsync(messages, inbox.Writer);
        var opened = await inbox.Reader.ReadAsync().ConfigureAwait(false);
        var path = opened.Text!;
        var session = new NotebookSession(path, extensions);
        var sink = new AnswerSink();
        Console.SetOut(new Running.SinkWriter(sink, "stdout"));
        Console.SetError(new Running.SinkWriter(sink, "stderr"));
        Console.SetIn(new CellInput());
        DisplayChannel.Sink = sink;
        NotebookDisplay.Current = new SinkDisplay(sink);
        Directory.SetCurrentDirectory(Path.GetDirectoryName(path)!);
        await messages.SendAsync(new(GradingMessage.Ready), CancellationToken.None).ConfigureAwait(false);
        await foreach (var message in inbox.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var limit = TimeSpan.FromSeconds(message.Seconds);
            var answer = message.Kind == GradingMessage.Run
                ? await RunAsync(session, message.Cell!, message.Number, limit).ConfigureAwait(false) with { Text = sink.Take() }
                : await TryAsync(message.Name!, message.Text!, limit).ConfigureAwait(false);
            await messages.SendAsync(answer, CancellationToken.None).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task<GradingMessage> RunAsync(NotebookSession session, Cell cell, int number, TimeSpan limit)
    {
        var running = session.RunAsync(cell, number);
        var standstill = Standstill.None;
        if (await TimeLimit.ExceededByAsync(running, limit).ConfigureAwait(false) is { } time)
        {
            var ended = await session.StopAsync($"Timeout: {time.Exceeded} and was stopped").ConfigureAwait(false);
            standstill = time.WhyLate(ended);
        }

        var failure = await running.ConfigureAwait(false);
        return new(GradingMessage.Finished)
        {
            Failure = failure is null ? null : $"{failure.ErrorName}: {failure.Message}",
            Standstill = failure is null ? Standstill.None : standstill, // it may have ended at the last moment
        };
    }

    private static async Task<GradingMessage> TryAsync(string name, string cases, TimeSpan limit)
    {
        var run = new CellRun();
        var trying = run.RunAsync(() => Task.FromResult(AnswerValues.Of(Exercise.AnswerTo(name), AnswerValues.ReadCases(cases))));
        var time = await TimeLimit.ExceededByAsync(trying, limit).ConfigureAwait(false);
        var late = Standstill.None;
        if (time is not null)
        {
            late = time.WhyLate(await run.StopAsync($"Timeout: {time.Exceeded} and was stopped").ConfigureAwait(false));
        }

        AnswerValues values;
        var standstill = Standstill.None;
        try
        {
            values = await trying.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            values = new AnswerValues(true, $"Trying the answer: {time?.Exceeded} and was stopped.", []);
            standstill = late;
        }

        return new(GradingMessage.Values) { Name = name, Text = values.Write(), Standstill = standstill };
    }

    // a grader that is gone closes the pipe; a hung cell must not outlive it
    private static async Task ReceiveAsync(MessageStream messages, ChannelWriter<GradingMessage> inbox)
    {
        try
        {
            while (await messages.ReceiveAsync(CancellationToken.None).ConfigureAwait(false) is { } message)
            {
                await inbox.WriteAsync(message).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // the same end, less politely
            using var standardError = new StreamWriter(Console.OpenStandardError());
            await standardError.WriteLineAsync(e.ToString().ReplaceLineEndings(" ")).ConfigureAwait(false);
        }

        Environment.Exit(3);
    }
}
