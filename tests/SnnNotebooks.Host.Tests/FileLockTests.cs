using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>What two processes that ask for one lock at the same moment find, with the moment held open.</summary>
public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("some.lock");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Who_asks_whether_it_is_held_is_not_taken_for_its_holder_and_makes_no_file()
    {
        Assert.False(FileLock.IsHeld(Path));
        Assert.False(File.Exists(Path));

        using (FileLock.TryTake(Path, passing: false))
        {
            Assert.True(FileLock.IsHeld(Path));
        }

        using var asking = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read); // as IsHeld does in another process
        Assert.False(FileLock.IsHeld(Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_its_holder_removed_after_it_was_opened_is_no_lock(bool isTakenAnew)
    {
        var opened = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        File.Delete(Path);
        using var next = isTakenAnew ? FileLock.TryTake(Path, passing: true) : null;

        Assert.Null(FileLock.On(opened, Path, passing: true));
        Assert.Equal(isTakenAnew, File.Exists(Path));
        Assert.Equal(isTakenAnew, FileLock.TryTake(Path, passing: false) is null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_has_it_until_it_is_given_back_and_a_file_that_passes_goes_along(bool passing)
    {
        var held = FileLock.TryTake(Path, passing);
        Assert.NotNull(held);
        Assert.Null(FileLock.TryTake(Path, passing));

        held.Dispose();
        Assert.Equal(!passing, File.Exists(Path));
        using var again = FileLock.TryTake(Path, passing);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_file_that_a_crash_left_is_no_lock()
    {
        File.WriteAllText(Path, "left");
        using var held = FileLock.TryTake(Path, passing: true);
        Assert.NotNull(held);
    }

    [Fact]
    public void What_the_system_says_of_a_file_that_somebody_has_is_known_in_one_place() =>
        Assert.Equal("FileLock.cs", Assert.Single(
            Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file).Contains("HResult", StringComparison.Ordinal))
                .Select(System.IO.Path.GetFileName)));
}
