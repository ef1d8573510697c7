using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// Puts <see cref="CellGuard"/> into the loops and functions of a cell, without a line break, so that lines keep their numbers.
/// </summary>
internal sealed class GuardedCode : CSharpSyntaxWalker
{
    private const string Guard =
        "if(global::SnnNotebooks.Host.Execution.CellGuard.IsStopping)global::SnnNotebooks.Host.Execution.CellGuard.Check();";

    private readonly List<(int At, string Text, int Length)> changes = [];

    private GuardedCode()
    {
    }

    /// <summary>The text of a tree with guards; the same text where it has neither loops nor functions.</summary>
    public static string Of(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var walker = new GuardedCode();
        var text = tree.ToString();
        try
        {
            walker.Visit(tree.GetRoot(cancellationToken));
        }
        catch (InsufficientExecutionStackException)
        {
            // an expression of thousands of terms: the compiler reads it in another way
            return text;
        }

        var guarded = new StringBuilder();
        var taken = 0;
        foreach (var (at, added, length) in walker.changes.OrderBy(change => change.At))
        {
            guarded.Append(text, taken, at - taken).Append(added);
            taken = at + length;
        }

        return guarded.Append(text, taken, text.Length - taken).ToString();
    }

    public override void VisitWhileStatement(WhileStatementSyntax node)
    {
        GuardBody(node.Statement);
        base.VisitWhileStatement(node);
    }

    public override void VisitDoStatement(DoStatementSyntax node)
    {
        GuardBody(node.Statement);
        base.VisitDoStatement(node);
    }

    public override void VisitForStatement(ForStatementSyntax node)
    {
        GuardBody(node.Statement);
        base.VisitForStatement(node);
    }

    public override void VisitForEachStatement(ForEachStatementSyntax node)
    {
        GuardBody(node.Statement);
        base.VisitForEachStatement(node);
    }

    public override void VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        GuardBody(node.Statement);
        base.VisitForEachVariableStatement(node);
    }

    // what a goto jumps to
    public override void VisitLabeledStatement(LabeledStatementSyntax node)
    {
        Insert(node.ColonToken.Span.End, Guard);
        base.VisitLabeledStatement(node);
    }

    public override void VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        GuardFunction(node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);
        base.VisitMethodDeclaration(node);
    }

    public override void VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        GuardFunction(node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);
        base.VisitLocalFunctionStatement(node);
    }

    public override void VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        GuardFunction(node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);
        base.VisitOperatorDeclaration(node);
    }

    public override void VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        GuardBlock(node.Body);
        base.VisitConstructorDeclaration(node);
    }

    public override void VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        GuardBlock(node.Body);
        base.VisitAccessorDeclaration(node);
    }

    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        GuardBlock(node.Block);
        base.VisitSimpleLambdaExpression(node);
    }

    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        GuardBlock(node.Block);
        base.VisitParenthesizedLambdaExpression(node);
    }

    public override void VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        GuardBlock(node.Block);
        base.VisitAnonymousMethodExpression(node);
    }

    private void GuardBody(StatementSyntax body)
    {
        if (body is BlockSyntax block)
        {
            GuardBlock(block);
            return;
        }

        Insert(body.SpanStart, "{" + Guard);
        Insert(body.Span.End, "}");
    }

    private void GuardBlock(BlockSyntax? block)
    {
        if (block is { OpenBraceToken.IsMissing: false })
        {
            Insert(block.OpenBraceToken.Span.End, Guard);
        }
    }

    private void GuardFunction(
        BlockSyntax? body, ArrowExpressionClauseSyntax? arrow, SyntaxToken end, TypeSyntax type, SyntaxTokenList modifiers)
    {
        GuardBlock(body);
        if (arrow is null || end.IsMissing || modifiers.Any(SyntaxKind.AbstractKeyword))
        {
            return;
        }

        var isAsync = modifiers.Any(SyntaxKind.AsyncKeyword);
        var gives = arrow.Expression is not ThrowExpressionSyntax && type.ToString() is not "void" && !(isAsync && IsPlainTask(type));
        changes.Add((arrow.ArrowToken.SpanStart, "{" + Guard + (gives ? "return " : ""), arrow.ArrowToken.Span.Length));
        Insert(end.Span.End, "}");
    }

    // a task without a value
    private static bool IsPlainTask(TypeSyntax type) =>
        (type is QualifiedNameSyntax qualified ? qualified.Right : type) is IdentifierNameSyntax;

    private void Insert(int at, string text) => changes.Add((at, text, 0));
}
