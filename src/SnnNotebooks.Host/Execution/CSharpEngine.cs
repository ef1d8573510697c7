using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace SnnNotebooks.Host.Execution;

/// <summary>Runs C# with state across submissions.</summary>
public sealed class CSharpEngine
{
    private static readonly string[] Imports =
    [
        "System", "System.IO", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        "Microsoft.DotNet.Interactive.Formatting", "SnnNotebooks.Host.Cells", "SnnNotebooks.Host.Cells.Kernel",
    ];

    // without an encoding Roslyn emits no line numbers, and in optimised code the JIT loses those of range checks:
    // errors could not say where they arose
    private ScriptOptions options = ScriptOptions.Default
        .WithReferences(References.Default())
        .WithImports(Imports)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8)
        .WithOptimizationLevel(OptimizationLevel.Debug)
        .WithAllowUnsafe(true);

    private ScriptState<object?>? state;

    /// <summary>Makes assemblies visible to the submissions that follow.</summary>
    /// <param name="references">The assemblies.</param>
    public void AddReferences(IEnumerable<MetadataReference> references) => options = options.AddReferences(references);

    /// <summary>Runs one submission.</summary>
    /// <param name="code">C# script; its line numbers start at <paramref name="firstLine"/>.</param>
    /// <param name="file">File that errors and stack traces name.</param>
    /// <param name="firstLine">Line of the file, from 1, that holds the first line of <paramref name="code"/>.</param>
    /// <param name="cancellationToken">Stops compilation, not running code.</param>
    /// <returns>The value of a last expression without semicolon, or null.</returns>
    /// <exception cref="CompilationErrorException">The code is not valid; nothing ran.</exception>
    public async Task<object?> RunAsync(string code, string file, int firstLine, CancellationToken cancellationToken)
    {
        // leading newlines instead of #line: a path with a quote cannot be said in a directive
        var text = new string('\n', firstLine - 1) + code;
        var current = options.WithFilePath(file);
        var script = state is null
            ? CSharpScript.Create<object?>(text, current)
            : state.Script.ContinueWith<object?>(text, current);
        var next = state is null
            ? await script.RunAsync(null, _ => true, cancellationToken).ConfigureAwait(false)
            : await script.RunFromAsync(state, _ => true, cancellationToken).ConfigureAwait(false);
        state = next;
        if (next.Exception is { } thrown)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        }

        return next.ReturnValue;
    }
}
