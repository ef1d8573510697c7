using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>A throw-away folder of notebooks, run in real child processes.</summary>
internal sealed class NotebookFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Folder => folder.Path;

    public string Out => Path.Combine(Folder, "out");

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<RunReport> RunAsync(string text, Func<RunRequest, RunRequest> options) => RunAsync(text, null, null, options, default);

    public Task<RunReport> RunAsync(string text, double? timeout = null, Action<RunEvent>? onEvent = null, CancellationToken stop = default,
        params (string, string)[] parameters) =>
        RunAsync(text, timeout, onEvent, request => request with { Parameters = parameters.ToDictionary() }, stop);

    public Task<RunReport> RunFileAsync(string name, Func<RunRequest, RunRequest>? options = null) =>
        RunPathAsync(Path.Combine(Folder, name), null, null, options ?? (request => request with { WithMarkdown = true }), default);

    private Task<RunReport> RunAsync(
        string text, double? timeout, Action<RunEvent>? onEvent, Func<RunRequest, RunRequest> options, CancellationToken stop) =>
        RunPathAsync(Write("main.dib", text), timeout, onEvent, options, stop);

    private Task<RunReport> RunPathAsync(
        string path, double? timeout, Action<RunEvent>? onEvent, Func<RunRequest, RunRequest> options, CancellationToken stop)
    {
        var worker = Path.Combine(AppContext.BaseDirectory, "snn.dll");
        var runner = new NotebookRunner(["dotnet", worker, NotebookWorker.Verb]);
        return runner.RunAsync(
            options(new RunRequest(path, Out, new Dictionary<string, string>(), timeout is { } s ? TimeSpan.FromSeconds(s) : null)),
            new Listener(onEvent ?? (_ => { })),
            stop);
    }

    public static string Text(RunReport report, int cell) => string.Concat(report.Cells[cell - 1].Outputs.Select(output => output switch
    {
        StreamOutput stream => stream.Name == "stdout" ? stream.Text : $"[{stream.Text}]",
        DisplayOutput display => $"<{display.Data["text/plain"]}>",
        ErrorOutput error => $"!{error.Failure}",
        _ => "?",
    }));

    public void Dispose() => folder.Dispose();

    // Progress<T> would post to a pool and lose the order
    private sealed class Listener(Action<RunEvent> action) : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
            lock (action)
            {
                action(value);
            }
        }
    }
}
