using System.Text;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Tests.Serving;

public sealed class HostileClientTests
{
    [Fact]
    public async Task Lines_that_are_no_requests_are_answered_with_an_error_and_the_next_one_is_obeyed()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        foreach (var line in new[]
        {
            "", "{", "[]", "3", "null", "{}", "{\"id\":1,\"kind\":\"execute\"}", "{\"id\":\"\",\"kind\":\"execute\"}",
            "{\"id\":\"\\ud800\",\"kind\":\"x\"}",
            $"{{\"id\":\"{new string('i', 201)}\",\"kind\":\"variables\"}}", new string('[', 100_000), "\0\u0001",
        })
        {
            await client.SendRawAsync(Encoding.UTF8.GetBytes(line + "\n"));
            var answer = (await client.NextAsync())!;
            Assert.Equal(("answer", null), (ServeClient.Kind(answer), (string?)answer["id"]));
            Assert.NotNull((string?)answer["error"]);
        }

        await client.SendRawAsync(new byte[] { 0xff, 0xfe, (byte)'\n' });
        Assert.NotNull((string?)(await client.NextAsync())!["error"]);
        Assert.Null((await client.RunAsync("1"))["failure"]);
    }

    [Theory]
    [InlineData("execute", "{}", "kernel")]
    [InlineData("execute", "{\"kernel\":3,\"source\":\"1\"}", "kernel")]
    [InlineData("execute", "{\"kernel\":\"csharp\",\"source\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("execute", "{\"kernel\":\"csharp\",\"source\":\"1\",\"line\":-1}", "line")]
    [InlineData("execute", "{\"kernel\":\"csharp\",\"source\":\"1\",\"cell\":1e99}", "cell")]
    [InlineData("execute", "{\"kernel\":\"csharp\",\"source\":\"1\",\"line\":2000000000}", "line")]
    [InlineData("complete", "{\"code\":\"x\"}", "position")]
    [InlineData("complete", "{\"code\":\"x\",\"position\":2}", "position")]
    [InlineData("hover", "{\"code\":\"x\",\"position\":-1}", "position")]
    [InlineData("signature", "{\"code\":\"x\",\"position\":1.5}", "position")]
    [InlineData("show", "{\"name\":[]}", "name")]
    [InlineData("input", "{\"value\":{}}", "value")]
    [InlineData("frobnicate", "{}", "Unknown kind")]
    public async Task A_request_that_lacks_something_is_told_what(string kind, string fields, string says)
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        var message = JsonNode.Parse(fields.Replace("\\ud800", "SURROGATE", StringComparison.Ordinal))!.AsObject();
        message["id"] = "bad";
        message["kind"] = kind;
        await client.SendRawAsync(
            Encoding.UTF8.GetBytes(message.ToJsonString().Replace("SURROGATE", "\\ud800", StringComparison.Ordinal) + "\n"));
        Assert.Contains(says, (string?)(await client.AnswerToAsync("bad"))["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_beyond_every_size_is_skipped_without_being_kept()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("1");
        var before = Memory(client);
        var chunk = new byte[1 << 20];
        Array.Fill(chunk, (byte)'x');
        for (var sent = 0; sent < 300; sent++)
        {
            await client.SendRawAsync(chunk);
        }

        await client.SendRawAsync("\n"u8.ToArray());
        Assert.Contains("was skipped", (string?)(await client.NextAsync())!["error"], StringComparison.Ordinal);
        Assert.True(Memory(client) - before < 200 << 20, "a line of 300 MB was kept");
        Assert.Null((await client.RunAsync("2"))["failure"]);
    }

    [Fact]
    public async Task Deeply_nested_code_is_refused_in_every_request_that_reads_code()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        var code = new string('(', 100_000);
        Assert.NotNull((await client.RunAsync(code))["failure"]);
        foreach (var kind in new[] { "complete", "hover", "signature" })
        {
            Assert.Contains("nest deeper", (string?)(await client.AskAsync(kind, ("code", code), ("position", code.Length)))["error"],
                StringComparison.Ordinal);
        }

        Assert.Contains("nest deeper",
            (string?)(await client.AskAsync("diagnose", ("code", code), ("full", true)))["items"]![0]!["message"],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":\"1\",\"kind\":\"execute\",\"kernel\":\"csharp\",\"source\":\"1\"}", "hello")]
    [InlineData("{\"id\":\"1\",\"kind\":\"hello\",\"protocol\":2}", "Update the tool")]
    [InlineData("{\"id\":\"1\",\"kind\":\"hello\"}", "protocol")]
    [InlineData("GET / HTTP/1.1", "not valid JSON")]
    public async Task A_client_that_does_not_shake_hands_is_refused_and_the_process_ends(string first, string says)
    {
        await using var client = await ServeClient.StartAsync();
        await client.SendRawAsync(Encoding.UTF8.GetBytes(first + "\n"));
        var refused = (await client.NextAsync())!;
        Assert.Equal("refused", ServeClient.Kind(refused));
        Assert.Contains(says, (string?)refused["message"], StringComparison.Ordinal);
        Assert.Null(await client.NextAsync());
        await client.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_second_client_is_refused_and_the_first_goes_on()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var second = await client.ConnectAsync();
            using var reader = new StreamReader(second);
            Assert.Contains("has its client already", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(10)),
                StringComparison.Ordinal);
            Assert.Null(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(10)));
        }

        Assert.Null((await client.RunAsync("1"))["failure"]);
    }

    [Fact]
    public async Task Two_notebooks_have_two_processes_that_know_nothing_of_each_other()
    {
        await using var one = await ServeClient.StartAndGreetAsync();
        await using var other = await ServeClient.StartAndGreetAsync();
        await one.RunAsync("var mine = 1;");
        Assert.Equal("CompilationError", (string?)(await other.RunAsync("mine"))["failure"]!["name"]);
    }

    [Fact]
    public async Task A_client_that_is_gone_ends_the_process_even_while_a_cell_runs()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        var busy = await client.SendAsync("execute", ("kernel", "csharp"), ("source", "while (true) { Console.WriteLine(1); }"));
        await client.WaitAsync(message => ServeClient.Kind(message) == "started" && (string?)message["id"] == busy);
        await client.HangUpAsync();
        await client.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, client.Process.ExitCode);
    }

    [Fact]
    public async Task Shutdown_is_answered_and_ends_the_process()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        Assert.Null((string?)(await client.AskAsync("shutdown"))["error"]);
        await client.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, client.Process.ExitCode);
    }

    private static long Memory(ServeClient client)
    {
        client.Process.Refresh();
        return client.Process.WorkingSet64;
    }
}
