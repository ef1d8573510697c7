using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Native;

public sealed class NativeFoldersTests
{
    [Fact]
    public void Libraries_are_found_where_a_notebook_host_unpacks_packages_beside_each_other()
    {
        using var folder = new TemporaryFolder();
        var torchSharp = Directory.CreateDirectory(folder.File("TorchSharp/0.107.0")).FullName;
        var own = Directory.CreateDirectory(Path.Combine(torchSharp, "native")).FullName;
        var libtorch = Directory.CreateDirectory(folder.File($"libtorch-cpu-linux-x64/{NativeFolders.LibTorchVersion}/native")).FullName;
        Directory.CreateDirectory(folder.File("libtorch-cpu-linux-x64/1.0.0/native"));

        Assert.Equal([own, libtorch], NativeFolders.Unpacked(torchSharp));
    }

    [Fact]
    public void A_folder_at_the_root_of_the_disk_is_looked_at_without_fail() =>
        Assert.Equal("/native", NativeFolders.Unpacked("/").First());
}
