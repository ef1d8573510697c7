using SnnNotebooks.Host.Jupyter;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Jupyter;

public sealed class KernelSpecTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_installed_tool_is_started_by_the_launcher_that_outlives_its_update()
    {
        var launcher = Make(OperatingSystem.IsWindows() ? "snn.exe" : "snn");
        var entry = Make(".store/snnnotebooks.tool/0.1.0/snnnotebooks.tool/0.1.0/tools/net10.0/any/snn.dll");

        Assert.Equal(launcher, KernelSpec.Launcher(entry));
    }

    [Theory]
    [InlineData(".store/snnnotebooks.tool/0.1.0/snn.dll")]
    [InlineData("bin/Release/net10.0/snn.dll")]
    public void What_has_no_launcher_is_started_by_itself(string entry) => Assert.Null(KernelSpec.Launcher(Make(entry)));

    private string Make(string file)
    {
        var path = Path.GetFullPath(folder.File(file));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Empty);
        return path;
    }
}
