using System.Diagnostics;
using System.Globalization;
using System.Net;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>Runs the cells of one notebook, and of those it imports, one after another in this process.</summary>
public sealed class NotebookSession
{
    private const int DeepestImport = 32;

    private readonly string path;
    private readonly CSharpEngine engine = new();
    private readonly References references = new(HostPackages.OfThisApplication());
    private readonly Stack<string> importing = new();

    /// <summary>A session without state.</summary>
    /// <param name="path">Path of the notebook; imports and references are relative to its folder.</param>
    public NotebookSession(string path)
    {
        this.path = Path.GetFullPath(path);
        importing.Push(this.path);
    }

    /// <summary>Runs one cell; what it shows goes to <see cref="DisplayChannel.Sink"/>.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="number">Its number in the notebook, from 1.</param>
    /// <param name="cancellationToken">Stops compilation, not running code.</param>
    /// <returns>Null where the cell succeeded.</returns>
    public async Task<CellFailure?> RunAsync(Cell cell, int number, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cell);
        try
        {
            await RunCellAsync(path, cell, number, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (CellException e)
        {
            return e.Failure;
        }
    }

    private async Task RunCellAsync(string file, Cell cell, int number, CancellationToken cancellationToken)
    {
        switch (cell.Kernel)
        {
            case KernelNames.CSharp:
                await RunCSharpAsync(file, cell, number, cancellationToken).ConfigureAwait(false);
                break;
            case KernelNames.Markdown or "raw":
                break;
            case KernelNames.Html:
                Show(cell.Source, cell.Source);
                break;
            case KernelNames.JavaScript:
                Show($"<script>{cell.Source}</script>", cell.Source);
                break;
            case KernelNames.Mermaid:
                Show($"<pre class=\"mermaid\">{WebUtility.HtmlEncode(cell.Source)}</pre>", cell.Source);
                break;
            default:
                throw new CellException(new CellFailure("UnknownKernel", $"This host cannot run {cell.Kernel} cells. It runs csharp, and shows markdown, html, javascript and mermaid.", file, number, 1, cell.FirstLine));
        }
    }

    private async Task RunCSharpAsync(string file, Cell cell, int number, CancellationToken cancellationToken)
    {
        var parts = Split(file, cell, number);
        var timed = parts.Any(part => part.Directive?.Name == Directive.Time) ? Stopwatch.StartNew() : null;
        var remaining = parts.Count(part => part.Directive is null);
        foreach (var part in parts)
        {
            if (part.Directive is { } directive)
            {
                await ObeyAsync(directive, file, cell, number, cancellationToken).ConfigureAwait(false);
                continue;
            }

            remaining--;
            try
            {
                var value = await engine.RunAsync(part.Code, file, cell.FirstLine + part.LineInCell - 1, cancellationToken).ConfigureAwait(false);
                if (value is not null && remaining == 0)
                {
                    DisplayChannel.Show(ObjectFormatting.Represent(value), isResult: true);
                }
            }
            catch (Exception e)
            {
                throw new CellException(FailureLocator.Describe(e, file, cell, number));
            }
        }

        if (timed is not null)
        {
            DisplayChannel.Show(ObjectFormatting.Represent(string.Create(CultureInfo.InvariantCulture, $"Wall time: {timed.Elapsed.TotalMilliseconds:0.###} ms")));
        }
    }

    // all directives are read before anything runs
    private static IReadOnlyList<CellPart> Split(string file, Cell cell, int number)
    {
        var line = 1;
        try
        {
            return CellPart.Split(cell.Source, out line);
        }
        catch (FormatException e)
        {
            throw new CellException(new CellFailure("UnknownDirective", e.Message, file, number, line, cell.FirstLine + line - 1));
        }
    }

    private async Task ObeyAsync(Directive directive, string file, Cell cell, int number, CancellationToken cancellationToken)
    {
        CellFailure Failed(string name, string message, CellFailure? cause = null) =>
            new(name, message, file, number, directive.LineInCell, cell.FirstLine + directive.LineInCell - 1, null, cause);

        try
        {
            switch (directive.Name)
            {
                case Directive.Reference:
                    engine.AddReferences(references.Resolve(directive.Argument, Path.GetDirectoryName(file)!));
                    break;
                case Directive.Import:
                    await ImportAsync(directive.Argument, file, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    // #!time is handled around the cell; #i names package sources, of which a host without restore needs none
                    break;
            }
        }
        catch (NotebookException e)
        {
            throw new CellException(Failed(directive.Name == Directive.Import ? "ImportError" : "ReferenceError", e.Message));
        }
        catch (CellException e)
        {
            throw new CellException(Failed("ImportError", $"the import of {directive.Argument} failed", e.Failure));
        }
    }

    private async Task ImportAsync(string argument, string importer, CancellationToken cancellationToken)
    {
        if (argument.Length == 0)
        {
            throw new NotebookException("#!import names no file. Expected #!import followed by the path of a .dib, .ipynb, .cs or .csx file.");
        }

        var file = Path.GetFullPath(argument, Path.GetDirectoryName(importer)!);
        var target = File.Exists(file) ? new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file : file;
        if (importing.Contains(target))
        {
            throw new NotebookException($"the imports form a circle: {string.Join(" -> ", importing.Reverse().SkipWhile(open => open != target).Append(target).Select(Path.GetFileName))}. Move what they share into a file that imports none of them.");
        }

        if (importing.Count > DeepestImport)
        {
            throw new NotebookException($"imports are nested deeper than {DeepestImport}.");
        }

        var notebook = Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".DIB" => DibReader.Read(file),
            ".IPYNB" => IpynbReader.Read(file),
            ".CS" or ".CSX" => new Notebook([new Cell(KernelNames.CSharp, DocumentText.Read(file).ReplaceLineEndings("\n"))]),
            _ => throw new NotebookException($"#!import cannot read {file}. Expected a .dib, .ipynb, .cs or .csx file."),
        };
        importing.Push(target);
        try
        {
            for (var i = 0; i < notebook.Cells.Count; i++)
            {
                await RunCellAsync(file, notebook.Cells[i], i + 1, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            importing.Pop();
        }
    }

    private static void Show(string html, string plain) =>
        DisplayChannel.Show(new Dictionary<string, string> { ["text/html"] = html, ["text/plain"] = plain });
}
