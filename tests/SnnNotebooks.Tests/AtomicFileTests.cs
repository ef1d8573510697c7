using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Where_closing_fails_too_as_on_a_full_disk_the_first_failure_is_told_and_nothing_stays()
    {
        var path = folder.File("weights.bin");
        var failure = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[10]);
            ((FileStream)stream).SafeFileHandle.Dispose(); // closing can no longer write what is buffered
            throw new InvalidOperationException("first");
        }));

        Assert.Equal("first", failure.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_killed_processes_left_is_removed_and_what_is_being_written_stays()
    {
        var path = folder.File("state.safetensors");
        var left = folder.File($".state.safetensors.{Guid.NewGuid():N}.tmp");
        var others = new[] { folder.File($".other.{Guid.NewGuid():N}.tmp"), folder.File(".state.safetensors.notes.tmp"), path };
        foreach (var file in others.Append(left))
        {
            File.WriteAllText(file, "x");
        }

        AtomicFile.Write(path, stream =>
        {
            var busy = Assert.Single(Directory.GetFiles(folder.Path, ".state*.tmp"), file => file != left && file != others[1]);
            AtomicFile.RemoveAbandoned(path);
            Assert.True(File.Exists(busy));
            Assert.False(File.Exists(left));
        });

        Assert.Equal(others.Order(), Directory.GetFiles(folder.Path).Order());
    }

    [Fact]
    public async Task What_removes_the_files_of_killed_processes_takes_none_that_is_about_to_get_its_name()
    {
        var path = folder.File("state.safetensors");
        using var over = new CancellationTokenSource();
        var removing = Task.Factory.StartNew(() =>
        {
            while (!over.IsCancellationRequested)
            {
                AtomicFile.RemoveAbandoned(path);
            }
        }, TaskCreationOptions.LongRunning);
        for (var i = 0; i < 300; i++)
        {
            AtomicFile.Write(path, [(byte)i]);
            Assert.Equal([(byte)i], File.ReadAllBytes(path));
        }

        await over.CancelAsync();
        await removing;
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Whether_a_file_could_be_written_is_found_without_writing_it()
    {
        AtomicFile.EnsureWritable(folder.File("deep/er/weights.bin"));
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));

        Directory.CreateDirectory(folder.File("taken"));
        File.WriteAllText(folder.File("file"), "x");
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => AtomicFile.EnsureWritable(folder.File("taken"))).Message,
            StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => AtomicFile.EnsureWritable(folder.File("file/weights.bin")));
        Assert.ThrowsAny<IOException>(() => AtomicFile.EnsureWritable("/proc/no/weights.bin"));
    }
}
