using System.Text;
using System.Text.Json.Nodes;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Jupyter;

namespace SnnNotebooks.Host.Serving;

/// <summary>
/// Sends a client what cells show. Console text is gathered for a moment, so that ten thousand lines are not ten thousand messages.
/// </summary>
internal sealed class ServerSink : IOutputSink, IDisposable
{
    private const int Enough = 1 << 16;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly ServerConnection connection;
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly Timer timer;
    private readonly AutoResetEvent answered = new(false);
    private string? execution;
    private string stream = "stdout";
    private string? answer;
    private volatile bool asking;

    /// <summary>A sink that sends to one client.</summary>
    public ServerSink(ServerConnection connection)
    {
        this.connection = connection;
        timer = new Timer(_ => Flush());
    }

    /// <summary>
    /// Says which execution the outputs that follow belong to; output of tasks left behind by earlier cells goes there too.
    /// </summary>
    public void Begin(string id)
    {
        lock (gate)
        {
            FlushText();
            execution = id;
            connection.Send(new JsonObject { ["kind"] = "started", ["id"] = id });
        }
    }

    void IOutputSink.Stream(string name, string text)
    {
        lock (gate)
        {
            if (name != stream)
            {
                FlushText();
                stream = name;
            }

            if (this.text.Length == 0)
            {
                timer.Change(Moment, Timeout.InfiniteTimeSpan);
            }

            this.text.Append(text);
            if (this.text.Length >= Enough)
            {
                FlushText();
            }
        }
    }

    public void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult) =>
        Send(new JsonObject { ["kind"] = "display", ["display"] = id, ["data"] = MimeBundle.Of(data), ["result"] = isResult });

    public void Update(string id, IReadOnlyDictionary<string, string> data) =>
        Send(new JsonObject { ["kind"] = "update", ["display"] = id, ["data"] = MimeBundle.Of(data) });

    public void Progress(double done, TimeSpan? left, string text) =>
        Send(new JsonObject { ["kind"] = "progress", ["done"] = Math.Round(done, 4),
            ["secondsLeft"] = left is { } time ? Math.Round(time.TotalSeconds, 1) : null, ["text"] = text });

    public void Clear(bool wait) => Send(new JsonObject { ["kind"] = "clear", ["wait"] = wait });

    public string? Ask(string prompt, bool isPassword)
    {
        answered.Reset();
        asking = true;
        Send(new JsonObject { ["kind"] = "ask", ["prompt"] = prompt, ["password"] = isPassword });
        answered.WaitOne();
        return answer;
    }

    /// <summary>Gives the answer to a question, null where nobody will: the cell is interrupted, or the reader declined.</summary>
    /// <returns>Whether there was a question.</returns>
    public bool Answer(string? value)
    {
        var wasAsking = asking;
        asking = false;
        answer = value;
        answered.Set();
        return wasAsking;
    }

    /// <summary>Sends the console text gathered so far.</summary>
    public void Flush()
    {
        lock (gate)
        {
            FlushText();
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        answered.Dispose();
    }

    private void Send(JsonObject message)
    {
        lock (gate)
        {
            FlushText();
            message["id"] = execution;
            connection.Send(message);
        }
    }

    private void FlushText()
    {
        if (text.Length > 0)
        {
            connection.Send(new JsonObject { ["kind"] = "stream", ["id"] = execution, ["name"] = stream, ["text"] = text.ToString() });
            text.Clear();
        }
    }
}
