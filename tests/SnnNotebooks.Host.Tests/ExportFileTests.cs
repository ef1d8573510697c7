using System.Diagnostics;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

public sealed class ExportFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("snn-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_failed_write_leaves_what_was_there_and_no_temporary_file()
    {
        // a folder of that name cannot be replaced by a file: the rename fails after everything was written
        var path = Path.Combine(folder, "x.html");
        Directory.CreateDirectory(path);
        var error = Assert.Throws<NotebookException>(() => ExportFile.Write(path, "new"));
        Assert.Contains("could not be written", error.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [NeedsToolFact("/usr/bin/mount", "mount")]
    public void A_full_disk_leaves_the_former_file()
    {
        var mounted = Process.Start("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
        mounted.WaitForExit();
        if (mounted.ExitCode != 0)
        {
            // without the right to mount: the limit below is the next best full disk
            Assert.Throws<NotebookException>(() => ExportFile.Write("/dev/full/x", "new"));
            return;
        }

        try
        {
            var path = Path.Combine(folder, "x.html");
            ExportFile.Write(path, "old");
            var error = Assert.Throws<NotebookException>(() => ExportFile.Write(path, new string('x', 1 << 20)));
            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Process.Start("umount", [folder]).WaitForExit();
        }
    }
}
