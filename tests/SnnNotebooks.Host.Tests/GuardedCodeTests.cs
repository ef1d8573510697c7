using Microsoft.CodeAnalysis.CSharp;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Tests;

public sealed class GuardedCodeTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("for (var i = 0; i < 3; i++)\n    if (i > 0)\n        total += i;\n    else\n        total += 10;\ntotal", "<13>")]
    [InlineData("foreach (var (a, b) in new[] { (1, 2), (3, 4) }) total += a * b;\ntotal", "<14>")]
    [InlineData("foreach (var i in new[] { 1, 2 }) foreach (var j in new[] { 3, 4 }) total += i * j; // ends here\ntotal", "<21>")]
    [InlineData("while (total < 3) total++; do total++; while (total < 5);\ntotal", "<5>")]
    [InlineData("again:\ntotal++;\nif (total < 4) goto again;\ntotal", "<4>")]
    [InlineData("int F(int v) => v /* why */ + 1; // }\nvoid G() => total = F(1);\nG();\ntotal", "<2>")]
    [InlineData("async Task G() => await Task.Run(() => total = 7);\nasync System.Threading.Tasks.Task H() => await G();\n"
        + "async Task<int> K() => await Task.FromResult(total);\nawait H();\nawait K()", "<7>")]
    [InlineData("int Fails() => throw new InvalidOperationException(\"x\");\n"
        + "try { Fails(); } catch (InvalidOperationException) { total = 1; }\ntotal", "<1>")]
    [InlineData("int F(int v)=>v*2;\nint G()=>(F(2));\nG()", "<4>")]
    [InlineData("ref int R() => ref total;\nR() = 9;\ntotal", "<9>")]
    [InlineData("struct V { public int X; public static V operator +(V a, V b) => new V { X = a.X + b.X }; public V(int x) { X = x; } "
        + "public override string ToString() => $\"{X}\"; }\n(new V(1) + new V(2)).ToString()", "<3>")]
    [InlineData("abstract class A { public abstract int M(); public virtual int P { get { return 1; } set { } } ~A() { } }\n"
        + "class B : A { public override int M() => P; }\nnew B().M()", "<1>")]
    [InlineData("interface I { int M(); int D() => M() * 2; }\nclass C : I { public int M() => 4; }\n((I)new C()).D()", "<8>")]
    [InlineData("IEnumerable<int> E() { for (var i = 0; i < 3; i++) yield return i; }\nE().Sum()", "<3>")]
    [InlineData("System.Linq.Expressions.Expression<Func<int, int>> e = v => v + 1;\ne.ToString()", "<v => (v + 1)>")]
    [InlineData("Func<int, int> f = delegate (int v) { return v * 2; };\nf(4)", "<8>")]
    [InlineData("unsafe { int x = 3; int* p = &x; while (*p > 0) (*p)--; total = *p; }\ntotal", "<0>")]
    [InlineData("#if true\nfor (;;)\n#else\nwhile (false)\n#endif\n{ total++; break; }\ntotal", "<1>")]
    [InlineData("switch (total) { case 0: while (true) { if (++total > 2) break; } break; default: break; }\ntotal", "<3>")]
    [InlineData("using (var s = new StringWriter()) for (var i = 0; i < 2; i++) using (s) { total += i; }\ntotal", "<1>")]
    public async Task Guarded_code_means_what_it_meant(string code, string shows)
    {
        var report = await folder.RunAsync($"#!csharp\nvar total = 0;\n#!csharp\n{code}\n");
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal(shows, NotebookFolder.Text(report, 2));
    }

    [Theory]
    [InlineData("for (var i = 0; i < 3; i++) { if (i == 2)\n throw new Exception(); }", "line 2")]
    [InlineData("int F(int v) =>\n  10 / v;\n\nwhile (true)\n  F(0);", "line 2")]
    [InlineData("while (true) { missing(); }", "while (true) { missing(); }\n                   ^")]
    [InlineData("int F() => \"text\";", "int F() => \"text\";\n               ^")]
    [InlineData("void F() => 1;", "CS0201")]
    public async Task Errors_stand_where_they_were_written(string code, string says)
    {
        var report = await folder.RunAsync($"#!csharp\n{code}\n");
        Assert.Contains(says, report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_of_many_terms_is_left_to_the_compiler()
    {
        var code = $"var sum = {string.Join(" + ", Enumerable.Repeat("1", 20_000))};";
        Assert.Equal(code, GuardedCode.Of(CSharpSyntaxTree.ParseText(code, CSharpEngine.ParseOptions), CancellationToken.None));
    }
}
