using System.IO.Compression;
using System.Security.Cryptography;
using SnnNotebooks.Datasets;

namespace SnnNotebooks.Tests.Datasets;

public sealed class ArchiveDownloadTests : IDisposable
{
    private static readonly byte[] Archive = Zip();
    private readonly LoopbackServer server = new();
    private readonly DataFolder data = new();
    private readonly HttpClient client = new();

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        data.Dispose();
    }

    [Fact]
    public async Task An_archive_is_fetched_verified_unpacked_and_not_fetched_again()
    {
        var entry = Entry(new Uri(server.Url + "set.zip"), Md5(Archive));
        server.Reply("200 OK", Archive);

        Assert.Null(DatasetLocator.Find(entry));
        await GetAsync(entry);
        await GetAsync(entry);

        Assert.Equal(DatasetLocator.Place(entry), DatasetLocator.Find(entry));
        Assert.Equal("inside", File.ReadAllText(Path.Combine(DatasetLocator.Folder(entry), "set", "one.txt")));
        Assert.Equal(["GET /set.zip"], server.Requests);
        Assert.False(File.Exists(Path.Combine(DatasetLocator.Place(entry), "set.zip")));
        Assert.Equal((1, 0), DatasetCheck.Run(entry));

        File.WriteAllText(Path.Combine(DatasetLocator.Folder(entry), "set", "one.txt"), "other");
        Assert.Contains("expected", Assert.Throws<DatasetException>(() => DatasetCheck.Run(entry)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_archive_is_refused_and_removed()
    {
        var entry = Entry(new Uri(server.Url + "set.zip"), new string('0', 32));
        server.Reply("200 OK", Archive);

        var refusal = await Assert.ThrowsAsync<DatasetException>(() => GetAsync(entry));

        Assert.Contains($"it has MD5 {Md5(Archive)}, expected {new string('0', 32)}", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(DatasetLocator.Place(entry)));
    }

    [Fact]
    public async Task Fetching_an_archive_goes_on_where_it_stopped()
    {
        var entry = Entry(new Uri(server.Url + "set.zip"), Md5(Archive));
        Directory.CreateDirectory(DatasetLocator.Place(entry));
        File.WriteAllBytes(Path.Combine(DatasetLocator.Place(entry), "set.zip.part"), Archive[..50]);
        server.Reply("206 Partial Content", Archive.AsMemory(50), $"Content-Range: bytes 50-{Archive.Length - 1}/{Archive.Length}\r\n");

        await GetAsync(entry);

        Assert.Equal(["GET /set.zip bytes=50-"], server.Requests);
        Assert.NotNull(DatasetLocator.Find(entry));
    }

    [Fact]
    public async Task What_a_user_put_there_is_verified_and_unpacked_and_what_is_missing_is_asked_for()
    {
        var entry = Entry(null, Md5(Archive),
            new DatasetSource(DatasetSourceKind.Manual, "https://example.org/register", "register and download set.zip"));
        var missing = await Assert.ThrowsAsync<DatasetException>(() => GetAsync(entry));
        Assert.Contains("https://example.org/register", missing.Message, StringComparison.Ordinal);

        var path = Path.Combine(DatasetLocator.Place(entry), "set.zip");
        File.WriteAllBytes(path, Archive[..^1]);
        Assert.Contains("is not the file it should be", (await Assert.ThrowsAsync<DatasetException>(() => GetAsync(entry))).Message,
            StringComparison.Ordinal);

        File.WriteAllBytes(path, Archive);
        await GetAsync(entry);
        Assert.NotNull(DatasetLocator.Find(entry));
        Assert.True(File.Exists(path)); // it is the user's
    }

    private Task GetAsync(DatasetEntry entry) => new DatasetDownloader(client).GetAsync(entry, DatasetLocator.Place(entry));

    private static DatasetEntry Entry(Uri? url, string md5, params DatasetSource[] sources) => new(
        "set",
        "made by a test",
        "none",
        "none",
        [],
        sources,
        Archives: [new DatasetArchive("set.zip", url, "this test", Md5: md5)],
        Contents: [new DatasetContent("set/one.txt", Md5("inside"u8.ToArray()))]);

#pragma warning disable CA5351 // as the authors of data sets publish
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("set/one.txt").Open();
            entry.Write("inside"u8);
        }

        return stream.ToArray();
    }
}
