using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Native;

/// <summary>Which libtorch <c>SNN_LIBTORCH</c> may choose.</summary>
public sealed class ChosenLibTorchTests
{
    [Theory]
    [InlineData("version.py", "from typing import Optional\n__version__ = '2.11.0+cu130'\ncuda: Optional[str] = '13.0'\n", null)]
    [InlineData("version.py", "__version__ = \"2.10.0\"\n", null)]
    [InlineData("build-version", "2.10.0+cpu\n", null)]
    [InlineData("version.py", "__version__ = '1.13.0a0+gitunknown'\n", "libtorch 1.13.0a0+gitunknown;")]
    [InlineData("version.py", "__version__ = '2.1.0'\n", "libtorch 2.1.0;")]
    [InlineData("build-version", "2.12.0", "libtorch 2.12.0;")]
    [InlineData("version.py", "nothing", "no stated version")]
    [InlineData("other", "2.10.0", "no stated version")]
    public void A_libtorch_of_another_version_is_refused_by_name_before_it_is_loaded(string file, string content, string? refusal)
    {
        using var folder = new TemporaryFolder();
        var library = Directory.CreateDirectory(folder.File("lib")).FullName;
        File.WriteAllText(folder.File(file), content);
        var empty = Assert.Throws<LibTorchException>(() => ChosenLibTorch.Checked(library));
        Assert.Contains("holds no libtorch_cpu.so", empty.Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(library, "libtorch_cpu.so"), []);
        if (refusal is null)
        {
            Assert.Equal(library, ChosenLibTorch.Checked(library));
        }
        else
        {
            var message = Assert.Throws<LibTorchException>(() => ChosenLibTorch.Checked(library)).Message;
            Assert.Contains(refusal, message, StringComparison.Ordinal);
            Assert.Contains("2.10 and 2.11", message, StringComparison.Ordinal);
        }
    }
}
