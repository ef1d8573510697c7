namespace SnnNotebooks.Conformance;

/// <summary>Knows one family of reference files and how to compare the kit with them.</summary>
public interface IConformanceSuite
{
    /// <summary>Whether a file is a reference file of this family, by its name and, where that is not enough, its first bytes.</summary>
    /// <param name="path">The file.</param>
    bool Claims(string path);

    /// <summary>Compares the kit with every case of the file, one result each, as they are found.</summary>
    /// <param name="path">A file this suite claims.</param>
    /// <returns>The results; what cannot be read throws, and counts as one failure of the file.</returns>
    IEnumerable<ConformanceResult> Run(string path);
}
