namespace SnnNotebooks.Host.Execution;

/// <summary>
/// <c>Console.In</c> of cells: reading it asks the reader. Where nobody can be asked it says so; an end of file would look like an empty
/// answer.
/// </summary>
internal sealed class CellInput : TextReader
{
    private string rest = "";

    public override int Peek() => rest.Length > 0 ? rest[0] : -1;

    public override int Read()
    {
        rest = rest.Length > 0 ? rest : Ask() + "\n";
        var first = rest[0];
        rest = rest[1..];
        return first;
    }

    public override string ReadLine()
    {
        var line = rest.Length > 0 ? rest.TrimEnd('\n') : Ask();
        rest = "";
        return line;
    }

    // no answer ends an input: one line is all that is asked for
    public override string ReadToEnd() => ReadLine();

    private static string Ask() => DisplayChannel.Ask("", isPassword: false, asker: "Console.ReadLine");
}
