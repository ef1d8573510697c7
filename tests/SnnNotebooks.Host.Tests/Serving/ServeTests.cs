using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Tests.Serving;

public sealed class ServeTests
{
    [Fact]
    public async Task Cells_run_in_order_and_show_text_values_updates_and_errors()
    {
        await using var client = await ServeClient.StartAndGreetAsync("--scale", "laptop");
        await client.SendAsync("execute", ("kernel", "csharp"),
            ("source", "var x = 20; Console.Write(\"a\"); Console.Error.Write(\"b\");"));
        var second = await client.AnswerToAsync(await client.SendAsync("execute", ("kernel", "csharp"), ("source", "x * 2 + 2")));
        Assert.Null(second["failure"]);
        Assert.Equal(("a", "b"), (client.Console(), client.Console("stderr")));
        var shown = client.Received.Single(message => ServeClient.Kind(message) == "display");
        Assert.Equal(("42", "r3", true), ((string?)shown["data"]!["text/plain"], (string?)shown["id"], (bool)shown["result"]!));

        Assert.Null(
            (await client.RunAsync("using Microsoft.DotNet.Interactive;\nvar d = \"one\".Display(); d.Update(\"two\");"))["failure"]);
        var update = client.Received.Single(message => ServeClient.Kind(message) == "update");
        Assert.Equal("two", (string?)update["data"]!["text/plain"]);
        Assert.Contains(client.Received,
            message => ServeClient.Kind(message) == "display" && (string?)message["display"] == (string?)update["display"]);

        var failure = (await client.AskAsync("execute", ("kernel", "csharp"),
            ("source", "var y = 1;\nthrow new System.Exception(\"no \\ud800\");"), ("cell", 4), ("line", 10)))["failure"]!;
        Assert.Equal(("System.Exception", 2), ((string?)failure["name"], (int)failure["line"]!));
        Assert.Contains("main.dib, cell 4, line 2 (line 11 of the file)", (string?)failure["text"], StringComparison.Ordinal);
        Assert.Equal("laptop", (string?)(await DisplayedAsync(client, "Environment.GetEnvironmentVariable(\"Scale\")")));
        Assert.Equal("CompilationError", (string?)(await client.RunAsync("int z = ;"))["failure"]!["name"]);
        Assert.Equal("UnknownKernel", (string?)(await client.RunAsync("x", "sql"))["failure"]!["name"]);
    }

    [Fact]
    public async Task An_interrupt_ends_the_cell_drops_those_that_wait_and_keeps_what_was_declared()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("var kept = 7;");
        var busy = await client.SendAsync("execute", ("kernel", "csharp"), ("source", "while (true) { }"));
        var after = await client.SendAsync("execute", ("kernel", "csharp"), ("source", "1"));
        await client.WaitAsync(message => ServeClient.Kind(message) == "started" && (string?)message["id"] == busy);
        var interrupt = await client.SendAsync("interrupt");
        var answers = new Dictionary<string, JsonObject>();
        while (answers.Count < 3)
        {
            var answer = await client.WaitAsync(message => ServeClient.Kind(message) == "answer");
            answers[(string)answer["id"]!] = answer;
        }

        Assert.Equal("Interrupted", (string?)answers[busy]["failure"]!["name"]);
        Assert.Equal("Interrupted", (string?)answers[after]["failure"]!["name"]);
        Assert.True((bool)answers[interrupt]["ended"]!);
        Assert.Equal("7", await DisplayedAsync(client, "kept"));
    }

    [Fact]
    public async Task A_cell_that_reads_gets_what_the_reader_types_and_an_interrupt_ends_the_question()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        var asking = await client.SendAsync("execute", ("kernel", "csharp"), ("source", "Console.Write(Console.ReadLine() + \"!\");"));
        await client.WaitAsync(message => ServeClient.Kind(message) == "ask");
        Assert.True((bool)(await client.AskAsync("input", ("value", "spike")))["asked"]!);
        await client.AnswerToAsync(asking);
        Assert.Equal("spike!", client.Console());
        Assert.False((bool)(await client.AskAsync("input", ("value", "nobody asked")))["asked"]!);

        var again = await client.SendAsync("execute", ("kernel", "csharp"), ("source", "Console.ReadLine()"));
        await client.WaitAsync(message => ServeClient.Kind(message) == "ask");
        await client.SendAsync("interrupt");
        Assert.Equal("Interrupted", (string?)(await client.AnswerToAsync(again))["failure"]!["name"]);
    }

    [Fact]
    public async Task Completion_signatures_and_hover_see_what_cells_declared_and_look_past_directives()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("/// <summary>Fires.</summary>\nint Fire(int neuron, double weight = 0.5) => neuron;");
        const string Code = "#!time\nvar text = \"é\";\ntext.Sub";
        var completed = await client.AskAsync("complete", ("code", Code), ("position", Code.Length));
        Assert.Contains("Substring", Texts(completed));
        Assert.Equal((Code.Length - 3, Code.Length), ((int)completed["start"]!, (int)completed["end"]!));
        Assert.Contains("#!import", Texts(await client.AskAsync("complete", ("code", "1\n#!im"), ("position", 6))));

        const string Call = "Fire(1, ";
        var help = await client.AskAsync("signature", ("code", Call), ("position", Call.Length));
        Assert.Contains("Fire(int neuron, double weight = 0.5)", (string?)help["signatures"]![0]!["label"], StringComparison.Ordinal);
        Assert.Equal(1, (int)help["parameter"]!);
        Assert.Equal("double weight = 0.5", (string?)help["signatures"]![0]!["parameters"]![1]!["label"]);
        Assert.Empty((await client.AskAsync("signature", ("code", "1 + 1"), ("position", 5)))["signatures"]!.AsArray());
        Assert.Contains("int neuron", (string?)(await client.AskAsync("hover", ("code", Call), ("position", 2)))["text"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_questions_that_come_at_once_the_newer_is_answered()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        for (var i = 0; i < 20; i++)
        {
            string Question(string id) => new JsonObject
            {
                ["id"] = $"{id}{i}", ["kind"] = "complete", ["code"] = "Math.Sq", ["position"] = 7,
            }.ToJsonString();
            await client.SendRawAsync(System.Text.Encoding.UTF8.GetBytes($"{Question("older")}\n{Question("newer")}\n"));
            Assert.Equal("Sqrt", Assert.Single(Texts(await client.AnswerToAsync($"newer{i}"))));
        }
    }

    [Theory]
    [InlineData("int y = x + 1;", true, null)]
    [InlineData("int y = x + ;", true, "CS1525 0")]
    [InlineData("int y = x + ;", false, "CS1525 0")]
    [InlineData("\nvar z = missing;", true, "CS0103 1")]
    [InlineData("\nvar z = missing;", false, null)]
    [InlineData("#!time\nvar z = missing;", true, "CS0103 1")]
    [InlineData("#!import other.dib\nvar z = missing;", true, null)]
    [InlineData("#r \"nuget: Some.Package, 1.0.0\"\nvar z = missing; int q = ;", true, "CS1525 1")]
    [InlineData("1;\n#!frobnicate", true, "directive 1")]
    public async Task Diagnostics_know_directives_and_declarations_and_count_nothing(string code, bool full, string? expected)
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("int x = 1;");
        foreach (var _ in new[] { 1, 2 })
        {
            var items = (await client.AskAsync("diagnose", ("code", code), ("full", full)))["items"]!.AsArray();
            Assert.Equal(expected, items.Count == 0 ? null : $"{items[0]!["code"]} {items[0]!["line"]}");
        }

        var names = (await client.AskAsync("variables"))["items"]!.AsArray().Select(item => (string?)item!["name"]);
        Assert.Equal(["x"], names);
    }

    [Fact]
    public async Task Variables_have_types_and_values_and_tensors_their_shape_and_one_is_shown_on_demand()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        Assert.Null(
            (await client.RunAsync(
                "#r \"nuget: SnnNotebooks.Interactive, 0.1.0\"\nusing TorchSharp;\nvar spikes = torch.zeros(2, 3); var gone = "
                + "torch.zeros(1); gone.Dispose();\nvar list = new List<int> { 1, 2 }; string none = null; "
                + "double half = 0.5;"))["failure"]);
        var items = (await client.AskAsync("variables"))["items"]!.AsArray()
            .ToDictionary(item => (string)item!["name"]!, item => item!.AsObject());
        Assert.Equal("[2, 3] Float32 cpu", (string?)items["spikes"]["value"]);
        Assert.Equal([2, 3], items["spikes"]["tensor"]!["shape"]!.AsArray().Select(length => (int)length!));
        Assert.Equal(24, (int)items["spikes"]["tensor"]!["bytes"]!);
        Assert.Equal(("disposed", "2 items", "null", "0.5"),
            ((string?)items["gone"]["value"], (string?)items["list"]["value"], (string?)items["none"]["value"],
                (string?)items["half"]["value"]));
        var shown = await client.AskAsync("show", ("name", "spikes"));
        Assert.Contains("[2, 3]", (string?)shown["data"]!["text/html"], StringComparison.Ordinal);
        Assert.Contains("No cell has declared", (string?)(await client.AskAsync("show", ("name", "Environment.Exit(1)")))["error"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_comes_as_data_layout_and_description_beside_html_that_has_no_script()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        const string Title = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
        Assert.Null(
            (await client.RunAsync(
                $"#r \"nuget: SnnNotebooks.Interactive, 0.1.0\"\nusing SnnNotebooks.Interactive; using SnnNotebooks.Neurons; using "
                + $"TorchSharp;\nnew LIFNode(tau: 2.0).Trace(torch.ones(20)).Show(\"{Title}\")"))["failure"]);
        var data = client.Received.Last(message => ServeClient.Kind(message) == "display")["data"]!;
        var view = data["application/vnd.snn.view+json"]!;
        var (id, figure) = Assert.Single(view["figures"]!.AsObject());
        Assert.Contains($"id=\"{id}\"", (string?)view["html"], StringComparison.Ordinal);
        Assert.NotEmpty(figure!["data"]!.AsArray());
        Assert.NotNull(figure["layout"]!["height"]);
        Assert.Contains("20 time steps", (string?)figure["description"], StringComparison.Ordinal);
        foreach (var html in new[] { (string)view["html"]!,
            ((string)data["text/html"]!).Replace("</script>", "", StringComparison.Ordinal) })
        {
            Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("<script", (string)view["html"]!, StringComparison.OrdinalIgnoreCase);
        Assert.Contains((string?)(await client.AskAsync("variables"))["device"], new[] { "cpu", "cuda" });
    }

    [Fact]
    public async Task A_training_says_how_far_it_has_come()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        Assert.Null((await client.RunAsync("""
            #r "nuget: SnnNotebooks.Interactive, 0.1.0"
            using SnnNotebooks.Interactive; using SnnNotebooks.Training;
            var live = new LiveTraining();
            live.Report(new TrainingProgress(1, 2, 5, 10, 0.5, 0.25, TimeSpan.FromSeconds(10), null));
            """))["failure"]);
        var progress = client.Received.Single(message => ServeClient.Kind(message) == "progress");
        Assert.Equal((0.25, 30.0), ((double)progress["done"]!, (double)progress["secondsLeft"]!));
        Assert.Contains("epoch 1/2", (string?)progress["text"], StringComparison.Ordinal);
    }

    private static async Task<string?> DisplayedAsync(ServeClient client, string expression)
    {
        Assert.Null((await client.RunAsync(expression))["failure"]);
        return (string?)client.Received.Last(message => ServeClient.Kind(message) == "display")["data"]!["text/plain"];
    }

    private static string?[] Texts(JsonObject answer) => [.. answer["items"]!.AsArray().Select(item => (string?)item!["text"])];
}
