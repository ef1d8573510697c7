using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

public sealed class DatasetDownloaderTests : IDisposable
{
    private static readonly byte[] Content = Packed.Content(200_000);
    private static readonly byte[] Whole = Packed.Gzip(Content);
    private const int Half = 100_000;

    // a proxy of the machine's environment must not come between
    private readonly HttpClient client = new(new HttpClientHandler { UseProxy = false });
    private readonly LoopbackServer server = new();
    private readonly TemporaryFolder folder = new();

    private string Target => folder.File("f.gz");

    private string Part => folder.File("f.gz.part");

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_fresh_download_leaves_the_file_and_nothing_else()
    {
        server.Reply("200 OK", Whole);

        await GetAsync();

        AssertDone("GET /f.gz");
    }

    [Fact]
    public async Task All_files_are_fetched_into_a_new_folder_and_what_is_there_is_not_fetched_again()
    {
        var second = Packed.Content(300);
        var target = Path.Combine(folder.Path, "new", "set");
        var entry = Packed.Entry(
            "two", [Packed.File("f.gz", Content), Packed.File("g.gz", second)], new DatasetSource(DatasetSourceKind.Url, server.Url));
        server.Reply("200 OK", Whole).Reply("404 Not Found", Array.Empty<byte>()).Reply("200 OK", Packed.Gzip(second));
        var downloader = new DatasetDownloader(client);

        await Assert.ThrowsAsync<DatasetException>(() => downloader.GetAsync(entry, target));
        await downloader.GetAsync(entry, target);
        await downloader.GetAsync(entry, target);

        Assert.Equal(["GET /f.gz", "GET /g.gz", "GET /g.gz"], server.Requests);
        Assert.Equal(Whole, File.ReadAllBytes(Path.Combine(target, "f.gz")));
        Assert.Equal(["f.gz", "g.gz"], Directory.EnumerateFiles(target).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public async Task Progress_counts_the_bytes_of_the_file()
    {
        var told = new Told();
        File.WriteAllBytes(Part, Whole[..Half]);
        server.Reply("206 Partial Content", Whole.AsMemory(Half), Range(Half));

        await GetAsync(told);

        Assert.All(told.Reports, report => Assert.Equal("f.gz", report.File));
        Assert.True(told.Reports[0].Bytes > Half);
        Assert.Equal(told.Reports.Select(report => report.Bytes).Order(), told.Reports.Select(report => report.Bytes));
        Assert.Equal(Whole.Length, told.Reports[^1].Bytes);
    }

    [Fact]
    public async Task A_part_is_gone_on_with()
    {
        File.WriteAllBytes(Part, Whole[..Half]);
        server.Reply("206 Partial Content", Whole.AsMemory(Half), Range(Half));

        await GetAsync();

        AssertDone($"GET /f.gz bytes={Half}-");
    }

    [Fact]
    public async Task A_server_that_ignores_the_range_starts_the_file_over()
    {
        File.WriteAllBytes(Part, Packed.Content(Half));
        server.Reply("200 OK", Whole);

        await GetAsync();

        AssertDone($"GET /f.gz bytes={Half}-");
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_kept_and_gone_on_with()
    {
        server.Reply("200 OK", Whole.AsMemory(0, Half), length: Whole.Length)
            .Reply("206 Partial Content", Whole.AsMemory(Half), Range(Half));

        var failure = await Assert.ThrowsAsync<DatasetException>(() => GetAsync());

        Assert.StartsWith($"{server.Url}f.gz could not be fetched: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith($"What came so far is kept in {Part}; call this again to go on.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Whole[..Half], File.ReadAllBytes(Part));
        Assert.False(File.Exists(Target));

        await GetAsync();

        AssertDone("GET /f.gz", $"GET /f.gz bytes={Half}-");
    }

    [Fact]
    public async Task A_part_that_is_whole_already_is_taken()
    {
        File.WriteAllBytes(Part, Whole);
        server.Reply("416 Range Not Satisfiable", Array.Empty<byte>(), $"Content-Range: bytes */{Whole.Length}\r\n");

        await GetAsync();

        AssertDone($"GET /f.gz bytes={Whole.Length}-");
    }

    [Fact]
    public async Task A_part_of_another_file_is_removed_so_that_the_next_call_starts_over()
    {
        File.WriteAllBytes(Part, Packed.Content(Half));
        server.Reply("206 Partial Content", Whole.AsMemory(Half), Range(Half)).Reply("200 OK", Whole);

        await AssertRefusedAsync("is damaged");
        await GetAsync();

        AssertDone($"GET /f.gz bytes={Half}-", "GET /f.gz");
    }

    [Fact]
    public async Task A_part_longer_than_the_file_is_removed_so_that_the_next_call_starts_over()
    {
        File.WriteAllBytes(Part, Packed.Content(2 * Whole.Length));
        server.Reply("416 Range Not Satisfiable", Array.Empty<byte>(), $"Content-Range: bytes */{Whole.Length}\r\n").Reply("200 OK", Whole);

        await AssertRefusedAsync("is damaged");
        await GetAsync();

        AssertDone($"GET /f.gz bytes={2 * Whole.Length}-", "GET /f.gz");
    }

    [Theory]
    [InlineData("Content-Range: bytes 0-9/10\r\n")]
    [InlineData("")]
    public async Task Bytes_from_another_place_than_asked_for_are_refused(string range)
    {
        File.WriteAllBytes(Part, Whole[..Half]);
        server.Reply("206 Partial Content", Whole.AsMemory(Half), range).Reply("200 OK", Whole);

        await AssertRefusedAsync($"was asked to go on at byte {Half}");
        await GetAsync();

        AssertDone($"GET /f.gz bytes={Half}-", "GET /f.gz");
    }

    [Fact]
    public async Task Other_content_is_refused_and_removed()
    {
        var other = Content.ToArray();
        other[^1] ^= 1;
        server.Reply("200 OK", Packed.Gzip(other)).Reply("200 OK", "<html>moved</html>"u8.ToArray()).Reply("200 OK", Array.Empty<byte>());

        await AssertRefusedAsync(
            $"expected {Packed.File("f.gz", Content).Sha256}. It came from {server.Url}f.gz and was removed; call this again, or use "
            + "another source.");
        await AssertRefusedAsync("is damaged");
        await AssertRefusedAsync("is truncated");
    }

    [Fact]
    public async Task A_body_without_end_is_stopped_and_removed()
    {
        server.Reply(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), cancellation);
            while (true)
            {
                await stream.WriteAsync(Content, cancellation);
            }
        });
        var told = new Told();

        await AssertRefusedAsync("sends more than the 200000 bytes that f.gz may hold", told);

        Assert.InRange(told.Reports[^1].Bytes, Content.Length, Content.Length + (1 << 17));
    }

    [Theory]
    [InlineData("404 Not Found", "404")]
    [InlineData("500 Internal Server Error", "500")]
    public async Task A_refusal_of_the_server_is_reported_and_leaves_nothing(string status, string said)
    {
        server.Reply(status, "no"u8.ToArray());

        var failure = await Assert.ThrowsAsync<DatasetException>(() => GetAsync());

        Assert.StartsWith($"{server.Url}f.gz could not be fetched: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_server_that_is_down_is_reported_and_the_part_stays()
    {
        File.WriteAllBytes(Part, Whole[..Half]);
        string url;
        using (var gone = new LoopbackServer())
        {
            url = gone.Url;
        }

        var entry = Packed.Entry("one", [Packed.File("f.gz", Content)], new DatasetSource(DatasetSourceKind.Url, url));
        var failure = await Assert.ThrowsAsync<DatasetException>(() => new DatasetDownloader(client).GetAsync(entry, folder.Path));

        Assert.Contains("could not be fetched", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Whole[..Half], File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task Cancelling_keeps_the_part_and_the_next_call_goes_on()
    {
        server.Reply(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Whole.Length}\r\n\r\n"), cancellation);
            await stream.WriteAsync(Whole.AsMemory(0, Half), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        });
        using var cancel = new CancellationTokenSource();
        var told = new Told(report =>
        {
            if (report.Bytes == Half)
            {
                cancel.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(told, cancel.Token));

        Assert.Equal(Whole[..Half], File.ReadAllBytes(Part));
        Assert.False(File.Exists(Target));

        using var next = new LoopbackServer();
        next.Reply("206 Partial Content", Whole.AsMemory(Half), Range(Half));
        var entry = Packed.Entry("one", [Packed.File("f.gz", Content)], new DatasetSource(DatasetSourceKind.Url, next.Url));
        await new DatasetDownloader(client).GetAsync(entry, folder.Path);

        Assert.Equal([$"GET /f.gz bytes={Half}-"], next.Requests);
        Assert.Equal(Whole, File.ReadAllBytes(Target));
    }

    [Theory]
    [InlineData("")] // nothing at all
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\nabc")] // a beginning
    public async Task A_server_that_falls_silent_is_given_up_and_that_is_no_cancellation(string beginning)
    {
        client.Timeout = TimeSpan.FromMilliseconds(300);
        server.Reply(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        });

        var failure = await Assert.ThrowsAsync<DatasetException>(() => GetAsync());

        Assert.StartsWith($"{server.Url}f.gz could not be fetched: nothing came for 0.3 s.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_that_bring_a_set_into_one_folder_the_second_is_refused_and_spoils_nothing()
    {
        var (half, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Reply(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Whole.Length}\r\n\r\n"), cancellation);
            await stream.WriteAsync(Whole.AsMemory(0, Half), cancellation);
            half.SetResult();
            await go.Task;
            await stream.WriteAsync(Whole.AsMemory(Half), cancellation);
        });
        var first = GetAsync();
        await half.Task;

        var refused = await Assert.ThrowsAsync<DatasetException>(() => GetAsync());
        go.SetResult();
        await first;

        Assert.Contains("Another process brings the data set", refused.Message, StringComparison.Ordinal);
        AssertDone("GET /f.gz");
    }

    [Fact]
    public async Task A_damaged_file_that_is_there_is_neither_replaced_nor_removed()
    {
        File.WriteAllBytes(Target, Whole[..Half]);

        var failure = await Assert.ThrowsAsync<DatasetException>(() => GetAsync());

        Assert.Contains("Remove it and call this again.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Whole[..Half], File.ReadAllBytes(Target));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_set_without_a_URL_says_how_to_get_it()
    {
        var failure = await Assert.ThrowsAsync<DatasetException>(
            () => new DatasetDownloader(client).GetAsync(DatasetRegistry.Get("fashion-mnist-mini"), folder.Path));

        Assert.Equal(
            "The data set fashion-mnist-mini is not downloaded. To get it: it ships with the kit in data/embedded/fashion-mnist-mini: "
            + "restore that folder from the repository.",
            failure.Message);
    }

    private static string Range(int from) => $"Content-Range: bytes {from}-{Whole.Length - 1}/{Whole.Length}\r\n";

    private Task GetAsync(Told? progress = null, CancellationToken cancellation = default)
    {
        var entry = Packed.Entry("one", [Packed.File("f.gz", Content)], new DatasetSource(DatasetSourceKind.Url, server.Url));
        return new DatasetDownloader(client).GetAsync(entry, folder.Path, progress, cancellation);
    }

    private async Task AssertRefusedAsync(string said, Told? progress = null)
    {
        var failure = await Assert.ThrowsAsync<DatasetException>(() => GetAsync(progress));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private void AssertDone(params string[] requests)
    {
        Assert.Equal(requests, server.Requests);
        Assert.Equal(Whole, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private sealed class Told(Action<(string File, long Bytes)>? also = null) : IProgress<(string File, long Bytes)>
    {
        public List<(string File, long Bytes)> Reports { get; } = [];

        public void Report((string File, long Bytes) value)
        {
            Reports.Add(value);
            also?.Invoke(value);
        }
    }
}
