using SnnNotebooks.Interactive;

namespace SnnNotebooks.Host.Execution;

/// <summary>The host, as library code finds it.</summary>
internal sealed class SinkDisplay(IOutputSink sink) : INotebookDisplay
{
    public string Show(string html, string plain) => DisplayChannel.Show(Bundle(html, plain));

    public void Update(string id, string html, string plain) => DisplayChannel.Update(id, Bundle(html, plain));

    public void Progress(double done, TimeSpan? left, string text)
    {
        CellGuard.CheckWhileShowing();
        sink.Progress(done, left, text);
    }

    private static Dictionary<string, string> Bundle(string html, string plain) => new() { ["text/html"] = html, ["text/plain"] = plain };
}
