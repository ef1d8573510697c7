using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;

namespace SnnNotebooks.Host.Execution;

/// <summary>A cell is not valid C#; nothing of it ran.</summary>
[SuppressMessage("Design", "CA1032", Justification = "always has diagnostics")]
internal sealed class CellCompilationException(ImmutableArray<Diagnostic> errors) : Exception(errors[0].ToString())
{
    public ImmutableArray<Diagnostic> Errors { get; } = errors;
}
