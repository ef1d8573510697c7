using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class ScalarReleaseTests
{
    [Fact]
    public async Task Numbers_given_to_libtorch_live_until_it_has_used_them()
    {
        using var done = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        using var count = zeros(1 << 15, dtype: ScalarType.Int64);
        const int Steps = 20000;
        for (var i = 0; i < Steps; i++)
        {
            count.add_(1);
        }

        await done.CancelAsync();
        await collecting;
        Assert.True(count.eq(Steps).all().item<bool>());
    }
}
