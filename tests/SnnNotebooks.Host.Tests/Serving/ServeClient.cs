using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Serving;

/// <summary>A real <c>snn serve</c> process and a client of it, as an editor would be.</summary>
internal sealed class ServeClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder folder = new();
    private readonly List<JsonObject> received = [];
    private readonly string pipeName = $"snn-test-{Guid.NewGuid():N}";
    private NamedPipeClientStream pipe = null!;
    private StreamReader reader = null!;
    private int requests;

    private ServeClient()
    {
    }

    public Process Process { get; private set; } = null!;

    public string Folder => folder.Path;

    /// <summary>Every message but answers that were waited for, in order.</summary>
    public IReadOnlyList<JsonObject> Received => received;

    public static async Task<ServeClient> StartAsync(params string[] options)
    {
        var client = new ServeClient();
        var notebook = Path.Combine(client.Folder, "main.dib");
        client.Process = Process.Start(
            new ProcessStartInfo("dotnet",
                [Path.Combine(AppContext.BaseDirectory, "snn.dll"), "serve", notebook, "--pipe", client.pipeName,
                    .. options]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var line = await client.Process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.Equal("listening", JsonNode.Parse(line!)!["kind"]!.GetValue<string>());
        _ = client.Process.StandardOutput.ReadToEndAsync();
        client.pipe = await client.ConnectAsync();
        client.reader = new StreamReader(client.pipe, Encoding.UTF8);
        return client;
    }

    public static async Task<ServeClient> StartAndGreetAsync(params string[] options)
    {
        var client = await StartAsync(options);
        Assert.Equal(1, (await client.AskAsync("hello", ("protocol", 1)))["protocol"]!.GetValue<int>());
        return client;
    }

    public async Task<NamedPipeClientStream> ConnectAsync()
    {
        var stream = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
        await stream.ConnectAsync((int)Patience.TotalMilliseconds);
        return stream;
    }

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await pipe.WriteAsync(bytes);
        await pipe.FlushAsync();
    }

    public async Task<string> SendAsync(string kind, params (string Name, JsonNode? Value)[] fields)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"r{++requests}");
        var message = new JsonObject { ["id"] = id, ["kind"] = kind };
        foreach (var (name, value) in fields)
        {
            message[name] = value;
        }

        await SendRawAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n"));
        return id;
    }

    /// <summary>The next message; null where the server is gone.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        var line = await reader.ReadLineAsync().WaitAsync(Patience);
        return line is null ? null : JsonNode.Parse(line)!.AsObject();
    }

    public async Task<JsonObject> WaitAsync(Predicate<JsonObject> wanted)
    {
        while (true)
        {
            var message = await NextAsync() ?? throw new InvalidOperationException("the server is gone");
            if (wanted(message))
            {
                return message;
            }

            received.Add(message);
        }
    }

    public Task<JsonObject> AnswerToAsync(string id) => WaitAsync(message => Kind(message) == "answer" && (string?)message["id"] == id);

    public async Task<JsonObject> AskAsync(string kind, params (string Name, JsonNode? Value)[] fields) =>
        await AnswerToAsync(await SendAsync(kind, fields));

    public Task<JsonObject> RunAsync(string source, string kernel = "csharp") =>
        AskAsync("execute", ("kernel", kernel), ("source", source));

    public string Console(string name = "stdout") =>
        string.Concat(received.Where(message => Kind(message) == "stream" && (string?)message["name"] == name)
            .Select(message => (string?)message["text"]));

    public static string? Kind(JsonObject message) => (string?)message["kind"];

    public Task HangUpAsync() => pipe.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await pipe.DisposeAsync();
        try
        {
            await Process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!Process.HasExited)
            {
                Process.Kill(entireProcessTree: true);
            }

            Process.Dispose();
            folder.Dispose();
        }
    }
}
