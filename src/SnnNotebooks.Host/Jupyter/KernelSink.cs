using System.Text.Json.Nodes;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Publishes what cells show.</summary>
internal sealed class KernelSink : IOutputSink, IDisposable
{
    private readonly KernelChannels channels;
    private readonly GatheredText console;
    private readonly AutoResetEvent answered = new(false);
    private JupyterMessage? request;
    private bool silent;
    private bool plotlySent;
    private int count;
    private string? answer;

    /// <summary>A sink that publishes through some channels.</summary>
    public KernelSink(KernelChannels channels)
    {
        this.channels = channels;
        console = new GatheredText((stream, text) => Send("stream", new JsonObject { ["name"] = stream, ["text"] = text }));
        channels.Stdin += message =>
        {
            if (message.Type == "input_reply")
            {
                answer = message.Text("value");
                answered.Set();
            }
        };
    }

    /// <summary>The plain text of the last result, for the history.</summary>
    public string? Result { get; private set; }

    /// <summary>
    /// Says on whose behalf the outputs that follow are shown; output of tasks left behind by earlier cells goes there too.
    /// </summary>
    /// <param name="execution">The request.</param>
    /// <param name="executionCount">Its number.</param>
    /// <param name="isSilent">Whether nothing of it is published.</param>
    public void Begin(JupyterMessage execution, int executionCount, bool isSilent)
    {
        lock (console.Gate)
        {
            (request, count, silent, Result) = (execution, executionCount, isSilent, null);
        }
    }

    public void Stream(string name, string text) => console.Add(name, text);

    public void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult)
    {
        lock (console.Gate)
        {
            var content = new JsonObject
            {
                ["data"] = MimeBundle.Of(WithPlotly(data)),
                ["metadata"] = new JsonObject(),
                ["transient"] = new JsonObject { ["display_id"] = id },
            };
            if (isResult)
            {
                content["execution_count"] = count;
                Result = data.GetValueOrDefault("text/plain");
            }

            Publish(isResult ? "execute_result" : "display_data", content);
        }
    }

    public void Update(string id, IReadOnlyDictionary<string, string> data) => Locked("update_display_data",
        new JsonObject { ["data"] = MimeBundle.Of(data), ["metadata"] = new JsonObject(),
            ["transient"] = new JsonObject { ["display_id"] = id } });

    public void Clear(bool wait) => Locked("clear_output", new JsonObject { ["wait"] = wait });

    public string? Ask(string prompt, bool isPassword)
    {
        if (request is not { } asking || !asking.Flag("allow_stdin", true))
        {
            return null;
        }

        Flush();
        answered.Reset();
        channels.Ask(asking, prompt, isPassword);
        answered.WaitOne();
        return answer;
    }

    /// <summary>Ends a question nobody will answer: the cell was interrupted.</summary>
    public void GiveUpAsking()
    {
        answer = null;
        answered.Set();
    }

    /// <summary>Publishes the console text gathered so far.</summary>
    public void Flush() => console.Flush();

    public void Dispose()
    {
        console.Dispose();
        answered.Dispose();
    }

    // the first chart of a session brings plotly.js along, so that charts need no network;
    // "define" is hidden, or a page with RequireJS would keep the script to itself
    private IReadOnlyDictionary<string, string> WithPlotly(IReadOnlyDictionary<string, string> data)
    {
        if (plotlySent || silent || !data.TryGetValue("text/html", out var html) || !html.Contains("Plotly.", StringComparison.Ordinal))
        {
            return data;
        }

        plotlySent = true;
        return new Dictionary<string, string>(data)
        {
            ["text/html"] =
                $"<script>if(!window.Plotly)(function(define,module,exports){{{PlotlyScript.Read()}\n}}).call(window);</script>\n{html}",
        };
    }

    private void Locked(string type, JsonObject content)
    {
        lock (console.Gate)
        {
            Publish(type, content);
        }
    }

    private void Publish(string type, JsonObject content)
    {
        console.Flush();
        Send(type, content);
    }

    private void Send(string type, JsonObject content)
    {
        if (!silent)
        {
            channels.Publish(request?.Header, type, content);
        }
    }
}
