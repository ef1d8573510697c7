using SnnNotebooks.Models;

namespace SnnNotebooks.Tests.Models;

public sealed class PublishedAccuracyTests
{
    [Fact]
    public void Every_row_is_read_and_what_is_from_memory_is_marked()
    {
        Assert.Equal(54, PublishedAccuracy.All.Count);
        Assert.All(PublishedAccuracy.All, row => Assert.InRange(row.Top1Percent, 60, 99));
        Assert.Equal(85.65, PublishedAccuracy.All.Where(row => row.Dataset == "ImageNet").Max(row => row.Top1Percent));
        Assert.True(PublishedAccuracy.All.Single(row => row.Model == "SEW-ResNet34").FromMemory);
        Assert.Equal(13.68, PublishedAccuracy.All.Single(row => row.Model == "Spikingformer-8-768").EnergyMillijoule);
    }
}
