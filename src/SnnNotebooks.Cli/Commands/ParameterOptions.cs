using System.CommandLine;
using System.CommandLine.Parsing;

namespace SnnNotebooks.Cli.Commands;

/// <summary>The options that set a notebook's parameters.</summary>
internal sealed class ParameterOptions
{
    private const string Cpu = "cpu";
    private static readonly string[] Scales = ["quick", "laptop", "paper"];

    public ParameterOptions()
    {
        Scale.AcceptOnlyFromAmong(Scales);
        Set.Validators.Add(RefuseNoParameter);
    }

    public Option<string?> Scale { get; } = new("--scale")
    {
        Description = "How much to run: quick, laptop or paper (the notebook's parameter Scale).",
    };

    public Option<string> Device { get; } = DeviceOption.Create("Where notebooks compute (their parameter Device)");

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A parameter, Name=Value; may be repeated.",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The parameters of a command line; the last of a name counts.</summary>
    public Dictionary<string, string> Read(ParseResult parsed)
    {
        var parameters = (parsed.GetValue(Set) ?? []).Select(setting => setting.Split('=', 2)).GroupBy(pair => pair[0])
            .ToDictionary(group => group.Key, group => group.Last()[1]);
        if (parsed.GetValue(Scale) is { } scale)
        {
            parameters[nameof(Scale)] = scale;
        }

        if (parsed.GetResult(Device) is { Implicit: false })
        {
            parameters[nameof(Device)] = parsed.GetValue(Device)!;
        }

        return parameters;
    }

    /// <summary>Why the device among the parameters cannot be used, or null. Where it is the CPU, libtorch is not loaded to know.</summary>
    public static string? Refusal(IReadOnlyDictionary<string, string> parameters) =>
        parameters.TryGetValue(nameof(Device), out var device) && device != Cpu ? DeviceOption.Refusal(device) : null;

    private static void RefuseNoParameter(OptionResult result)
    {
        foreach (var token in result.Tokens.Select(token => token.Value))
        {
            var name = token.Split('=')[0];
            if (!token.Contains('=', StringComparison.Ordinal) || name.Length == 0
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(name[0]))
            {
                result.AddError($"--set {token}: expected Name=Value, where the name has letters, digits and underscores.");
            }
        }
    }
}
