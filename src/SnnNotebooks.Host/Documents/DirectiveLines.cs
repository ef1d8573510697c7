using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// Finds the lines that speak to the host. In C# its own lexer says which they are: inside texts and comments, and in what <c>#if</c>
/// leaves out, a line that looks like a directive is none.
/// </summary>
internal static class DirectiveLines
{
    /// <summary>Finds lines that start with <c>#</c>.</summary>
    /// <param name="text">A cell; lines end in <c>\n</c>.</param>
    /// <param name="start">Where to begin, at the first character of a line.</param>
    /// <param name="kernel">The language of the text from there on.</param>
    /// <returns>Where they begin, each found when it is asked for.</returns>
    public static IEnumerable<int> Find(string text, int start, string kernel) =>
        text.IndexOf('#', Math.Min(start, text.Length)) < 0 ? [] : kernel == KernelNames.CSharp ? Lexed(text, start) : Plain(text, start);

    /// <summary>The end of the line that begins at a position, without its line break.</summary>
    public static int EndOfLine(string text, int start) => text.IndexOf('\n', start) is var end and >= 0 ? end : text.Length;

    private static IEnumerable<int> Lexed(string text, int start) =>
        from token in SyntaxFactory.ParseTokens(text, start, start, CSharpEngine.ParseOptions)
        from trivia in token.LeadingTrivia
        where trivia.IsDirective && ((DirectiveTriviaSyntax)trivia.GetStructure()!).IsActive
        let at = trivia.FullSpan.Start
        where text[at] == '#' && (at == 0 || text[at - 1] == '\n')
        select at;

    // other languages have no directives of their own that begin with a shebang
    private static IEnumerable<int> Plain(string text, int start)
    {
        for (var at = start; at < text.Length; at = EndOfLine(text, at) + 1)
        {
            if (text.AsSpan(at).StartsWith("#!"))
            {
                yield return at;
            }
        }
    }
}
