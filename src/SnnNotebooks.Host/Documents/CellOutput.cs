namespace SnnNotebooks.Host.Documents;

/// <summary>Something a cell showed.</summary>
public abstract record CellOutput;

/// <summary>Console output.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text as written.</param>
public sealed record StreamOutput(string Name, string Text) : CellOutput;

/// <summary>A value in one or more representations.</summary>
/// <param name="Id">Identifies the display within its run; updates name it.</param>
/// <param name="Data">Representation by mime type.</param>
/// <param name="IsResult">Whether it is the value of the cell's last expression rather than a call to display.</param>
public sealed record DisplayOutput(string Id, IReadOnlyDictionary<string, string> Data, bool IsResult) : CellOutput;

/// <summary>The error that ended a cell.</summary>
/// <param name="Failure">Where and what.</param>
public sealed record ErrorOutput(CellFailure Failure) : CellOutput;
