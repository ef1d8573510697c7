using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

public sealed class SweepFolderTests
{
    [Fact]
    public void A_row_that_is_removed_while_it_is_asked_for_is_not_there()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("rows"));
        File.CreateSymbolicLink(folder.File("rows/one.json"), folder.File("gone")); // exists, and cannot be read
        Assert.True(File.Exists(folder.File("rows/one.json")));

        Assert.Null(new SweepFolder(folder.Path).Row("one", out var damaged));
        Assert.False(damaged);
    }
}
