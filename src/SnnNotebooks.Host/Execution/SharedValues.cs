using System.Globalization;
using System.Text.Json;
using Microsoft.CodeAnalysis.CSharp;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>What <c>#!value</c> stored, and the code that brings values into C#.</summary>
/// <param name="parameters">What the command line sets.</param>
internal sealed class SharedValues(IReadOnlyDictionary<string, string> parameters)
{
    /// <summary>The kernel whose values these are.</summary>
    public const string Kernel = "value";

    private readonly Dictionary<string, string> stored = [];

    /// <summary>Whether a cell is marked as one of parameters: by its tag, or by a line <c>// parameters</c>.</summary>
    public static bool IsMarkedParameters(Cell cell) =>
        cell.Tags.Contains("parameters") || cell.Source.Split('\n').Any(line => line.TrimEnd() is "// parameters" or "//parameters");

    /// <summary>Obeys <c>#!value</c>.</summary>
    /// <param name="directive">The directive, its lines included.</param>
    /// <param name="folder">Folder that a file is relative to.</param>
    /// <exception cref="NotebookException">No name, or no such file.</exception>
    public void Store(Directive directive, string folder)
    {
        var (options, _, _) = directive.Options("name", "from-file", "mime-type");
        if (!options.TryGetValue("name", out var name))
        {
            throw Misused(directive, "names no value");
        }

        stored[name] = options.TryGetValue("from-file", out var file)
            ? DocumentText.Read(Path.GetFullPath(file, folder))
            : directive.Body.Trim('\n');
        if (options.TryGetValue("mime-type", out var mime))
        {
            DisplayChannel.Show(new Dictionary<string, string> { [mime] = stored[name] });
        }
    }

    /// <summary>The C# that obeys <c>#!set</c>.</summary>
    /// <param name="directive">The directive.</param>
    /// <param name="isParameter">Whether the command line may set another value.</param>
    /// <exception cref="NotebookException">No name, no value, or nothing to take it from.</exception>
    public string Setting(Directive directive, bool isParameter)
    {
        var (options, _, quoted) = directive.Options("name", "value", "mime-type");
        if (!options.TryGetValue("name", out var name) || !SyntaxFacts.IsValidIdentifier(name))
        {
            throw Misused(directive, "has no --name that is an identifier");
        }

        if (!options.TryGetValue("value", out var value))
        {
            throw Misused(directive, "has no --value");
        }

        var own = Expression(value, quoted.Contains("value"), directive);
        return $"var {name} = "
            + $"{(isParameter && parameters.TryGetValue(name, out var given) ? Given(name, given, value, own, directive) : own)};";
    }

    /// <summary>The C# that obeys <c>#!share</c>; empty where there is nothing to do.</summary>
    /// <param name="directive">The directive.</param>
    /// <param name="into">The kernel of the cell.</param>
    /// <exception cref="NotebookException">No name or kernel, or nothing of that name there.</exception>
    public string Sharing(Directive directive, string into)
    {
        var (from, name, target) = Parse(directive);
        if (into == Kernel)
        {
            throw Misused(directive, "cannot bring a value into a value cell");
        }

        return from switch
        {
            Kernel => $"var {target} = {Literal(Stored(name))};",
            KernelNames.CSharp => name == target ? "" : $"var {target} = {name};",
            _ => throw NoKernel(from),
        };
    }

    /// <summary>The JavaScript that obeys <c>#!share</c>.</summary>
    /// <param name="directive">The directive.</param>
    /// <param name="variables">The variables of C#.</param>
    /// <exception cref="NotebookException">No name or kernel, nothing of that name there, or a value that JSON cannot say.</exception>
    public string Script(Directive directive, IReadOnlyDictionary<string, CellVariable> variables)
    {
        var (from, name, target) = Parse(directive);
        var value = from switch
        {
            Kernel => Stored(name),
            KernelNames.CSharp => variables.TryGetValue(name, out var variable)
                ? variable.Value
                : throw new NotebookException($"{Directive.Share}: there is no C# variable {name}."),
            _ => throw NoKernel(from),
        };
        try
        {
            // the default encoder writes < as an escape: the text cannot end the script element
            return $"const {target} = {JsonSerializer.Serialize(value)};\n";
        }
        catch (Exception e) when (e is NotSupportedException or JsonException)
        {
            throw new NotebookException($"{Directive.Share}: {name} cannot be written as JSON: {e.Message}", e);
        }
    }

    private static (string From, string Name, string Target) Parse(Directive directive)
    {
        var (options, words, _) = directive.Options("from", "as", "mime-type");
        if (words.Count != 1 || !options.TryGetValue("from", out var from))
        {
            throw Misused(directive, "needs one name and --from");
        }

        var target = options.GetValueOrDefault("as", words[0]);
        return SyntaxFacts.IsValidIdentifier(target)
            ? (KernelNames.Markers().GetValueOrDefault(from, from), words[0], target)
            : throw Misused(directive, $"cannot name a variable {target}");
    }

    private string Expression(string value, bool isQuoted, Directive directive)
    {
        if (IsReference(value, out var colon))
        {
            var rest = value[(colon + 1)..];
            return KernelNames.Markers().GetValueOrDefault(value[1..colon], value[1..colon]) switch
            {
                KernelNames.CSharp => rest,
                Kernel => Literal(Stored(rest)),
                "input" => Literal(DisplayChannel.Ask(rest, isPassword: false)),
                "password" => Literal(DisplayChannel.Ask(rest, isPassword: true)),
                var other => throw NoKernel(other),
            };
        }

        if (value.StartsWith('{') || value.StartsWith('['))
        {
            return Json(value, directive);
        }

        // "002" in quotes is the name of a subject, not a number
        return isQuoted ? Literal(value) : value == "null" ? "(object)null" : Truth(value) ?? Whole(value) ?? Real(value) ?? Literal(value);
    }

    // what the command line gives is of the kind that the notebook's own value is, whatever it looks like
    private string Given(string name, string given, string value, string own, Directive directive)
    {
        NotebookException Refused(string kind) =>
            new($"{directive.Name}: the parameter {name} is {kind} ({value} in the notebook), and {given} is none.");
        return IsReference(value, out _) || own == "(object)null" ? Expression(given, isQuoted: false, directive)
            : own.StartsWith('"') ? Literal(given)
            : own.StartsWith("global::", StringComparison.Ordinal) ? Json(given, directive)
            : Truth(value) is not null ? Truth(given) ?? throw Refused("true or false")
            : Whole(value) is not null ? Whole(given) ?? throw Refused("a whole number")
            : Real(given) ?? throw Refused("a number");
    }

    private static bool IsReference(string value, out int colon)
    {
        colon = value.IndexOf(':', StringComparison.Ordinal);
        return value.StartsWith('@') && colon > 0;
    }

    private static string? Truth(string value) => value is "true" or "false" ? value : null;

    private static string? Whole(string value) =>
        !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? null
        : number.ToString(CultureInfo.InvariantCulture) + (number is >= int.MinValue and <= int.MaxValue ? "" : "L");

    private static string? Real(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture) + "d"
            : null;

    private static string Json(string value, Directive directive)
    {
        try
        {
            JsonDocument.Parse(value).Dispose();
            return $"global::System.Text.Json.JsonDocument.Parse({Literal(value)})";
        }
        catch (JsonException)
        {
            throw Misused(directive, "has a --value that begins like JSON but is not");
        }
    }

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private string Stored(string name) => stored.TryGetValue(name, out var value) ? value
        : throw new NotebookException(
            $"No value is stored under {name}. Store one with {Directive.Value} {Directive.Known[Directive.Value]}.");

    private static NotebookException NoKernel(string name) =>
        new($"There is no kernel {name} to take a value from. Expected csharp or value.");

    private static NotebookException Misused(Directive directive, string what) =>
        new($"{directive.Name} {what}. Expected {directive.Name} {Directive.Known[directive.Name]}.");
}
