using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SnnNotebooks.Cli.Commands;

/// <summary>What all options that take a number or a choice have in common: anything else is refused in a sentence.</summary>
internal static class TypedOptions
{
    /// <summary>
    /// Has the options of a command, and of those below it, look at what is given before their own checks do: these ask for the value,
    /// and the library answers with an exception where there is none.
    /// </summary>
    public static void Guard(Command command)
    {
        foreach (var option in command.Options)
        {
            if (Expected(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is { } expected)
            {
                Action<OptionResult>[] own = [.. option.Validators];
                option.Validators.Clear();
                option.Validators.Add(result => Check(result, expected, own));
            }
        }

        foreach (var below in command.Subcommands)
        {
            Guard(below);
        }
    }

    /// <summary>Has an option refuse what is below a number.</summary>
    public static void AtLeast<T>(this Option<T> option, int least) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<T>() is IConvertible value && value.ToDouble(CultureInfo.InvariantCulture) < least)
        {
            result.AddError($"{option.Name} must be at least {least}.");
        }
    });

    private static void Check(OptionResult result, Expectation expected, Action<OptionResult>[] own)
    {
        if (result.Tokens.FirstOrDefault(token => !expected.Holds(token.Value)) is { } wrong)
        {
            result.AddError($"{result.Option.Name} is '{wrong.Value}'; expected {expected.What}.");
            return;
        }

        foreach (var check in own)
        {
            check(result);
        }
    }

    private static Expectation? Expected(Type type) =>
        type == typeof(int) ? Whole(int.MinValue, int.MaxValue)
        : type == typeof(uint) ? Whole(uint.MinValue, uint.MaxValue)
        : type == typeof(long) ? Whole(long.MinValue, long.MaxValue)
        : type == typeof(double) ? new("a number", IsNumber)
        : type.IsEnum ? new($"one of {string.Join(", ", Enum.GetNames(type))}", text => IsName(type, text))
        : null;

    private static Expectation Whole(long least, long most) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        text => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most);

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);

    private static bool IsName(Type type, string text) => Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase);

    private sealed record Expectation(string What, Predicate<string> Holds);
}
