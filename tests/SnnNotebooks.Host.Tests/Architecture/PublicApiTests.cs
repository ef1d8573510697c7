using System.Reflection;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>
/// What users may build on stands in <c>tests/api</c>, so that a change of it is seen in review.
/// <c>SNN_UPDATE_API=1 dotnet test -c Release tests/SnnNotebooks.Host.Tests --filter PublicApi</c> writes it anew.
/// </summary>
public sealed class PublicApiTests
{
    /// <summary>The libraries that users build on.</summary>
    public static TheoryData<string> Libraries =>
    [
        "SnnNotebooks.Core",
        "SnnNotebooks.Data",
        "SnnNotebooks.Distributed",
        "SnnNotebooks.Interactive",
        "SnnNotebooks.Interactive.Frames",
        "SnnNotebooks.Memristive",
        "SnnNotebooks.Models",
        "SnnNotebooks.Neuroscience",
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_api_is_the_one_on_record(string assembly)
    {
        var path = Path.Combine(Repository.Root, "tests", "api", assembly + ".txt");
        var api = PublicApi.Of(Assembly.Load(assembly)).ToArray();
        if (Environment.GetEnvironmentVariable("SNN_UPDATE_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Join('\n', api) + '\n');
        }

        var recorded = File.ReadAllLines(path);

        Assert.True(
            api.SequenceEqual(recorded),
            $"The public API of {assembly} is not that of "
            + $"{path}:\n"
            + string.Join('\n', recorded.Except(api).Select(line => "- " + line).Concat(api.Except(recorded).Select(line => "+ " + line)))
            + "\n" +
            "Where this is meant, say so in CHANGELOG.md and write the file anew: SNN_UPDATE_API=1 dotnet test -c Release "
            + "tests/SnnNotebooks.Host.Tests --filter PublicApi");
    }
}
