using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace SnnNotebooks.Host.Execution;

/// <summary>Compiles C# submissions that see what those before them declared.</summary>
internal sealed class CSharpEngine(NotebookLoadContext context)
{
    /// <summary>How every submission is parsed.</summary>
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private static readonly ImmutableArray<string> Imports =
    [
        "System", "System.IO", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        "Microsoft.DotNet.Interactive", "Microsoft.DotNet.Interactive.Formatting",
        "Microsoft.DotNet.Interactive.Kernel", "SnnNotebooks.Host.Cells.HtmlTags",
    ];

    private const int DeepestNesting = 2000;

    private static readonly EmitOptions Symbols = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    // immutable: an editor asks while a cell runs
    private ImmutableDictionary<string, MetadataReference> references = References.Default()
        .ToImmutableDictionary(item => item.Name, item => item.Reference, StringComparer.OrdinalIgnoreCase);
    private readonly List<(Type Type, object Instance)> declaring = [];
    private readonly SubmissionChain chain = new();
    private object?[] states = new object?[2];
    private int submissions;
    private int slots = 1;

    /// <summary>Counts changes of what submissions see.</summary>
    public int Version { get; private set; }

    /// <summary>The assemblies submissions see.</summary>
    public IReadOnlyCollection<MetadataReference> VisibleReferences => [.. references.Values];

    /// <summary>The sources of the submissions that declared something, oldest first.</summary>
    public IReadOnlyList<string> Declarations => chain.Sources;

    // not optimised: the JIT would lose the line numbers of range checks, and errors could not say where they arose

    /// <summary>How every submission is compiled.</summary>
    /// <param name="folder">Folder that <c>#load</c> is relative to.</param>
    public static CSharpCompilationOptions Options(string folder) => new(
        OutputKind.DynamicallyLinkedLibrary,
        usings: Imports,
        optimizationLevel: OptimizationLevel.Debug,
        allowUnsafe: true,
        concurrentBuild: false,
        sourceReferenceResolver: new SourceFileResolver([], Path.GetFullPath(folder)),
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default,
        metadataImportOptions: MetadataImportOptions.Public,
        nullableContextOptions: NullableContextOptions.Disable);

    /// <summary>Refuses text whose brackets nest so deeply that Roslyn's parser would overflow the stack and end the process.</summary>
    /// <exception cref="NotebookException">Deeper than any code is.</exception>
    public static void RefuseDeepNesting(string code)
    {
        var depth = 0;
        foreach (var c in code)
        {
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' && depth > 0 ? -1 : 0;
            if (depth > DeepestNesting)
            {
                throw new NotebookException(
                    $"The brackets of this code nest deeper than {DeepestNesting}, which the compiler cannot read. Split the expression, "
                    + "or read the data from a file.");
            }
        }
    }

    /// <summary>Makes assemblies visible to the submissions that follow; one of a name already visible replaces it.</summary>
    public void AddReferences(IEnumerable<(string Name, MetadataReference Reference)> added)
    {
        var replaces = false;
        foreach (var (name, reference) in added)
        {
            replaces |= references.TryGetValue(name, out var former) && former.Display != reference.Display;
            references = references.SetItem(name, reference);
        }

        if (replaces)
        {
            chain.Relink(references.Values);
        }

        Version++;
    }

    /// <summary>Compiles one submission.</summary>
    /// <param name="code">C# script; its line numbers start at <paramref name="firstLine"/>.</param>
    /// <param name="file">File that errors and stack traces name.</param>
    /// <param name="firstLine">Line of the file, from 1, that holds the first line of <paramref name="code"/>.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <returns>Runs it; the value is that of a last expression without semicolon, or null.</returns>
    /// <exception cref="CellCompilationException">The code is not valid.</exception>
    /// <exception cref="NotebookException">It is nested too deeply to be read.</exception>
    public Func<Task<object?>> Compile(string code, string file, int firstLine, CancellationToken cancellationToken)
    {
        RefuseDeepNesting(code);

        // leading newlines instead of #line: a path with a quote cannot be said in a directive
        var tree = Parse(new string('\n', firstLine - 1) + code, file, cancellationToken);
        submissions++;
        var compilation = Submission(tree, file);
        if (compilation.SyntaxTrees.All(part => ((CompilationUnitSyntax)part.GetRoot(cancellationToken)).Members.Count == 0))
        {
            // comments and usings alone: there is nothing to emit
            var errors = compilation.GetDiagnostics(cancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .ToImmutableArray();
            return errors.IsEmpty ? () => Nothing(compilation, tree) : throw new CellCompilationException(errors);
        }

        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        var guarded = Submission(Parse(GuardedCode.Of(tree, cancellationToken), file, cancellationToken), file);
        if (guarded.Emit(image, symbols, options: Symbols, cancellationToken: cancellationToken).Success)
        {
            compilation = guarded;
        }
        else
        {
            // compiled as it was written, errors stand where their reader sees them
            image.SetLength(0);
            symbols.SetLength(0);
            var emitted = compilation.Emit(image, symbols, options: Symbols, cancellationToken: cancellationToken);
            if (!emitted.Success)
            {
                throw new CellCompilationException(
                    [.. emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)]);
            }
        }

        image.Position = symbols.Position = 0;
        var entry = compilation.GetEntryPoint(cancellationToken)!;
        var declares = Declares(compilation, tree);
        var assembly = declares ? context.LoadCell(image, symbols) : context.LoadPassingCell(image, symbols);
        var type = assembly.GetType(entry.ContainingType.MetadataName, throwOnError: true)!;
        var factory = type.GetMethod(entry.MetadataName,
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.CreateDelegate<Func<object?[], Task<object?>>>();
        return () =>
        {
            // a copy: earlier submissions may still be running on theirs
            states = [.. states.Take(slots), null, null];
            try
            {
                return factory(states);
            }
            finally
            {
                if (declares)
                {
                    Keep(compilation, tree, type);
                }
            }
        };
    }

    /// <summary>What the compiler says about code that is not run; nothing is declared or counted.</summary>
    /// <param name="code">C# script.</param>
    /// <param name="folder">Folder that <c>#load</c> is relative to.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    public ImmutableArray<Diagnostic> Diagnose(string code, string folder, CancellationToken cancellationToken)
    {
        var tree = CSharpSyntaxTree.ParseText(code, ParseOptions, cancellationToken: cancellationToken);
        return CSharpCompilation.CreateScriptCompilation("diagnosed", tree, chain.NewTo(references.Values), Options(folder), chain.Last,
            typeof(object)).GetDiagnostics(cancellationToken);
    }

    // without an encoding Roslyn emits no line numbers
    private static SyntaxTree Parse(string code, string file, CancellationToken cancellationToken) =>
        CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, file, cancellationToken);

    private CSharpCompilation Submission(SyntaxTree tree, string file) => CSharpCompilation.CreateScriptCompilation(
        string.Create(CultureInfo.InvariantCulture, $"notebook-cell-{submissions}"),
        tree,
        chain.NewTo(references.Values),
        Options(Path.GetDirectoryName(Path.GetFullPath(file))!)
            .WithScriptClassName(string.Create(CultureInfo.InvariantCulture, $"Submission#{submissions}")),
        chain.Last,
        typeof(object));

    /// <summary>The variables cells have declared, by name; one declared again hides the former.</summary>
    public IReadOnlyDictionary<string, CellVariable> Variables()
    {
        var variables = new SortedDictionary<string, CellVariable>(StringComparer.Ordinal);
        foreach (var (type, instance) in declaring)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.Name.StartsWith('<'))
                {
                    variables[field.Name] = new CellVariable(field.Name, field.FieldType, field.GetValue(instance));
                }
            }
        }

        return variables;
    }

    private Task<object?> Nothing(CSharpCompilation compilation, SyntaxTree tree)
    {
        if (((CompilationUnitSyntax)tree.GetRoot()).Usings.Count > 0)
        {
            Follow(compilation, tree);
        }

        return Task.FromResult<object?>(null);
    }

    // a submission that declares nothing is forgotten: a thousand of them cost no more than one
    private static bool Declares(CSharpCompilation compilation, SyntaxTree tree)
    {
        var root = (CompilationUnitSyntax)tree.GetRoot();
        return root.Usings.Count > 0 || root.ContainsDirectives
            || compilation.ScriptClass!.GetMembers().Any(member => !member.IsImplicitlyDeclared);
    }

    private void Keep(CSharpCompilation compilation, SyntaxTree tree, Type type)
    {
        Follow(compilation, tree);
        if (states[slots] is { } instance)
        {
            declaring.Add((type, instance));
            slots++;
        }
    }

    private void Follow(CSharpCompilation compilation, SyntaxTree tree)
    {
        chain.Add(compilation, tree.ToString());
        Version++;
    }
}
