using System.Diagnostics;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>Lines end where they can be read beside each other, whatever the language.</summary>
public sealed class LineWidthTests
{
    private const int Widest = 140;

    // what is written by hand; data, notebooks and Markdown (whose tables cannot be wrapped) are not
    private static readonly string[] Kinds = ["*.cs", "*.js", "*.py", "*.sh", "*.csproj", "*.props", "*.targets"];

    [Fact]
    public void No_line_is_wider_than_140_characters()
    {
        if (!Path.Exists(Path.Combine(Repository.Root, ".git")))
        {
            return; // an archive of the sources: nothing says which files are its own
        }

        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z", "--", .. Kinds])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        })!;
        var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.Contains(files, file => file.EndsWith(".cs", StringComparison.Ordinal));

        var wide = files.Select(file => Path.Combine(Repository.Root, file))
            .Where(File.Exists)
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (Place: $"{file}:{i + 1}", line.Length)))
            .Where(line => line.Length > Widest)
            .Select(line => $"{line.Place} has {line.Length} characters");
        Assert.Empty(wide);
    }
}
