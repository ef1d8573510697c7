using System.Text;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Running;

/// <summary>The console of a notebook's process: every write becomes an output at once.</summary>
internal sealed class SinkWriter(IOutputSink sink, string name) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => sink.Stream(name, value.ToString());

    public override void Write(char[] buffer, int index, int count) => sink.Stream(name, new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => sink.Stream(name, buffer.ToString());

    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            sink.Stream(name, value);
        }
    }

    public override void WriteLine() => sink.Stream(name, "\n");

    public override void WriteLine(string? value) => sink.Stream(name, value + "\n");

    public override void WriteLine(ReadOnlySpan<char> buffer) => sink.Stream(name, string.Concat(buffer, "\n"));
}
