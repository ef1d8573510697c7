using System.Diagnostics.CodeAnalysis;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>Carries a failure out of a cell, or out of a notebook it imports.</summary>
[SuppressMessage("Design", "CA1032", Justification = "always has a failure")]
internal sealed class CellException(CellFailure failure) : Exception(failure.ToString())
{
    public CellFailure Failure { get; } = failure;
}
