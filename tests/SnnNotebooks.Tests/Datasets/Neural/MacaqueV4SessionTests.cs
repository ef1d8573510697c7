using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class MacaqueV4SessionTests
{
    [SharedFact("data/macaque_v4/README.md")]
    public void A_session_holds_what_its_README_says()
    {
        using var session = MacaqueV4Session.Read(Repository.SharedPath("data/macaque_v4")!, "210325");
        Assert.Equal([640, 3, 112, 112], session.Images.shape);
        Assert.Equal([640, 50], session.Responses.shape);
        Assert.Equal(2.371361, session.Responses.mean().item<double>(), 6);
        Assert.Equal([640, 10, 50], session.Trials!.shape);
        using var absent = session.Trials.isnan();
        using var share = absent.to(torch.float64).mean();
        Assert.Equal(0.24375, share.item<double>(), 9);
        using var mean = session.Trials.nan_to_num(0).sum(1) / session.Trials.isfinite().sum(1);
        Assert.True(mean.allclose(session.Responses, 1e-12, 1e-12));
        Assert.InRange(session.Images.max().item<float>(), 0.5f, 1f);
        using var withoutRepeats = MacaqueV4Session.Read(Repository.SharedPath("data/macaque_v4")!, "201025");
        Assert.Equal([1200, 89], withoutRepeats.Responses.shape);
        Assert.Null(withoutRepeats.Trials);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        using var folder = new TemporaryFolder();
        var failure = Assert.Throws<DatasetException>(() => MacaqueV4Session.Read(folder.Path, "210325"));
        Assert.Contains("images_210325.zip", failure.Message, StringComparison.Ordinal);
    }
}
