using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using SnnNotebooks.Cli;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>What README and docs tell a reader to type and to open is there.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages { get; } =
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_tool_understands_every_command_line_of(string page) => Assert.Empty(Commands(Lines(page)).SelectMany(Misunderstood));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_and_a_heading_of_it_in(string page)
    {
        var here = Path.Combine(Repository.Root, page);
        var targets = Links().Matches(string.Join('\n', Prose(Lines(page)))).Select(link => link.Groups["to"].Value);
        Assert.DoesNotContain(targets, target => !target.Contains("://", StringComparison.Ordinal) && !Leads(here, target));
    }

    [Fact]
    public void Wrong_lines_and_links_are_seen()
    {
        string[] lines =
        [
            "```sh", "snn train spikformer --out w.safetensors   # right", "snn train spikformer --epoch 3 --out w.safetensors",
            "snn scaling spikformer_cifar10_4_384 \\", "  --no-such-option", "snn launch --ranks 2 -- train spikformer", "```",
            "snn prose",
        ];
        Assert.Equal(
            [false, true, true, true], Commands(lines).Select(command => Misunderstood(command).Any()));
        var readme = Path.Combine(Repository.Root, "README.md");
        Assert.True(Leads(readme, "docs/scaling.md#measured"));
        Assert.False(Leads(readme, "docs/scaling.md#unmeasured"));
        Assert.False(Leads(readme, "docs/no-such.md"));
    }

    private static string[] Lines(string page) => File.ReadAllLines(Path.Combine(Repository.Root, page));

    private static IEnumerable<string> Prose(IEnumerable<string> lines)
    {
        var inside = false;
        foreach (var line in lines)
        {
            var fence = line.StartsWith("```", StringComparison.Ordinal);
            inside ^= fence;
            if (!inside && !fence)
            {
                yield return line;
            }
        }
    }

    /// <summary>Calls of the tool in blocks of shell, without comments; lines that end in a backslash go on.</summary>
    private static IEnumerable<string> Commands(IEnumerable<string> lines)
    {
        var (inside, begun) = (false, string.Empty);
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = !inside && line.StartsWith("```sh", StringComparison.Ordinal);
                continue;
            }

            if (!inside)
            {
                continue;
            }

            begun += Comment().Replace(line, string.Empty).TrimEnd();
            if (begun.EndsWith('\\'))
            {
                begun = begun[..^1] + " ";
                continue;
            }

            if (Tool().Match(begun) is { Success: true } call)
            {
                yield return call.Groups["rest"].Value;
            }

            begun = string.Empty;
        }
    }

    private static IEnumerable<string> Misunderstood(string command)
    {
        var parts = command.Split(" -- ", 2);
        return parts.Take(1).Concat(parts.Length > 1 && parts[0].StartsWith("launch", StringComparison.Ordinal) ? [parts[1]] : [])
            .Select((part, i) => (Part: part, Words: Words(i == 0 ? command : part)))
            .SelectMany(call => Verbs.Root(call.Words).Parse(call.Words).Errors.Select(error => $"snn {call.Part}: {error.Message}"));
    }

    private static string[] Words(string command) => [.. CommandLineParser.SplitCommandLine(command)];

    private static bool Leads(string from, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from)!, parts[0]);
        return Path.Exists(file) && (parts.Length == 1 || !file.EndsWith(".md", StringComparison.Ordinal)
            || File.ReadLines(file).Where(line => line.StartsWith('#')).Select(Anchor).Contains(parts[1]));
    }

    /// <summary>A heading's anchor as GitHub makes it.</summary>
    private static string Anchor(string heading) =>
        NoPartOfAnchors().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:snn|dotnet run -c Release --project src/SnnNotebooks.Cli --) (?<rest>[^|]+)$")]
    private static partial Regex Tool();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex NoPartOfAnchors();
}
