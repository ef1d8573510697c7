using System.CommandLine;
using SnnNotebooks.Cli;

namespace SnnNotebooks.Host.Tests;

/// <summary>What is no number, or no choice, is refused in a sentence by every option of every verb.</summary>
public sealed class TypedOptionTests
{
    private static readonly Type[] Numbers = [typeof(int), typeof(uint), typeof(long), typeof(double)];

    public static TheoryData<string> Options => [.. Typed(Verbs.Root([]), [])];

    [Theory]
    [MemberData(nameof(Options))]
    public void It_says_what_was_expected(string option)
    {
        var path = option.Split(' ');
        foreach (var value in new[] { "x", "nan", "1e999", "99999999999999999999x", "0x10", "" })
        {
            var parsed = Verbs.Root([]).Parse([.. path, value]);

            Assert.Contains(
                parsed.Errors, error => error.Message.StartsWith($"{path[^1]} is '{value}'; expected ", StringComparison.Ordinal));
            Assert.DoesNotContain(parsed.Errors, error => error.Message.Contains("System.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Whole_numbers_stay_within_their_type()
    {
        foreach (var value in new[] { "2.5", "99999999999", "1e3" })
        {
            var said = Assert.Single(Verbs.Root([]).Parse(["similarity", "svcca", "a.npy", "b.npy", "--components", value]).Errors).Message;
            Assert.Equal($"--components is '{value}'; expected a whole number from -2147483648 to 2147483647.", said);
        }

        Assert.Empty(Verbs.Root([]).Parse(["similarity", "svcca", "a.npy", "b.npy", "--components", "5"]).Errors);
        Assert.Empty(Verbs.Root([]).Parse(["scaling", "vgg11", "--algorithm", "tree", "--bandwidth", "1.25e9"]).Errors);
    }

    private static IEnumerable<string> Typed(Command command, string[] path) =>
        command.Options.Where(option => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is var type
                && (type.IsEnum || Numbers.Contains(type)))
            .Select(option => string.Join(' ', path.Append(option.Name)))
            .Concat(command.Subcommands.SelectMany(below => Typed(below, [.. path, below.Name])));
}
