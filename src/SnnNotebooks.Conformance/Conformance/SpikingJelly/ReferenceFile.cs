using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Exchange;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>
/// One archive of SpikingJelly's numbers, <c>sj014_X.npz</c> (release branch 0.0.0.0.14) or <c>sjhead_X.npz</c> (its later master), with
/// what
/// <c>cases_014.json</c> or <c>cases_head.json</c> beside it says about each case.
/// </summary>
internal sealed partial class ReferenceFile : IDisposable
{
    private readonly string name;
    private readonly NumpyArchive arrays;
    private readonly JsonDocument index;
    private readonly JsonElement cases;

    private ReferenceFile(string name, bool isRelease, NumpyArchive arrays, JsonDocument index, JsonElement cases) =>
        (this.name, IsRelease, this.arrays, this.index, this.cases) = (name, isRelease, arrays, index, cases);

    /// <summary>True where the numbers are those of 0.0.0.0.14, whose rules differ in places.</summary>
    public bool IsRelease { get; }

    /// <summary>The cases of this file: those in the index that it holds arrays for.</summary>
    /// <exception cref="InvalidDataException">It holds none of them.</exception>
    public IReadOnlyList<ReferenceCase> Cases
    {
        get
        {
            var held = arrays.Names.Select(key => key.Split('.')[0]).ToHashSet(StringComparer.Ordinal);
            ReferenceCase[] found = [.. from entry in cases.EnumerateObject() where held.Contains(entry.Name) select new ReferenceCase(
                entry.Name, entry.Value, arrays, IsRelease)];
            return found.Length > 0 ? found : throw new InvalidDataException($"{name} holds no case that the index beside it lists.");
        }
    }

    /// <summary>What SpikingJelly could not compute itself, with its error: one skip each.</summary>
    public IEnumerable<ConformanceResult> Refused =>
        from entry in index.RootElement.TryGetProperty("failed", out var failed) ? failed.EnumerateArray().ToArray() : []
        where entry.GetArrayLength() == 3 && FamilyOf(entry[0].GetString()) == FamilyOf(name)
        select ConformanceResult.Skip(entry[1].GetString() ?? string.Empty, $"SpikingJelly itself fails here: {entry[2].GetString()}");

    /// <summary>The family a file name stands for, such as <c>LIFNode</c> for <c>sj014_LIFNode.npz</c>, or null.</summary>
    /// <param name="path">The file.</param>
    public static string? Family(string path) =>
        FileName().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups["family"].Value : null;

    /// <summary>Opens an archive and its index.</summary>
    /// <param name="path">The <c>.npz</c> file.</param>
    /// <returns>The file; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">The index is not beside it.</exception>
    /// <exception cref="InvalidDataException">The archive or the index is damaged, or the index does not list the archive.</exception>
    public static ReferenceFile Open(string path)
    {
        var match = FileName().Match(Path.GetFileName(path));
        var version = match.Groups["version"].Value;
        var name = Path.GetFileNameWithoutExtension(path);
        var indexPath = Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, $"cases_{version}.json");
        if (!File.Exists(indexPath))
        {
            throw new FileNotFoundException(
                $"{path} cannot be checked: {Path.GetFileName(indexPath)}, which says what its cases are, is not beside it.", indexPath);
        }

        NumpyArchive? arrays = null;
        JsonDocument? index = null;
        try
        {
            index = PythonJson.Read(indexPath);
            arrays = NumpyArchive.Open(path);
            return index.RootElement.GetProperty("files").TryGetProperty(name, out var cases) && cases.ValueKind == JsonValueKind.Object
                ? new ReferenceFile(name, version == "014", arrays, index, cases)
                : throw new InvalidDataException($"{indexPath} does not list {name} under \"files\".");
        }
        catch (Exception failure)
        {
            arrays?.Dispose();
            index?.Dispose();
            throw failure is JsonException or KeyNotFoundException or InvalidOperationException
                ? new InvalidDataException($"{indexPath} is no index of reference cases: {failure.Message}", failure)
                : new InvalidDataException(failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        arrays.Dispose();
        index.Dispose();
    }

    // the index names neurons by file ("sj014_KLIFNode") and other families without the prefix ("surrogate")
    private static string FamilyOf(string? entry) =>
        entry is null ? string.Empty : entry[(entry.IndexOf('_', StringComparison.Ordinal) + 1)..];

    [GeneratedRegex(@"^sj(?<version>014|head)_(?<family>[A-Za-z0-9]+)\.npz$", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
