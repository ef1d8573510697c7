using System.Diagnostics;
using System.Globalization;
using System.Net;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>Runs the parts of cells, code and directives, one after another; variables and references stay for the next ones.</summary>
internal sealed class CellRunner
{
    private const int DeepestImport = 32;

    private readonly CSharpEngine engine;
    private readonly References references;
    private readonly SharedValues values;
    private readonly Stack<string> importing = new();

    /// <summary>A runner without state.</summary>
    /// <param name="path">Full path of the notebook; imports and references are relative to its folder.</param>
    /// <param name="extensions">Libraries the embedding program lends to the cells.</param>
    /// <param name="parameters">What the command line sets.</param>
    public CellRunner(string path, IReadOnlyList<HostExtension> extensions, IReadOnlyDictionary<string, string> parameters)
    {
        importing.Push(path);
        var context = new NotebookLoadContext();
        engine = new CSharpEngine(context);
        references = new References(context, extensions);
        values = new SharedValues(parameters);
    }

    /// <summary>The compiler of C# cells.</summary>
    public CSharpEngine Engine => engine;

    /// <summary>Runs one cell, or shows what a cell of another language is.</summary>
    /// <exception cref="CellException">It failed.</exception>
    public async Task RunAsync(string file, Cell cell, int number, CellRun run)
    {
        switch (cell.Kernel)
        {
            case KernelNames.CSharp or SharedValues.Kernel:
                await RunPartsAsync(file, cell, number, run).ConfigureAwait(false);
                break;
            case KernelNames.Markdown or "raw":
                break;
            case KernelNames.Html:
                Show(cell.Source, cell.Source);
                break;
            case KernelNames.JavaScript:
                Show($"<script>{await JavaScriptAsync(file, cell, number, run).ConfigureAwait(false)}</script>", cell.Source);
                break;
            case KernelNames.Mermaid:
                Show($"<pre class=\"mermaid\">{WebUtility.HtmlEncode(cell.Source)}</pre>", cell.Source);
                break;
            default:
                throw new CellException(
                    new CellFailure("UnknownKernel",
                        $"This host cannot run {cell.Kernel} cells. It runs csharp, and shows markdown, html, javascript and mermaid.",
                        file, number, 1, cell.FirstLine));
        }
    }

    /// <summary>The value of an expression as it would be shown; null where it has none.</summary>
    /// <exception cref="CellException">It failed.</exception>
    public Task<IReadOnlyDictionary<string, string>?> EvaluateAsync(string file, string expression, int number, CellRun run) =>
        RunCodeAsync(new CellPart(expression, 1, null), file, new Cell(KernelNames.CSharp, expression), number, run, represent: true);

    private async Task RunPartsAsync(string file, Cell cell, int number, CellRun run)
    {
        var parts = Split(file, cell, number);
        var timed = parts.Any(part => part.Directive?.Name == Directive.Time) ? Stopwatch.StartNew() : null;
        await ReferAsync(parts, file, cell, number, run).ConfigureAwait(false);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Directive is { } directive)
            {
                await ObeyAsync(directive, file, cell, number, run).ConfigureAwait(false);
            }
            else if (cell.Kernel == SharedValues.Kernel)
            {
                throw new CellException(
                    new CellFailure("UnknownDirective", $"A value cell begins with #!value --name NAME; what follows is the value.", file,
                        number, parts[i].LineInCell, cell.FirstLine + parts[i].LineInCell - 1));
            }
            else
            {
                var last = parts.Skip(i + 1).All(part => part.Directive is not null);
                if (await RunCodeAsync(parts[i], file, cell, number, run, last).ConfigureAwait(false) is { } data)
                {
                    DisplayChannel.Show(data, isResult: true);
                }
            }
        }

        if (timed is not null)
        {
            DisplayChannel.Show(ObjectFormatting.Represent(
                string.Create(CultureInfo.InvariantCulture, $"Wall time: {timed.Elapsed.TotalMilliseconds:0.###} ms")));
        }
    }

    // formatting a value runs the notebook's code too: where the cell is stopped, it must end as well
    private async Task<IReadOnlyDictionary<string, string>?> RunCodeAsync(
        CellPart part, string file, Cell cell, int number, CellRun run, bool represent)
    {
        // the cells of a Jupyter notebook all begin at line 1: to tell them apart in stack traces, each is a file of its own
        var source = file.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase)
            ? string.Create(CultureInfo.InvariantCulture, $"{file}#{number}")
            : file;
        try
        {
            var compiled = engine.Compile(part.Code, source, cell.FirstLine + part.LineInCell - 1, run.Stopping);
            return await run.RunAsync(async () => await compiled() is { } value && represent ? ObjectFormatting.Represent(value) : null)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !run.Stopping.IsCancellationRequested)
        {
            throw new CellException(FailureLocator.Describe(e, source, file, cell, number));
        }
    }

    // all directives are read before anything runs
    private static IReadOnlyList<CellPart> Split(string file, Cell cell, int number)
    {
        var line = 1;
        try
        {
            return CellPart.Split(cell.Source, cell.Kernel, out line);
        }
        catch (FormatException e)
        {
            throw new CellException(new CellFailure("UnknownDirective", e.Message, file, number, line, cell.FirstLine + line - 1));
        }
    }

    private static CellException Failed(
        string name, string message, Directive directive, string file, Cell cell, int number, CellFailure? cause = null) =>
        new(new CellFailure(name, message, file, number, directive.LineInCell, cell.FirstLine + directive.LineInCell - 1, null, cause));

    // the packages of one cell are restored together
    private async Task ReferAsync(IReadOnlyList<CellPart> parts, string file, Cell cell, int number, CellRun run)
    {
        var wanted = new List<Directive>();
        var folder = Path.GetDirectoryName(file)!;
        foreach (var directive in parts.Select(part => part.Directive).OfType<Directive>())
        {
            if (directive.Name == Directive.Source)
            {
                try
                {
                    references.AddSource(directive.Argument, folder);
                }
                catch (NotebookException e)
                {
                    throw Failed("ReferenceError", e.Message, directive, file, cell, number);
                }
            }
            else if (directive.Name == Directive.Reference)
            {
                wanted.Add(directive);
            }
        }

        if (wanted.Count > 0)
        {
            try
            {
                engine.AddReferences(await references.ResolveAsync(wanted.Select(directive => directive.Argument), folder, run.Stopping)
                    .ConfigureAwait(false));
            }
            catch (NotebookException e)
            {
                var guilty = wanted.FirstOrDefault(directive => e.Message.Contains(directive.Argument, StringComparison.Ordinal))
                    ?? wanted[0];
                throw Failed("ReferenceError", e.Message, guilty, file, cell, number);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw Failed(e.GetType().FullName!, $"what this cell refers to could not be made ready: {e.Message}", wanted[0], file,
                    cell, number);
            }
        }
    }

    private async Task ObeyAsync(Directive directive, string file, Cell cell, int number, CellRun run)
    {
        try
        {
            switch (directive.Name)
            {
                case Directive.Import:
                    await ImportAsync(directive.Argument, file, run).ConfigureAwait(false);
                    break;
                case Directive.Who or Directive.Whos:
                    DisplayChannel.Show(VariableTable.Represent(engine.Variables().Values, withValues: directive.Name == Directive.Whos));
                    break;
                case Directive.List:
                    DisplayChannel.Show(DirectiveList.Represent());
                    break;
                case Directive.Value:
                    values.Store(directive, Path.GetDirectoryName(file)!);
                    break;
                case Directive.Set:
                    await DeclareAsync(values.Setting(directive, SharedValues.IsMarkedParameters(cell)), file, cell, number, directive, run)
                        .ConfigureAwait(false);
                    break;
                case Directive.Share:
                    await DeclareAsync(values.Sharing(directive, cell.Kernel), file, cell, number, directive, run).ConfigureAwait(false);
                    break;
                default:
                    // #r, #i and #!time are dealt with around the cell
                    break;
            }
        }
        catch (Exception e) when (e is NotebookException or InvalidOperationException)
        {
            throw Failed(directive.Name == Directive.Import ? "ImportError" : "DirectiveError", e.Message, directive, file, cell, number);
        }
        catch (CellException e) when (directive.Name == Directive.Import)
        {
            throw Failed("ImportError", $"the import of {directive.Argument} failed", directive, file, cell, number, e.Failure);
        }
    }

    private Task DeclareAsync(string code, string file, Cell cell, int number, Directive directive, CellRun run) =>
        code.Length == 0
            ? Task.CompletedTask
            : RunCodeAsync(new CellPart(code, directive.LineInCell, null), file, cell, number, run, represent: false);

    // values shared into a script stand before it as constants
    private async Task<string> JavaScriptAsync(string file, Cell cell, int number, CellRun run)
    {
        var script = new System.Text.StringBuilder();
        foreach (var part in Split(file, cell, number))
        {
            switch (part.Directive)
            {
                case null:
                    script.Append(part.Code);
                    break;
                case { Name: Directive.Share } share:
                    try
                    {
                        script.Append(
                            await run.RunAsync(() => Task.FromResult(values.Script(share, engine.Variables()))).ConfigureAwait(false));
                    }
                    catch (NotebookException e)
                    {
                        throw Failed("DirectiveError", e.Message, share, file, cell, number);
                    }

                    break;
                default:
                    throw Failed("DirectiveError",
                        $"{part.Directive.Name} has no meaning in a javascript cell. Expected "
                        + $"{Directive.Share} {Directive.Known[Directive.Share]}.", part.Directive, file, cell, number);
            }
        }

        return script.ToString();
    }

    private async Task ImportAsync(string argument, string importer, CellRun run)
    {
        if (argument.Length == 0)
        {
            throw new NotebookException(
                "#!import names no file. Expected #!import followed by the path of a .dib, .ipynb, .cs or .csx file.");
        }

        var file = Path.GetFullPath(argument, Path.GetDirectoryName(importer)!);
        var target = File.Exists(file) ? new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file : file;
        if (importing.Contains(target))
        {
            throw new NotebookException(
                $"the imports form a circle: "
                + $"{string.Join(" -> ", importing.Reverse().SkipWhile(open => open != target).Append(target).Select(Path.GetFileName))}"
                + ". Move what they share into a file that imports none of them.");
        }

        if (importing.Count > DeepestImport)
        {
            throw new NotebookException($"imports are nested deeper than {DeepestImport}.");
        }

        var notebook = ImportedFile.Read(file);
        importing.Push(target);
        try
        {
            for (var i = 0; i < notebook.Cells.Count; i++)
            {
                await RunAsync(file, notebook.Cells[i], i + 1, run).ConfigureAwait(false);
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
