namespace SnnNotebooks.Host.Execution;

/// <summary>A variable that cells share.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its declared type.</param>
/// <param name="Value">What it holds now.</param>
internal sealed record CellVariable(string Name, Type Type, object? Value);
