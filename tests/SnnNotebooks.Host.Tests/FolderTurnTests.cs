using SnnNotebooks.Host.Packages;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

public sealed class FolderTurnTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_has_the_turn_and_the_next_waits_until_it_is_given_back()
    {
        var first = await FolderTurn.TakeAsync(folder.Path, default);
        var second = FolderTurn.TakeAsync(folder.Path, default);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(300)));

        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_wait_can_be_ended()
    {
        using var first = await FolderTurn.TakeAsync(folder.Path, default);
        using var stop = new CancellationTokenSource();
        var second = FolderTurn.TakeAsync(folder.Path, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}
