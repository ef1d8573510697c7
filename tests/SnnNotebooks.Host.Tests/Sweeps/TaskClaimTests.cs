using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>What two processes that ask at the same moment find, with the moment held open.</summary>
public sealed class TaskClaimTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Lock => folder.File("claim.lock");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Who_asks_whether_a_claim_is_held_is_not_taken_for_its_holder_and_makes_no_file()
    {
        Assert.False(TaskClaim.IsHeld(Lock));
        Assert.False(File.Exists(Lock));

        using (TaskClaim.TryTake(Lock))
        {
            Assert.True(TaskClaim.IsHeld(Lock));
        }

        using var asking = new FileStream(Lock, FileMode.Open, FileAccess.Read, FileShare.Read); // as IsHeld does in another process
        Assert.False(TaskClaim.IsHeld(Lock));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_its_holder_removed_after_it_was_opened_is_no_claim(bool isTakenAnew)
    {
        var opened = new FileStream(Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        File.Delete(Lock);
        using var next = isTakenAnew ? TaskClaim.TryTake(Lock, passing: true) : null;

        Assert.Null(TaskClaim.On(opened, Lock, passing: true));
        Assert.Equal(isTakenAnew, File.Exists(Lock));
        Assert.Equal(isTakenAnew, TaskClaim.TryTake(Lock) is null);
    }

    [Fact]
    public void A_passing_claim_takes_its_file_along()
    {
        var claim = TaskClaim.TryTake(Lock, passing: true);
        Assert.Null(TaskClaim.TryTake(Lock, passing: true));
        claim!.Dispose();
        Assert.False(File.Exists(Lock));
    }

    [Fact]
    public void A_row_that_is_removed_while_it_is_asked_for_is_not_there()
    {
        Directory.CreateDirectory(folder.File("rows"));
        File.CreateSymbolicLink(folder.File("rows/one.json"), folder.File("gone")); // exists, and cannot be read
        Assert.True(File.Exists(folder.File("rows/one.json")));

        Assert.Null(new SweepFolder(folder.Path).Row("one", out var damaged));
        Assert.False(damaged);
    }
}
