using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>What the documentation of the packages' public methods must say.</summary>
public sealed class ReturnsTests
{
    [Theory]
    [MemberData(nameof(PublicApiTests.Libraries), MemberType = typeof(PublicApiTests))]
    public void Every_method_says_what_it_gives_back(string assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly);
        var reference = MetadataReference.CreateFromFile(
            path + ".dll", documentation: XmlDocumentationProvider.CreateFromFile(path + ".xml"));
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file) is "System.Runtime.dll" or "System.Private.CoreLib.dll")
            .Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create("documentation", references: [reference, .. platform]);
        var methods = Types(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!).GlobalNamespace)
            .SelectMany(type => type.GetMembers().OfType<IMethodSymbol>()).Where(GivesBack).ToArray();

        Assert.NotEmpty(methods);
        Assert.Empty(methods.Where(method => !Says(method)).Select(method => method.ToDisplayString()));
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol within) => within.GetMembers()
        .OfType<INamespaceOrTypeSymbol>()
        .Where(member => member is INamespaceSymbol || IsSeen(member))
        .SelectMany(member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));

    // what the compiler adds to records follows from their other members
    private static bool GivesBack(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, ReturnsVoid: false } && IsSeen(method)
        && method.ContainingType.TypeKind != TypeKind.Delegate
        && method.ReturnType is not INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 0 }
        && !method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static bool IsSeen(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static bool Says(IMethodSymbol method) => method.GetDocumentationCommentXml() is { } said
        && (said.Contains("<returns>", StringComparison.Ordinal) || said.Contains("<inheritdoc", StringComparison.Ordinal));
}
