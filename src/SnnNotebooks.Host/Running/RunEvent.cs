using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Running;

/// <summary>Something that happened while a notebook runs.</summary>
/// <param name="Cell">Number of the cell, from 1.</param>
public abstract record RunEvent(int Cell);

/// <summary>A cell began.</summary>
/// <param name="Cell">Number of the cell, from 1.</param>
/// <param name="Count">Number of cells of the notebook.</param>
/// <param name="Source">The cell.</param>
public sealed record CellStarted(int Cell, int Count, Cell Source) : RunEvent(Cell);

/// <summary>A cell ended.</summary>
/// <param name="Cell">Number of the cell, from 1.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Failure">Why it failed, or null.</param>
public sealed record CellFinished(int Cell, TimeSpan Elapsed, CellFailure? Failure) : RunEvent(Cell);

/// <summary>A cell, or a native library it called, wrote to the console.</summary>
/// <param name="Cell">Number of the cell, from 1.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">Any part of a line, or several lines.</param>
public sealed record OutputText(int Cell, string Stream, string Text) : RunEvent(Cell);

/// <summary>A cell showed a value.</summary>
/// <param name="Cell">Number of the cell, from 1.</param>
/// <param name="Output">The display.</param>
public sealed record DisplayShown(int Cell, DisplayOutput Output) : RunEvent(Cell);

/// <summary>A display changed.</summary>
/// <param name="Cell">Number of the cell that showed it, from 1.</param>
/// <param name="Output">The display as it is now.</param>
public sealed record DisplayUpdated(int Cell, DisplayOutput Output) : RunEvent(Cell);
