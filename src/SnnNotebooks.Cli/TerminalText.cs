using System.Globalization;
using System.Text;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Cli;

/// <summary>
/// Keeps names and texts that come from files from commanding the terminal: they are shown as <see cref="Printable"/> has them.
/// </summary>
internal static class TerminalText
{
    /// <summary>Puts standard output and error behind a writer that lets no control characters through but line ends and tabs.</summary>
    public static void Protect()
    {
        Console.SetOut(new Writer(Console.Out));
        Console.SetError(new Writer(Console.Error));
    }

    /// <inheritdoc cref="Printable.Name"/>
    public static string Shown(this string name) => Printable.Name(name);

    /// <summary>What went wrong, as <see cref="Told"/> has it, and as a terminal may show it.</summary>
    public static string Sentence(this Exception wrong) => wrong.Told().Shown();

    /// <summary>What went wrong, without the line end that .NET puts before "Actual value was 2."</summary>
    public static string Told(this Exception wrong) => wrong is ArgumentOutOfRangeException { ActualValue: not null }
        ? wrong.Message.Replace($"{Environment.NewLine}Actual value", " Actual value", StringComparison.Ordinal)
        : wrong.Message;

    private sealed class Writer(TextWriter terminal) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => terminal.Encoding;

        public override void Write(char value) => terminal.Write(Printable.Lines(value.ToString()));

        public override void Write(string? value) => terminal.Write(value is null ? null : Printable.Lines(value));

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void WriteLine(string? value)
        {
            Write(value);
            terminal.WriteLine();
        }

        public override void Flush() => terminal.Flush();
    }
}
