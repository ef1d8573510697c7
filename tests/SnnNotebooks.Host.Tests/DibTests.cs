using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

public sealed class DibTests
{
    private static Notebook Parse(string text) => DibReader.Parse(text, "x.dib");

    private static (string, string)[] Cells(string text) => [.. Parse(text).Cells.Select(cell => (cell.Kernel, cell.Source))];

    [Fact]
    public void Code_before_any_marker_is_csharp()
    {
        Assert.Equal([("csharp", "1+1"), ("markdown", "# a")], Cells("1+1\n#!markdown\n# a\n"));
    }

    [Theory]
    [InlineData("#!c#", "csharp")]
    [InlineData("#!C#", "csharp")]
    [InlineData("#!md", "markdown")]
    [InlineData("#!js", "javascript")]
    [InlineData("#!powershell", "pwsh")]
    [InlineData("#!f#", "fsharp")]
    [InlineData("#!value", "value")]
    public void Aliases_mark_cells(string marker, string kernel)
    {
        Assert.Equal([(kernel, "x")], Cells($"{marker}\nx"));
    }

    [Theory]
    [InlineData("#!markdown ")]
    [InlineData("#!CSharp")]
    [InlineData("#!csharp --name x")]
    [InlineData(" #!markdown")]
    [InlineData("#!import a.dib")]
    public void Near_markers_are_content(string line)
    {
        Assert.Equal([("csharp", $"a\n{line}\nb")], Cells($"a\n{line}\nb"));
    }

    [Fact]
    public void Empty_lines_around_a_cell_go_but_blanks_stay()
    {
        Assert.Equal([("csharp", "  \n\nx\n ")], Cells("#!csharp\n\n  \n\nx\n \n\n#!markdown\n\n\n"));
        Assert.Empty(Parse("").Cells);
        Assert.Empty(Parse("\uFEFF\r\n\r\n").Cells);
    }

    [Fact]
    public void Windows_lines_and_byte_order_mark_are_read()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "#!markdown\r\n\r\näöü 𝄞\r\nb\r\n\r\n#!csharp\r\nx\r\n", new System.Text.UTF8Encoding(true));
        Assert.Equal([("markdown", "äöü 𝄞\nb"), ("csharp", "x")], DibReader.Read(path).Cells.Select(cell => (cell.Kernel, cell.Source)));
        File.Delete(path);
    }

    [Fact]
    public void Lines_are_counted_from_the_top_of_the_file()
    {
        Assert.Equal([3, 8], Parse("#!csharp\n\na\nb\n\n#!md\n\nc").Cells.Select(cell => cell.FirstLine));
    }

    [Fact]
    public void Meta_adds_markers_and_is_lifted_out_of_the_cell_around_it()
    {
        const string Meta =
            "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"python\",\"items\":[{\"name\":\"python\",\"aliases\":[\"py\"]}]}}\n\n";
        Assert.Equal([("markdown", "a\n#!import x"), ("python", "b")], Cells($"#!markdown\na\n{Meta}#!import x\n#!py\nb"));
        var notebook = Parse(Meta + "#!import x\n#!py\nprint()\n#!meta\n");
        Assert.Equal([("csharp", "#!import x"), ("python", "print()\n#!meta")], notebook.Cells.Select(cell => (cell.Kernel, cell.Source)));
    }

    [Theory]
    [InlineData("#!meta\n\n{\"kernelInfo\": \n\n#!csharp\nx", "line ")]
    [InlineData("#!meta\n[]\n#!csharp\nx", "line 2")]
    [InlineData("#!meta\n{\"kernelInfo\":3}", "kernelInfo that is a JSON number")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"items\":[{}]}}", "without a \"name\"")]
    [InlineData("#!meta", "not valid JSON")]
    public void Broken_meta_says_where_and_what_was_expected(string text, string says)
    {
        var error = Assert.Throws<NotebookException>(() => Parse(text));
        Assert.Contains("x.dib, line", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains("expected one JSON object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_neither_hangs_nor_crashes()
    {
        Assert.Throws<NotebookException>(() => Parse("#!meta\n" + new string('[', 1_000_000)));
        Assert.Throws<NotebookException>(() => IpynbReader.Parse("{\"cells\":" + new string('[', 1_000_000), "x.ipynb"));
        Assert.Throws<NotebookException>(
            () => IpynbReader.Parse("{\"cells\":[{\"cell_type\":\"code\",\"source\":\"\\ud800\"}]}", "x.ipynb"));
        Assert.Equal(10_000_000, Parse(new string('x', 10_000_000)).Cells[0].Source.Length);
        Assert.Equal(1_000_001, Parse(string.Concat(Enumerable.Repeat("#!csharp\nx\n", 1_000_001))).Cells.Count);
    }

    [Theory]
    [InlineData("#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\","
        + "\"items\":[{\"aliases\":[],\"languageName\":\"csharp\",\"name\":\"csharp\"}]}}\n\n"
        + "#!markdown\n\n# T\n\n#!csharp\n\nvar x = 1;\n\nx\n")]
    [InlineData("#!csharp\n\n#!import a.dib\n")]
    [InlineData("")]
    public void Canonical_files_round_trip_to_the_byte(string text)
    {
        var notebook = Parse(text);
        Assert.Equal(text, DibWriter.Write(notebook));
        Assert.Equal(text, DibWriter.Write(IpynbReader.Parse(IpynbWriter.Write(notebook), "x.ipynb")));
    }

    [Fact]
    public void Writer_declares_unknown_kernels_and_refuses_what_the_format_cannot_say()
    {
        var python = new Notebook([new Cell("python", "print()")]);
        Assert.Equal("python", Parse(DibWriter.Write(python)).Cells[0].Kernel);
        var meta = new Notebook([new Cell("csharp", "#!meta")]);
        Assert.Equal("#!meta", Parse(DibWriter.Write(meta)).Cells[0].Source);
        var marker = new Notebook([new Cell("markdown", "a\n#!csharp\nb")]);
        Assert.Throws<NotebookException>(() => DibWriter.Write(marker));
    }

    [Fact]
    public void Jupyter_cells_change_their_language_as_the_old_host_lets_them()
    {
        const string Cells = """
            {"cells":[
            {"cell_type":"code","metadata":{},"source":["x\n","y"]},
            {"cell_type":"code","metadata":{"dotnet_interactive":{"language":"F#"}},"source":"a\r\nb"},
            {"cell_type":"code","metadata":{"polyglot_notebook":{"kernelName":"frob"}},"source":"z"},
            {"cell_type":"code","metadata":{},"source":["#!fsharp\n","let x = 1\n","#!csharp\n","1"]},
            {"cell_type":"markdown","metadata":{},"source":["m"]},
            {"cell_type":"raw","metadata":{},"source":["r"]}
            ],"metadata":{"language_info":{"name":"polyglot-notebook"},
            "KEY":{"defaultKernelName":"csharp","items":[{"aliases":["frob"],"name":"fsharp"}]}},"nbformat":4,"nbformat_minor":2}
            """;
        foreach (var text in new[] { Cells.Replace("KEY", "kernelInfo", StringComparison.Ordinal),
            Cells.Replace("\"KEY\":{", "\"polyglot_notebook\":{\"kernelInfo\":{", StringComparison.Ordinal)
                .Replace("}]}},\"nbf", "}]}}},\"nbf", StringComparison.Ordinal) })
        {
            var notebook = IpynbReader.Parse(text, "x.ipynb");
            Assert.Equal(
                [("csharp", "x\ny"), ("fsharp", "a\nb"), ("fsharp", "z"), ("fsharp", "let x = 1"), ("csharp", "1"), ("markdown", "m"),
                    ("raw", "r")],
                notebook.Cells.Select(cell => (cell.Kernel, cell.Source)));
            Assert.Equal("{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"aliases\":[\"frob\"],\"name\":\"fsharp\"}]}}",
                notebook.Meta);
        }
    }

    [Fact]
    public void Cells_of_other_languages_say_so_in_their_first_line_for_Jupyter_and_lose_it_on_the_way_back()
    {
        var notebook = new Notebook(
            [new Cell("csharp", "1"), .. new[] { "html", "javascript", "mermaid", "sql", "value" }.Select(
                kernel => new Cell(kernel, "a\nb")), new Cell("markdown", "m"), new Cell("python", "p")]);
        var json = IpynbWriter.Write(notebook);
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(
            ["1", "#!html\na\nb", "#!javascript\na\nb", "#!mermaid\na\nb", "#!sql\na\nb", "#!value\na\nb", "m", "p"],
            document.RootElement.GetProperty("cells").EnumerateArray()
                .Select(cell => string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()))));
        Assert.Equal(notebook.Cells.Select(cell => (cell.Kernel, cell.Source)),
            IpynbReader.Parse(json, "x.ipynb").Cells.Select(cell => (cell.Kernel, cell.Source)));
    }

    [Fact]
    public void Every_notebook_of_this_checkout_survives_the_round_trip()
    {
        Assert.All(Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.dib", SearchOption.AllDirectories),
            file => RoundTrip.Check(file));
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        Assert.Contains("no notebook at", Assert.Throws<NotebookException>(() => DibReader.Read("/nowhere/x.dib")).Message,
            StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<NotebookException>(() => DibReader.Read(Path.GetTempPath())).Message,
            StringComparison.Ordinal);
    }
}
