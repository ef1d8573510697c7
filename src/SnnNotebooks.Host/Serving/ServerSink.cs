using System.Text.Json.Nodes;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Jupyter;

namespace SnnNotebooks.Host.Serving;

/// <summary>Sends a client what cells show.</summary>
internal sealed class ServerSink : IOutputSink, IDisposable
{
    private readonly ServerConnection connection;
    private readonly GatheredText console;
    private readonly AutoResetEvent answered = new(false);
    private string? execution;
    private string? answer;
    private volatile bool asking;

    /// <summary>A sink that sends to one client.</summary>
    public ServerSink(ServerConnection connection)
    {
        this.connection = connection;
        console = new GatheredText((stream, text) => connection.Send(
            new JsonObject { ["kind"] = "stream", ["id"] = execution, ["name"] = stream, ["text"] = text }));
    }

    /// <summary>
    /// Says which execution the outputs that follow belong to; output of tasks left behind by earlier cells goes there too.
    /// </summary>
    public void Begin(string id)
    {
        lock (console.Gate)
        {
            console.Flush();
            execution = id;
            connection.Send(new JsonObject { ["kind"] = "started", ["id"] = id });
        }
    }

    void IOutputSink.Stream(string name, string text) => console.Add(name, text);

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
    public void Flush() => console.Flush();

    public void Dispose()
    {
        console.Dispose();
        answered.Dispose();
    }

    private void Send(JsonObject message)
    {
        lock (console.Gate)
        {
            console.Flush();
            message["id"] = execution;
            connection.Send(message);
        }
    }
}
