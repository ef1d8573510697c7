using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>What a member of the library throws itself, its documentation names.</summary>
public sealed class DocumentedExceptionsTests
{
    /// <summary>Everybody expects them: null is refused everywhere, and what was disposed is gone.</summary>
    private static readonly string[] Understood =
        [nameof(ArgumentNullException), nameof(ObjectDisposedException), "UnreachableException"];

    public static TheoryData<string> Packages { get; } =
        ["Core", "Data", "Distributed", "Interactive", "Interactive.Frames", "Memristive", "Models", "Neuroscience"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_exception_that_a_public_member_throws_is_in_its_documentation(string package)
    {
        var folder = Path.Combine(Repository.Root, "src", $"SnnNotebooks.{package}");
        var members = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).StartsWith("obj", StringComparison.Ordinal))
            .SelectMany(Members)
            .ToList();

        Assert.NotEmpty(members);
        Assert.Empty(members.SelectMany(Missing));
    }

    [Theory]
    [InlineData("/// <summary>A.</summary>\npublic void A() => throw new IOException();", 1)]
    [InlineData("/// <exception cref=\"IOException\">A.</exception>\npublic void A() => throw new IOException();", 0)]
    [InlineData("/// <exception cref=\"ArgumentException\">A.</exception>\npublic A(int a) => ArgumentOutOfRangeException.ThrowIfZero(a);",
        0)]
    [InlineData("/// <exception cref=\"ArgumentOutOfRangeException\">A.</exception>\npublic A() => throw new ArgumentException();", 1)]
    [InlineData("/// <inheritdoc/>\npublic void A() => throw new IOException();", 0)]
    [InlineData("public int A { get; init => field = value > 0 ? value : throw new ArgumentException(); }", 1)]
    [InlineData("public Action A() => () => throw new IOException();", 0)]
    [InlineData("private void A() => throw new IOException();", 0)]
    [InlineData("private protected void A() => throw new IOException();", 0)]
    [InlineData("public void A(string a) => ArgumentNullException.ThrowIfNull(a);", 0)]
    public void It_is_seen(string member, int missing) =>
        Assert.Equal(missing, Members(CSharpSyntaxTree.ParseText($"public class A\n{{\n{member}\n}}")).Sum(each => Missing(each).Count()));

    private static IEnumerable<MemberDeclarationSyntax> Members(string file) =>
        Members(CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file));

    /// <summary>What users can call: public, or protected, in types that are so.</summary>
    private static IEnumerable<MemberDeclarationSyntax> Members(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>().Where(
            member => member is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax
                && member.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Where(each => each is not BaseNamespaceDeclarationSyntax)
                    .All(IsOpen));

    private static bool IsOpen(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.PublicKeyword) || member.Parent is InterfaceDeclarationSyntax
        || (member.Modifiers.Any(SyntaxKind.ProtectedKeyword) && !member.Modifiers.Any(SyntaxKind.PrivateKeyword));

    private static IEnumerable<string> Missing(MemberDeclarationSyntax member)
    {
        var documentation = member.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(comment => comment.DescendantNodes()).ToList();
        if (documentation.OfType<XmlNameSyntax>().Any(name => name.LocalName.Text == "inheritdoc"))
        {
            yield break;
        }

        var named = documentation.OfType<XmlElementStartTagSyntax>().Where(tag => tag.Name.LocalName.Text == "exception")
            .SelectMany(tag => tag.Attributes.OfType<XmlCrefAttributeSyntax>()).Select(cref => Last(cref.Cref.ToString())).ToHashSet();
        foreach (var thrown in Thrown(member).Distinct().Except(Understood))
        {
            if (!named.Contains(thrown) && !(thrown == nameof(ArgumentOutOfRangeException) && named.Contains(nameof(ArgumentException))))
            {
                var place = member.GetLocation().GetLineSpan();
                yield return $"{Path.GetFileName(place.Path)}, line {place.StartLinePosition.Line + 1}, throws {thrown}";
            }
        }
    }

    /// <summary>Exceptions made or thrown by a helper of theirs in the member itself, not in functions that are called later.</summary>
    private static IEnumerable<string> Thrown(MemberDeclarationSyntax member) =>
        member.DescendantNodes(node => node is not AnonymousFunctionExpressionSyntax).Select(node => node switch
        {
            ThrowStatementSyntax { Expression: ObjectCreationExpressionSyntax made } => Last(made.Type.ToString()),
            ThrowExpressionSyntax { Expression: ObjectCreationExpressionSyntax made } => Last(made.Type.ToString()),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call }
                when call.Name.Identifier.Text.StartsWith("ThrowIf", StringComparison.Ordinal)
                    && call.Expression.ToString().EndsWith("Exception", StringComparison.Ordinal) => Last(call.Expression.ToString()),
            _ => null,
        }).OfType<string>();

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
}
