using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using SnnNotebooks.Datasets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

public sealed class DatasetDownloaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpListener server = new();
    private readonly byte[] content = new byte[100_000];
    private readonly byte[] packed;
    private readonly DatasetEntry entry;
    private readonly List<string?> ranges = [];
    private Func<HttpListenerContext, byte[], Task> answer;

    public DatasetDownloaderTests()
    {
        new Random(1).NextBytes(content);
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        packed = memory.ToArray();
        answer = Whole;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
        server.Prefixes.Add(url);
        server.Start();
        _ = ServeAsync();
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        entry = new DatasetEntry("test", "t", "MIT", "c", [new DatasetFile("a.gz", content.Length, sha)], [new DatasetSource(DatasetSourceKind.Url, url)]);
    }

    private string Target => folder.File("a.gz");

    public void Dispose()
    {
        server.Close();
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_verified_and_named()
    {
        await Get();

        Assert.Equal(packed, File.ReadAllBytes(Target));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_download_goes_on_where_it_stopped()
    {
        File.WriteAllBytes(Target + ".part", packed[..30_000]);

        await Get();

        Assert.Equal(["bytes=30000-"], ranges);
        Assert.Equal(packed, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_server_without_ranges_begins_again()
    {
        File.WriteAllBytes(Target + ".part", packed[..30_000]);
        answer = (context, bytes) => Send(context, 200, bytes);

        await Get();

        Assert.Equal(packed, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Wrong_content_is_refused_and_removed()
    {
        answer = (context, bytes) => Send(context, 200, [1, 2, 3]);

        await Assert.ThrowsAsync<DatasetException>(Get);

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        answer = (context, bytes) => Send(context, 200, new byte[5_000_000]);

        var refused = await Assert.ThrowsAsync<DatasetException>(Get);

        Assert.Contains("another file", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task A_refusal_of_the_server_is_told_with_its_address()
    {
        answer = (context, bytes) => Send(context, 404, []);

        Assert.Contains("127.0.0.1", (await Assert.ThrowsAsync<DatasetException>(Get)).Message, StringComparison.Ordinal);
    }

    private async Task Get()
    {
        using var client = new HttpClient();
        await new DatasetDownloader(client).GetAsync(entry, folder.Path);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                ranges.Add(context.Request.Headers["Range"]);
                try
                {
                    await answer(context, packed);
                }
                catch (Exception gone) when (gone is HttpListenerException or IOException)
                {
                    // the client hung up, as it should on an endless body
                }
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private static Task Whole(HttpListenerContext context, byte[] bytes)
    {
        var range = context.Request.Headers["Range"];
        return range is null
            ? Send(context, 200, bytes)
            : Send(context, 206, bytes[int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)..]);
    }

    private static async Task Send(HttpListenerContext context, int status, byte[] bytes)
    {
        context.Response.StatusCode = status;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}
