using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Running;

/// <summary>How far a cell came.</summary>
public enum CellStatus
{
    /// <summary>It did not begin.</summary>
    NotRun,

    /// <summary>It ended well.</summary>
    Succeeded,

    /// <summary>It failed, or was running when the notebook was ended.</summary>
    Failed,
}

/// <summary>One cell after the run.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Status">How far it came.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Outputs">What it showed, in order; a failure last.</param>
public sealed record CellReport(int Number, Cell Cell, CellStatus Status, TimeSpan Elapsed, IReadOnlyList<CellOutput> Outputs);

/// <summary>A notebook after the run.</summary>
/// <param name="NotebookPath">The notebook.</param>
/// <param name="Notebook">Its content.</param>
/// <param name="Succeeded">Whether every cell succeeded and both files were written.</param>
/// <param name="Cells">The cells, in order.</param>
/// <param name="IpynbPath">The executed notebook.</param>
/// <param name="HtmlPath">The page.</param>
/// <param name="Elapsed">How long the run took, the export aside.</param>
/// <param name="Failure">What went wrong, in words for a person; null where nothing did.</param>
/// <param name="FailingCell">Number of the cell that failed, or null.</param>
public sealed record RunReport(
    string NotebookPath,
    Notebook Notebook,
    bool Succeeded,
    IReadOnlyList<CellReport> Cells,
    string IpynbPath,
    string HtmlPath,
    TimeSpan Elapsed,
    string? Failure,
    int? FailingCell);
