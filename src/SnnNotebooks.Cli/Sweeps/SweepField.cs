using System.Text.Json;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>A part of a sweep's file, which knows where it stands: every refusal names the place.</summary>
/// <param name="Value">The JSON.</param>
/// <param name="Place">For example <c>runs[1].grid</c>; empty for the whole file.</param>
internal readonly record struct SweepField(JsonElement Value, string Place)
{
    /// <summary>What is wrong here.</summary>
    public InvalidDataException Wrong(string what) => new(Place.Length == 0 ? $"The file {what}" : $"{Place} {what}");

    /// <summary>The fields of an object.</summary>
    public IEnumerable<(string Name, SweepField Field)> Members()
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"is {Kind}; expected an object {{...}}.");
        }

        var owner = this;
        return Value.EnumerateObject().Select(
            member => (member.Name, new SweepField(member.Value, owner.Place.Length == 0 ? member.Name : $"{owner.Place}.{member.Name}")));
    }

    /// <summary>The elements of a list that is not empty.</summary>
    public IEnumerable<SweepField> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong($"is {Kind}; expected a list [...].");
        }

        if (Value.GetArrayLength() == 0)
        {
            throw Wrong("is an empty list: nothing would run. Give it an element or leave it away.");
        }

        var owner = this;
        return Value.EnumerateArray().Select((item, i) => new SweepField(item, $"{owner.Place}[{i}]"));
    }

    /// <summary>The fields of an object that may have these and no others.</summary>
    public Dictionary<string, SweepField> Known(params string[] names)
    {
        var found = Members().ToDictionary(member => member.Name, member => member.Field);
        return found.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown
            ? throw Wrong($"has a field \"{unknown}\"; expected {string.Join(", ", names)}.")
            : found;
    }

    /// <summary>A text of one line.</summary>
    public string Line()
    {
        if (Value.ValueKind != JsonValueKind.String)
        {
            throw Wrong($"is {Kind}; expected a text.");
        }

        var text = Value.GetString()!;
        return string.IsNullOrWhiteSpace(text) || text.Any(char.IsControl)
            ? throw Wrong("is empty, or has a control character; expected a line of text.")
            : text;
    }

    /// <summary>A whole number within limits.</summary>
    public int Number(int least, int most) => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number)
        && number >= least && number <= most
        ? number
        : throw Wrong($"is {Kind}; expected a whole number from {least} to {most}.");

    /// <summary>What it is, in words.</summary>
    public string Kind => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{(Value.GetString() is { Length: > 40 } text ? text[..40] + "..." : Value.GetString())}\"",
        _ => Value.GetRawText() is { Length: > 40 } raw ? raw[..40] + "..." : Value.GetRawText(),
    };
}
