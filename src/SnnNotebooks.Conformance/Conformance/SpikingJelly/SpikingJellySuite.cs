using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Compares one family of SpikingJelly's reference files, case by case.</summary>
internal abstract class SpikingJellySuite : IConformanceSuite
{
    /// <summary>Whether a family is this suite's, such as <c>surrogate</c> or <c>LIFNode</c>.</summary>
    protected abstract bool Covers(string family);

    /// <summary>Compares one case; what differs is noted in it. A reason to skip it may be given back.</summary>
    protected abstract string? Compare(ReferenceCase reference);

    /// <inheritdoc/>
    public bool Claims(string path) => ReferenceFile.Family(path) is { } family && Covers(family);

    /// <inheritdoc/>
    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var file = ReferenceFile.Open(path);
        foreach (var reference in file.Cases)
        {
            yield return RunCase(reference);
        }

        foreach (var refused in file.Refused)
        {
            yield return refused;
        }
    }

    private ConformanceResult RunCase(ReferenceCase reference)
    {
        using var scope = NewDisposeScope();
        try
        {
            return Compare(reference) is { } reason ? ConformanceResult.Skip(reference.Name, reason) : reference.Result;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return ConformanceResult.Fail(reference.Name, failure.Message);
        }
    }
}
