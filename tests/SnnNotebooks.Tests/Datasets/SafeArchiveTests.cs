using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

public sealed class SafeArchiveTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Target => folder.File("target");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    public void Files_and_folders_come_out_as_they_went_in(string name)
    {
        var archive = Make(name, ("one.txt", "1"), ("deep/er/two.txt", "22"), ("deep/er/empty.txt", ""));
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "one.txt"), "former");

        SafeArchive.Unpack(archive, Target);

        Assert.Equal("1", File.ReadAllText(Path.Combine(Target, "one.txt")));
        Assert.Equal("22", File.ReadAllText(Path.Combine(Target, "deep", "er", "two.txt")));
        Assert.Equal("", File.ReadAllText(Path.Combine(Target, "deep", "er", "empty.txt")));
        Assert.Equal(3, Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("../out.txt")]
    [InlineData("deep/../../out.txt")]
    [InlineData("/tmp/snn-out.txt")]
    [InlineData("..\\out.txt")]
    [InlineData("C:/out.txt")]
    [InlineData("deep/..")]
    public void Names_that_lead_elsewhere_are_refused_and_nothing_is_written(string entry)
    {
        foreach (var name in new[] { "a.zip", "a.tar", "a.tar.gz" })
        {
            var archive = Make(name, ("fine.txt", "1"), (entry, "2"));

            Assert.Contains("leads elsewhere", Refusal(archive), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(folder.File("out.txt")));
    }

    [Fact]
    public void Links_and_devices_are_refused()
    {
        foreach (var (kind, target) in new[] { (TarEntryType.SymbolicLink, "/etc"), (TarEntryType.HardLink, "fine.txt"),
            (TarEntryType.CharacterDevice, ""), (TarEntryType.Fifo, "") })
        {
            var path = folder.File("links.tar");
            using (var tar = new TarWriter(File.Create(path)))
            {
                var entry = new PaxTarEntry(kind, "link");
                if (target.Length > 0)
                {
                    entry.LinkName = target;
                }

                tar.WriteEntry(entry);
            }

            Assert.Contains($"is of kind {kind}", Refusal(path), StringComparison.Ordinal);
        }

        var zipPath = folder.File("link.zip");
        using (var zip = ZipFile.Open(zipPath, ZipArchiveMode.Create))
        {
            var entry = zip.CreateEntry("link");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = entry.Open();
            content.Write("/etc"u8);
        }

        Assert.Contains("is a link", Refusal(zipPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bomb.zip")]
    [InlineData("bomb.tar.gz")]
    public void Bombs_are_stopped_at_the_limit(string name)
    {
        var archive = Make(name, ("zeros.bin", new string('\0', 30 << 20)));

        Assert.Contains("more than the 16777216 bytes", Refusal(archive), StringComparison.Ordinal);
        Assert.Contains("more than the 1000 bytes",
            Assert.Throws<DatasetException>(() => SafeArchive.Unpack(archive, Target, mostBytes: 1000)).Message, StringComparison.Ordinal);
        SafeArchive.Unpack(archive, Target, mostBytes: 30 << 20);
    }

    [Fact]
    public void A_name_that_comes_twice_or_lies_below_a_file_is_refused()
    {
        Assert.Contains("comes twice", Refusal(Make("twice.tar", ("a", "1"), ("./a", "2"))), StringComparison.Ordinal);
        Assert.Contains("below a file", Refusal(Make("below.tar", ("a", "1"), ("a/b/c", "2"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    public void Damage_is_a_typed_refusal_or_leaves_whole_files(string name)
    {
        var whole = File.ReadAllBytes(Make(name, ("one.txt", "first file"), ("deep/two.txt", new string('x', 600))));
        var random = new Random(whole.Length);
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole.ToArray();
            if (round % 3 == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            var path = folder.File("damaged" + name[1..]);
            File.WriteAllBytes(path, bytes);
            try
            {
                SafeArchive.Unpack(path, Target);
            }
            catch (DatasetException)
            {
                refused++;
            }

            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Target),
                entry => Path.GetFileName(entry).StartsWith(".unpacking", StringComparison.Ordinal));
        }

        Assert.True(refused > 50, $"{refused} refused");
    }

    [Fact]
    public void Other_kinds_of_files_are_refused()
    {
        var path = folder.File("a.rar");
        File.WriteAllText(path, "Rar!");

        Assert.Contains("is no archive this kit unpacks", Refusal(path), StringComparison.Ordinal);
    }

    private string Refusal(string archive)
    {
        var message = Assert.Throws<DatasetException>(() => SafeArchive.Unpack(archive, Target)).Message;
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
        return message;
    }

    private string Make(string name, params (string Name, string Content)[] entries)
    {
        var path = folder.File(name);
        using var file = File.Create(path);
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (var (entryName, content) in entries)
            {
                using var stream = zip.CreateEntry(entryName).Open();
                stream.Write(Encoding.ASCII.GetBytes(content));
            }

            return path;
        }

        using var target = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Optimal) : (Stream)file;
        using var tar = new TarWriter(target);
        foreach (var (entryName, content) in entries)
        {
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, entryName) { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(content)) });
        }

        return path;
    }
}
