using System.Text.RegularExpressions;

namespace SnnNotebooks.Native;

/// <summary>The libtorch that <c>SNN_LIBTORCH</c> chooses: the <c>lib</c> folder of a Python PyTorch or of a libtorch archive.</summary>
internal static partial class ChosenLibTorch
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "SNN_LIBTORCH";

    private const int LargestVersionFile = 1 << 16;

    /// <summary>The folder it names, checked; null where it is not set.</summary>
    /// <exception cref="LibTorchException">There is no libtorch in it, or one that TorchSharp's library was not built for.</exception>
    public static string? Folder() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? Checked(chosen) : null;

    /// <summary>Checks a folder before anything of it is loaded: a libtorch of another version ends the process.</summary>
    internal static string Checked(string chosen)
    {
        var folder = Path.GetFullPath(chosen);
        return Refusal(folder) is { } refusal ? throw new LibTorchException($"{Variable} is {chosen}, which {refusal}.") : folder;
    }

    /// <summary>Why a folder's libtorch is refused, after "which"; null where it is accepted.</summary>
    internal static string? Refusal(string folder) =>
        !File.Exists(Path.Combine(folder, "libtorch_cpu.so"))
            ? "holds no libtorch_cpu.so; expected the folder of libtorch's libraries, such as .../site-packages/torch/lib"
            : Version(folder) is var version && version is not null && Accepted().IsMatch(version)
                ? null
                : $"holds libtorch {version ?? "of no stated version (version.py or build-version beside it)"}; "
                    + "this kit runs with 2.10 and 2.11";

    /// <summary>The version that is stated beside a folder; null where there is none.</summary>
    internal static string? Version(string folder) => new[] { "version.py", "build-version" }
        .Select(file => VersionIn(Path.Combine(folder, "..", file))).FirstOrDefault(found => found is not null);

    private static string? VersionIn(string file)
    {
        string text;
        try
        {
            if (!File.Exists(file) || new FileInfo(file).Length > LargestVersionFile)
            {
                return null;
            }

            text = File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return Quoted().Match(text) is { Success: true } quoted ? quoted.Groups[1].Value
            : Path.GetExtension(file).Length == 0 ? text.Trim()
            : null;
    }

    [GeneratedRegex(@"^2\.1[01](\.|$)")]
    private static partial Regex Accepted();

    [GeneratedRegex(@"^__version__\s*=\s*['""]([^'""]+)['""]", RegexOptions.Multiline)]
    private static partial Regex Quoted();
}
