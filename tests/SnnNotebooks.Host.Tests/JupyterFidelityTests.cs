using System.Text.Json.Nodes;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Tests;

/// <summary>What a Jupyter notebook holds beside its code.</summary>
public sealed class JupyterFidelityTests : IDisposable
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC";

    private const string Lesson = """
        {"cells":[
        {"cell_type":"markdown","id":"intro","metadata":{"slideshow":{"slide_type":"slide"}},"attachments":{"a b.png":{"image/png":"PNG"}},
         "source":"# Rasters\n![r](attachment:a%20b.png)"},
        {"cell_type":"code","id":"code-1","metadata":{"jupyter":{"source_hidden":true},"tags":["x"]},"execution_count":7,
         "outputs":[{"output_type":"stream","name":"stdout","text":"former\n"}],
         "source":["Console.WriteLine(1 +\n"," 1);"],"vendor":{"kept":1.50}},
        {"cell_type":"raw","id":"intro","metadata":{"format":"text/latex"},"source":["\\LaTeX"]},
        {"cell_type":"code","id":"not valid!","metadata":{},"execution_count":null,"outputs":[],"source":["2"]}
        ],"metadata":{"authors":[{"name":"A. Teacher"}],"kernelspec":{"display_name":".NET (C#)","language":"C#","name":".net-csharp"},
        "language_info":{"name":"C#"},"colab":{}},
        "nbformat":4,"nbformat_minor":5,"root_extra":true}
        """;

    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Text => Lesson.Replace("PNG", Png, StringComparison.Ordinal);

    [Fact]
    public void Converting_keeps_everything()
    {
        var before = JsonNode.Parse(Text)!;
        var after = JsonNode.Parse(IpynbWriter.Write(IpynbReader.Parse(Text, "x.ipynb")))!;
        Assert.Equal(["intro", "code-1"], after["cells"]!.AsArray().Select(cell => cell!["id"]!.GetValue<string>()).Take(2));
        Assert.Equal(4, after["cells"]!.AsArray().Select(cell => cell!["id"]!.GetValue<string>()).Distinct().Count());
        foreach (var (former, now) in before["cells"]!.AsArray().Zip(after["cells"]!.AsArray()))
        {
            former!.AsObject().Remove("id");
            now!.AsObject().Remove("id");
        }

        Assert.True(JsonNode.DeepEquals(before, after), after.ToJsonString());
        Assert.Contains("1.50", after.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_keeps_everything_but_the_outputs()
    {
        folder.Write("lesson.ipynb", Text);
        var report = await folder.RunFileAsync("lesson.ipynb");
        Assert.True(report.Succeeded, report.Failure);
        var after = JsonNode.Parse(await File.ReadAllTextAsync(report.IpynbPath))!;
        Assert.Equal(Png, after["cells"]![0]!["attachments"]!["a b.png"]!["image/png"]!.GetValue<string>());
        Assert.Equal("slide", after["cells"]![0]!["metadata"]!["slideshow"]!["slide_type"]!.GetValue<string>());
        Assert.Equal("A. Teacher", after["metadata"]!["authors"]![0]!["name"]!.GetValue<string>());
        Assert.Equal("2\n", after["cells"]![1]!["outputs"]![0]!["text"]![0]!.GetValue<string>());
        Assert.Equal(1, after["cells"]![1]!["execution_count"]!.GetValue<int>());
        Assert.Contains($"src=\"data:image/png;base64,{Png}\"", await File.ReadAllTextAsync(report.HtmlPath), StringComparison.Ordinal);
        Assert.Contains($"![r](data:image/png;base64,{Png})", await File.ReadAllTextAsync(Path.ChangeExtension(report.HtmlPath, ".md")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_never_overwrites_its_source()
    {
        var source = folder.Write("lesson.ipynb", Text);
        Directory.CreateSymbolicLink(Path.Combine(folder.Folder, "link"), folder.Folder);
        foreach (var output in new[] { folder.Folder, Path.Combine(folder.Folder, "link") })
        {
            var error = await Assert.ThrowsAsync<NotebookException>(
                () => folder.RunFileAsync("lesson.ipynb", request => request with { OutputFolder = output }));
            Assert.Contains("would overwrite", error.Message, StringComparison.Ordinal);
            Assert.Equal(Text, await File.ReadAllTextAsync(source));
        }
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"attachments\":{\"a.png\":{\"image/png\":\"x\"}}", "attachments.a.png.image/png of cell 1")]
    [InlineData(",\"id\":\"own\"", "id of cell 1")]
    [InlineData(",\"metadata\":{\"collapsed\":true}", "metadata.collapsed of cell 1")]
    [InlineData(",\"metadata\":{\"tags\":[\"parameters\"]}", "metadata.tags of cell 1")]
    [InlineData(",\"vendor\":1", "vendor of cell 1")]
    public void The_check_says_what_a_dib_cannot_hold(string extra, string? lost)
    {
        var path = folder.Write("x.ipynb",
            $$"""{"cells":[{"cell_type":"markdown","source":["a"]{{extra}}}],"metadata":{},"nbformat":4,"nbformat_minor":5}""");
        if (lost is null)
        {
            Assert.True(RoundTrip.Check(path));
            return;
        }

        Assert.Contains(lost, Assert.Throws<NotebookException>(() => RoundTrip.Check(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"outputs\":[{\"output_type\":\"stream\",\"name\":\"stdout\",\"text\":[\"1\"]}],\"execution_count\":1,\"metadata\":{}",
        "outputs of cell 1")]
    [InlineData("\"outputs\":[],\"execution_count\":3,\"metadata\":{}", "execution_count of cell 1")]
    public void Outputs_count_too(string extra, string lost)
    {
        var path = folder.Write("x.ipynb",
            $$"""{"cells":[{"cell_type":"code","source":["1"],{{extra}}}],"metadata":{"title":"t"},"nbformat":4,"nbformat_minor":5}""");
        var message = Assert.Throws<NotebookException>(() => RoundTrip.Check(path)).Message;
        Assert.Contains(lost, message, StringComparison.Ordinal);
        Assert.Contains("metadata.title of the notebook", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Converted_notebooks_of_the_kit_pass_the_check()
    {
        var notebook = DibReader.Parse(
            "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"aliases\":[],\"name\":\"csharp\"}]}}\n\n"
            + "#!markdown\n\n# T\n\n#!csharp\n\n1\n", "x.dib");
        Assert.True(RoundTrip.Check(folder.Write("x.ipynb", IpynbWriter.Write(notebook))));
    }

    [Theory]
    [InlineData("a\u2028b\fc\u0085d")]
    [InlineData("a\u2029")]
    public void Characters_that_end_lines_elsewhere_are_content(string text)
    {
        Assert.Equal(text, IpynbReader.Parse(IpynbWriter.Write(new Notebook([new Cell("csharp", text)])), "x.ipynb").Cells[0].Source);
        Assert.Equal(text, DibReader.Parse(DibWriter.Write(new Notebook([new Cell("csharp", text)])), "x.dib").Cells[0].Source);
    }

    [Theory]
    [InlineData("x.dib", new byte[] { 0x61, 0x0A, 0xE9, 0x62 }, "line 2: the bytes E9 at position 2 are not UTF-8")]
    [InlineData("x.ipynb", new byte[] { 0x7B, 0xFF }, "line 1: the bytes FF at position 1 are not UTF-8")]
    [InlineData("x.dib", new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0xC3 }, "line 1: the bytes C3 at position 4 are not UTF-8")]
    [InlineData("x.dib", new byte[] { 0xFF, 0xFE, 0x00, 0xD8, 0x61, 0x00 }, "are not UTF-16")]
    public void Bytes_that_are_no_text_are_refused_with_their_place(string name, byte[] bytes, string says)
    {
        var path = folder.Write(name, "");
        File.WriteAllBytes(path, bytes);
        Assert.Contains(says, Assert.Throws<NotebookException>(() => NotebookFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Marked_utf_16_is_read()
    {
        var path = folder.Write("x.dib", "");
        File.WriteAllText(path, "#!markdown\n\u00e4", System.Text.Encoding.Unicode);
        Assert.Equal("\u00e4", DibReader.Read(path).Cells[0].Source);
    }

    [Fact]
    public void Properties_that_occur_twice_are_refused()
    {
        Assert.Contains("not valid JSON",
            Assert.Throws<NotebookException>(
                () => IpynbReader.Parse("{\"cells\":[{\"cell_type\":\"raw\",\"source\":\"\",\"id\":\"a\",\"id\":\"b\"}]}",
                    "x.ipynb")).Message, StringComparison.Ordinal);
    }
}
