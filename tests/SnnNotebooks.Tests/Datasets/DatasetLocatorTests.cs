using SnnNotebooks.Datasets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

public sealed class DatasetLocatorTests : IDisposable
{
    private static readonly byte[] Content = Packed.Content(100);
    private static readonly DatasetFile One = Packed.File("one.gz", Content);
    private static readonly DatasetFile Two = Packed.File("two.gz", Content);
    private readonly DataFolder data = new();
    private readonly TemporaryFolder system = new();

    public void Dispose()
    {
        data.Dispose();
        system.Dispose();
    }

    [Fact]
    public void Downloads_go_where_SNN_DATA_says_and_else_into_the_cache()
    {
        Assert.Equal(data.Path, DatasetLocator.DownloadRoot);

        Environment.SetEnvironmentVariable(DataFolder.Variable, null);
        Assert.Equal(Path.Combine(CacheFolder.Root, "data"), DatasetLocator.DownloadRoot);
    }

    [Fact]
    public void A_downloaded_set_comes_before_the_one_of_the_system()
    {
        var entry = Entry(new DatasetSource(DatasetSourceKind.Folder, system.Path));
        Put(system.Path, One, Two);
        Assert.Equal(system.Path, DatasetLocator.Find(entry));

        var downloaded = Path.Combine(data.Path, entry.Id);
        Put(downloaded, One, Two);

        Assert.Equal(downloaded, DatasetLocator.Find(entry));
    }

    [Fact]
    public void A_folder_that_lacks_a_file_is_passed_over()
    {
        var entry = Entry(new DatasetSource(DatasetSourceKind.Folder, system.Path));
        Put(Path.Combine(data.Path, entry.Id), One);
        Put(system.Path, One, Two);

        Assert.Equal(system.Path, DatasetLocator.Find(entry));
        Assert.Equal(Content, DatasetLocator.Read(entry, "two.gz"));
    }

    [Fact]
    public void A_missing_set_says_every_way_to_get_it()
    {
        var entry = Entry(
            new DatasetSource(DatasetSourceKind.Folder, system.Path, "apt-get install it"),
            new DatasetSource(DatasetSourceKind.Url, "http://127.0.0.1/"));

        Assert.Null(DatasetLocator.Find(entry));
        Assert.Equal(
            $"The data set made-by-a-test is not on this machine. To get it: `apt-get install it` installs it in {system.Path}; or `snn "
            + "data get made-by-a-test` downloads it.",
            Assert.Throws<DatasetException>(() => DatasetLocator.Read(entry, "one.gz")).Message);
    }

    [Fact]
    public void A_folder_without_an_installer_is_not_said_to_ship_with_the_kit() =>
        Assert.Equal($"To get it: put its files into {system.Path}.",
            DatasetLocator.HowToGet(Entry(new DatasetSource(DatasetSourceKind.Folder, system.Path))));

    [Fact]
    public void A_damaged_file_says_how_to_get_it_again()
    {
        var entry = Entry(new DatasetSource(DatasetSourceKind.Url, "http://127.0.0.1/"));
        var folder = Path.Combine(data.Path, entry.Id);
        Put(folder, One, Two);
        File.WriteAllBytes(Path.Combine(folder, "two.gz"), Packed.Gzip(Content[1..]));

        Assert.Equal(Content, DatasetLocator.Read(entry, "one.gz"));
        Assert.Equal(
            $"{Path.Combine(folder, "two.gz")} is truncated: it holds 99 of 100 bytes. Remove it and get it again. To get it: `snn data "
            + "get made-by-a-test` downloads it.",
            Assert.Throws<DatasetException>(() => DatasetLocator.Read(entry, "two.gz")).Message);
    }

    [Fact]
    public void An_unknown_file_is_refused_with_those_there_are() =>
        Assert.Equal("The data set made-by-a-test has no file 'three.gz'; it has one.gz, two.gz.",
            Assert.Throws<DatasetException>(() => DatasetLocator.Read(Entry(), "three.gz")).Message);

    [Fact]
    public void An_unknown_set_is_refused_with_those_there_are() =>
        Assert.StartsWith("There is no data set 'fashion'. Known are: fashion-mnist-mini, fashion-mnist, mnist, ",
            Assert.Throws<DatasetException>(() => DatasetRegistry.Get("fashion")).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_entry_of_the_registry_is_complete()
    {
        Assert.Equal(DatasetRegistry.All.Count, DatasetRegistry.All.Select(entry => entry.Id).Distinct().Count());
        Assert.All(DatasetRegistry.All, entry =>
        {
            Assert.All(new[] { entry.Id, entry.Title, entry.Licence, entry.Citation },
                text => Assert.False(string.IsNullOrWhiteSpace(text)));
            Assert.True(entry.Sources.Count > 0 || entry.Archives?.All(archive => archive.Url is not null) == true, entry.Id);
            Assert.All(entry.Files, file =>
            {
                Assert.Equal(Path.GetFileName(file.Name), file.Name);
                Assert.InRange(file.Bytes, 1, int.MaxValue);
                Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            });
        });
    }

    private static DatasetEntry Entry(params DatasetSource[] sources) => Packed.Entry("made-by-a-test", [One, Two], sources);

    private static void Put(string folder, params DatasetFile[] files)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            File.WriteAllBytes(Path.Combine(folder, file.Name), Packed.Gzip(Content));
        }
    }
}
