using SnnNotebooks.Datasets;
using SnnNotebooks.Interactive;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>Which data a paper's notebook takes where those asked for are not on this machine.</summary>
public sealed class PaperDataTests : IDisposable
{
    private static readonly string[] Quick = ["fashion-mnist-mini"];
    private readonly TemporaryFolder folder = new();

    public PaperDataTests() => Environment.SetEnvironmentVariable("SNN_DATA", folder.Path);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("SNN_DATA", null);
        Environment.SetEnvironmentVariable("Scale", null);
        folder.Dispose();
    }

    [Fact]
    public void Absent_data_give_way_to_the_next_smaller_scale_and_its_data_and_the_table_says_so()
    {
        Environment.SetEnvironmentVariable("Scale", "paper");

        var chosen = PaperData.Choose("imagenet", false, Quick, ["cifar10"], ["cifar10"]);

        Assert.Equal((Scale.Quick, "fashion-mnist-mini"), (chosen.Scale, chosen.Name));
        Assert.Contains("imagenet is not on this machine", chosen.Instead!, StringComparison.Ordinal);
        var mark = Assert.Single(chosen.Marks);
        Assert.Equal("fashion-mnist-mini, scale quick", mark.ThisRun);
        Assert.Contains("image-net.org", mark.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_are_here_keep_the_scale_and_leave_no_mark()
    {
        var chosen = PaperData.Choose("fashion-mnist-mini", false, Quick, Quick, Quick);
        using var data = chosen.Open(chosen.Input(size: 99, timeSteps: 4), limit: 32);
        var recipe = chosen.Recipe("qkformer", data);

        Assert.Empty(chosen.Marks);
        Assert.Equal((Scale.Quick, 28, 32, 32), (chosen.Scale, data.Shape.Height, data.Train.Count, data.Test.Count));
        Assert.Equal([RecipePart.Normalisation, RecipePart.MixedPrecision], recipe.LeftOut);
        Assert.Equal("rand-m9-n1-mstd0.4-inc1", recipe.RandAugment);
    }

    [Fact]
    public void Generated_data_stand_in_where_a_scale_has_no_set()
    {
        Environment.SetEnvironmentVariable("Scale", "paper");

        var chosen = PaperData.Choose("", false, [], [], ["ucf101"]);

        Assert.Equal((Scale.Laptop, "generated data"), (chosen.Scale, chosen.Name));
        Assert.Single(chosen.Marks);
        Assert.Throws<InvalidOperationException>(() => chosen.Input(32, 4));
    }

    [Fact]
    public void Unknown_names_are_refused_with_those_there_are() => Assert.Contains(
        "there are fashion-mnist-mini,",
        Assert.Throws<DatasetException>(() => PaperData.Choose("mnits", false, Quick, Quick, Quick)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_network_without_weights_or_data_says_what_it_needs()
    {
        using var network = WeightedNetwork.Find("resnet18", string.Empty, PaperData.Choose(string.Empty, false, [], [], []));

        Assert.Null(network.Network);
        Assert.Contains("resnet18.safetensors", network.How, StringComparison.Ordinal);
    }
}
