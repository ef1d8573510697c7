using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Jupyter;

/// <summary><c>Console.In</c> of a kernel: reading it asks the reader.</summary>
internal sealed class KernelInput(IOutputSink sink) : TextReader
{
    private string rest = "";

    public override int Peek() => rest.Length > 0 ? rest[0] : -1;

    public override int Read()
    {
        rest = rest.Length > 0 ? rest : sink.Ask("", isPassword: false) is { } line ? line + "\n" : "";
        if (rest.Length == 0)
        {
            return -1;
        }

        var first = rest[0];
        rest = rest[1..];
        return first;
    }

    public override string? ReadLine()
    {
        if (rest.Length == 0)
        {
            return sink.Ask("", isPassword: false);
        }

        var line = rest.TrimEnd('\n');
        rest = "";
        return line;
    }
}
