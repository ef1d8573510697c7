using System.Text;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Running;

/// <summary>
/// The console of a notebook's process: every write becomes an output at once. Half of a surrogate pair waits for its other half.
/// </summary>
internal sealed class SinkWriter(IOutputSink sink, string name) : TextWriter
{
    private readonly Lock gate = new();
    private string half = "";

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Send(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Send(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Send(buffer.ToString());

    public override void Write(string? value) => Send(value ?? "");

    public override void WriteLine() => Send("\n");

    public override void WriteLine(string? value) => Send(value + "\n");

    public override void WriteLine(ReadOnlySpan<char> buffer) => Send(string.Concat(buffer, "\n"));

    private void Send(string text)
    {
        CellGuard.CheckWhileShowing();
        lock (gate)
        {
            text = half + text;
            half = text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[^1..] : "";
            if (text.Length > half.Length)
            {
                sink.Stream(name, text[..^half.Length]);
            }
        }
    }
}
