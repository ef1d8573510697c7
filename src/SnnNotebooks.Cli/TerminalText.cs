using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Cli;

/// <summary>
/// Keeps names and texts that come from files from commanding the terminal: they are shown as <see cref="Printable"/> has them.
/// </summary>
internal static partial class TerminalText
{
    /// <summary>Puts standard output and error behind a writer that lets no control characters through but line ends and tabs.</summary>
    public static void Protect()
    {
        Console.SetOut(new Writer(Console.Out));
        Console.SetError(new Writer(Console.Error));
    }

    /// <inheritdoc cref="Printable.Name"/>
    public static string Shown(this string name) => Printable.Name(name);

    /// <summary>What went wrong, as <see cref="Told(Exception)"/> has it, and as a terminal may show it.</summary>
    public static string Sentence(this Exception wrong) => wrong.Told().Shown();

    /// <summary>What went wrong in a user's words, where .NET and libtorch speak to a programmer.</summary>
    public static string Told(this Exception wrong) => wrong switch
    {
        ArgumentException argument => Told(argument),
        FileNotFoundException { FileName: { } name } when wrong.Message.StartsWith("Could not find file", StringComparison.Ordinal)
            => $"There is no file {name}.",
        UnauthorizedAccessException when wrong.Message.Split('\'') is [_, var name, ..] && Directory.Exists(name)
            => $"{name} is a folder; expected a file.",
        ExternalException when OutOfMemory().Match(wrong.Message) is { Success: true } found =>
            $"There is not enough memory for an array of {found.Groups[1].Value} bytes: take fewer, smaller or shorter inputs.",
        ExternalException => wrong.Message.Split("\nframe #")[0].Split("\nException raised from")[0],
        _ => wrong.Message,
    };

    // without the name of a parameter, and on one line; the value is said once
    private static string Told(ArgumentException wrong)
    {
        var told = wrong.Message;
        if (wrong is ArgumentOutOfRangeException { ActualValue: { } actual })
        {
            var value = $"Actual value was {actual}.";
            told = told.Contains($"('{actual}')", StringComparison.Ordinal)
                ? told.Replace(Environment.NewLine + value, string.Empty, StringComparison.Ordinal)
                : told.Replace(Environment.NewLine + value, $" {value}", StringComparison.Ordinal);
        }

        return wrong.ParamName is { } name ? told.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal) : told;
    }

    [GeneratedRegex("can't allocate memory: you tried to allocate ([0-9]+) bytes")]
    private static partial Regex OutOfMemory();

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
