namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>A table as it was written down.</summary>
/// <param name="Command">What was run.</param>
/// <param name="Date">When it was run, as 2026-11-30.</param>
/// <param name="Machine">Where, on how many threads, and what ran beside it.</param>
/// <param name="Text">A paragraph before it, or null.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its cells, a row each; Markdown.</param>
internal sealed record MeasuredTable(
    string Command,
    string Date,
    string Machine,
    string? Text,
    IReadOnlyList<MeasuredColumn> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows) : IMeasured;

/// <summary>A column.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Peer">Against what its ratios are, with the version (<c>PyTorch 1.13 with OpenBLAS</c>), or <c>this kit</c> and which
/// part of it; null where the column has no ratios.</param>
internal sealed record MeasuredColumn(string Name, string? Peer = null);

/// <summary>What every figure is kept with.</summary>
internal interface IMeasured
{
    /// <summary>What was run.</summary>
    string Command { get; }

    /// <summary>When, as 2026-11-30.</summary>
    string Date { get; }

    /// <summary>Where, on how many threads, and what ran beside it.</summary>
    string Machine { get; }
}
