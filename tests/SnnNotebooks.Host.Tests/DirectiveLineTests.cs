using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Tests;

/// <summary>A line that looks like a directive, inside everything C# may hold a line of.</summary>
public sealed class DirectiveLineTests
{
    /// <summary>Every directive and a cell marker.</summary>
    public static TheoryData<string> Directives =>
        [.. Directive.Known.Keys.Select(name => name is "#r" or "#i" ? $"{name} \"nuget: X, 1.0\"" : name + " x"), "#!nonsense",
            "#!markdown", "#!csharp"];

    private static readonly string[] Around =
    [
        "var s = @\"\n{0}\n\";",
        "var s = $@\"\n{0}\n\";",
        "var s = \"\"\"\n{0}\n\"\"\";",
        "var s = $\"\"\"\n{0}\n\"\"\";",
        "var s = $$\"\"\"\"\n{{{{1 + 1}}}}\n{0}\n\"\"\"\";",
        "var s = @\"\n{0}\n\"u8;",
        "/*\n{0}\n*/",
        "/** <code>\n{0}\n</code> */ void F() {{ }}",
        "#if false\n{0}\n#endif",
        "#if true\n1\n#else\n{0}\n#endif",
        "#if NEVER\n#if true\n{0}\n#endif\n#endif",
        "// c\n {0}x",
    ];

    [Theory]
    [MemberData(nameof(Directives))]
    public void Lines_inside_texts_comments_and_left_out_code_are_no_directives(string directive)
    {
        foreach (var code in Around.Select(around => string.Format(System.Globalization.CultureInfo.InvariantCulture, around, directive))
            .Where(code => !code.Contains("\n " + directive, StringComparison.Ordinal)))
        {
            var part = Assert.Single(CellPart.Split(code, KernelNames.CSharp, out _));
            Assert.Equal(code, part.Code.TrimEnd('\n'));
            Assert.False(DibReader.HasMarker(code, KernelNames.CSharp, KernelNames.Markers()));
        }
    }

    [Theory]
    [MemberData(nameof(Directives))]
    public void Lines_of_code_are(string directive)
    {
        foreach (var code in new[] { "var s = \"/*\";\n{0}\n// */", "#if true\n#endif\n{0}", "var c = '\"';\n{0}\n'\"'.ToString()",
            "#region a\n{0}\n#endregion", "// \"\"\"\n{0}", "{0}" }.Select(
                around => around.Replace("{0}", directive, StringComparison.Ordinal)))
        {
            if (directive is "#!markdown" or "#!csharp")
            {
                Assert.True(DibReader.HasMarker(code, KernelNames.CSharp, KernelNames.Markers()));
            }
            else if (directive == "#!nonsense")
            {
                Assert.Throws<FormatException>(() => CellPart.Split(code, KernelNames.CSharp, out _));
            }
            else
            {
                Assert.Contains(CellPart.Split(code, KernelNames.CSharp, out _),
                    part =>
                        part.Directive?.LineInCell == code[..code.IndexOf(directive, StringComparison.Ordinal)].Count(c => c == '\n') + 1);
            }
        }
    }

    [Fact]
    public void Lines_keep_their_numbers_and_a_value_may_hold_what_no_lexer_reads()
    {
        var parts = CellPart.Split(
            "a\n#r \"x\" // why\nb\n#!value --name v\nit's \"\"\" /*\n#r \"y\"\n#!who\nc\n\n#!whos\nd", KernelNames.CSharp, out _);
        Assert.Equal(
            [("", 2, "#r", "x"), ("a\n\nb\n", 1, "", ""), ("", 4, "#!value", "it's \"\"\" /*\n#r \"y\""), ("", 7, "#!who", ""),
                ("c\n\n", 8, "", ""), ("", 10, "#!whos", ""), ("d\n", 11, "", "")],
            parts.Select(
                part => (part.Code, part.LineInCell, part.Directive?.Name ?? "",
                    part.Directive is { Name: "#!value" } ? part.Directive.Body : part.Directive?.Argument ?? "")));
    }

    [Fact]
    public void A_script_may_name_a_private_field_r()
    {
        Assert.Equal("class A {\n#r = 1;\n}\n", Assert.Single(CellPart.Split("class A {\n#r = 1;\n}", KernelNames.JavaScript, out _)).Code);
    }

    [Fact]
    public void Cells_of_a_jupyter_notebook_are_split_at_code_alone()
    {
        var cells = DibReader.Split(
            "var s = \"\"\"\n#!markdown\n\"\"\";\n#!markdown\nit's \"\"\"\n#!csharp\ns", KernelNames.CSharp, KernelNames.Markers());
        Assert.Equal([("csharp", "var s = \"\"\"\n#!markdown\n\"\"\";", 1), ("markdown", "it's \"\"\"", 5), ("csharp", "s", 7)],
            cells.Select(cell => (cell.Kernel, cell.Source, cell.FirstLine)));
    }
}
