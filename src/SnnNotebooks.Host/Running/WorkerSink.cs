using System.Text.Json;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Running;

/// <summary>Sends outputs to the parent as they come.</summary>
internal sealed class WorkerSink(Stream pipe) : IOutputSink
{
    private readonly Lock gate = new();

    public void Send(WorkerMessage message)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, WorkerMessageJson.Default.WorkerMessage), (byte)'\n'];
        lock (gate)
        {
            pipe.WriteWhole(line);
        }
    }

    void IOutputSink.Stream(string name, string text) => Send(new WorkerMessage(WorkerMessage.Stream) { Name = name, Text = text });

    public void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult) =>
        Send(new WorkerMessage(WorkerMessage.Display) { Name = id, Data = data, IsResult = isResult });

    public void Update(string id, IReadOnlyDictionary<string, string> data) =>
        Send(new WorkerMessage(WorkerMessage.Update) { Name = id, Data = data });

    public void Clear(bool wait) => Send(new WorkerMessage(WorkerMessage.Clear));

    public string? Ask(string prompt, bool isPassword) => null;
}
