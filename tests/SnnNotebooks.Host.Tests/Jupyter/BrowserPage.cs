using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Tests.Jupyter;

/// <summary>A page in headless Chromium, driven through its debugging protocol.</summary>
internal sealed class BrowserPage : IDisposable
{
    private readonly Process browser;
    private readonly ClientWebSocket socket = new();
    private int calls;

    private BrowserPage(Process browser) => this.browser = browser;

    public static async Task<BrowserPage> OpenAsync(string url, string profile)
    {
        var browser = Process.Start(new ProcessStartInfo("/usr/bin/chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--remote-debugging-port=0", $"--user-data-dir={profile}", url,
        ]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        browser.BeginErrorReadLine();
        browser.BeginOutputReadLine();
        var page = new BrowserPage(browser);
        var portFile = Path.Combine(profile, "DevToolsActivePort");
        await WaitAsync(() => Task.FromResult(File.Exists(portFile) && new FileInfo(portFile).Length > 0), "Chromium's debugging port");
        using var http = new HttpClient();
        var address = "";
        await WaitAsync(
            async () =>
            {
                var pages = JsonNode.Parse(
                    await http.GetStringAsync(new Uri($"http://127.0.0.1:{(await File.ReadAllLinesAsync(portFile))[0]}/json")))!.AsArray();
                address = pages.FirstOrDefault(
                    item => item!["type"]!.GetValue<string>() == "page")?["webSocketDebuggerUrl"]?.GetValue<string>() ?? "";
                return address.Length > 0;
            },
            "Chromium's page");
        await page.socket.ConnectAsync(new Uri(address), CancellationToken.None);
        return page;
    }

    /// <summary>The value of a JavaScript expression, as text.</summary>
    public async Task<string> EvaluateAsync(string expression) =>
        (await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true }))
            .GetProperty("result").TryGetProperty("value", out var value) ? value.ToString() : "";

    /// <summary>Shows the page as it is on paper.</summary>
    public Task PrintAsync() => CallAsync("Emulation.setEmulatedMedia", new() { ["media"] = "print" });

    private async Task<JsonElement> CallAsync(string method, JsonObject arguments)
    {
        var id = ++calls;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = arguments };
        await socket.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            using var answer = JsonDocument.Parse(await ReceiveAsync());
            if (answer.RootElement.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                return answer.RootElement.GetProperty("result").Clone();
            }
        }
    }

    /// <summary>Waits until an expression is true.</summary>
    public Task WaitForAsync(string expression) => WaitAsync(async () => await EvaluateAsync(expression) == "True", expression);

    public void Dispose()
    {
        socket.Dispose();
        browser.Kill(entireProcessTree: true);
        browser.WaitForExit();
        browser.Dispose();
    }

    public static async Task WaitAsync(Func<Task<bool>> condition, string what)
    {
        for (var i = 0; i < 1800; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"waited for minutes in vain for: {what}"));
    }

    private async Task<byte[]> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return message.ToArray();
    }
}
