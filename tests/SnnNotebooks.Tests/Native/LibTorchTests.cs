using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class LibTorchTests
{
    private static readonly string Shipped = Path.Combine(NativeFolders.Holding("libLibTorchSharp.so")!, "libLibTorchSharp.so");

    [Fact]
    public void Torch_computes_and_no_copy_of_libtorch_appears_beside_TorchSharp()
    {
        LibTorch.EnsureLoaded();

        using var sum = ones(2, 3).sum();

        Assert.Equal(6f, sum.item<float>());
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(typeof(torch).Assembly.Location)!, "cpu")));
    }

    [Fact]
    public void A_library_that_the_system_takes_is_loaded_as_it_is()
    {
        using var cache = new TemporaryFolder();
        var accepted = Path.Combine(Path.GetDirectoryName(Shipped)!, "libc10.so");

        var status = LibTorch.LoadShim(accepted, "folder", cache.Path);

        Assert.Equal(new LibTorchStatus(LibTorchLoad.Original, "folder", accepted, false), status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache.Path));
    }

    [Fact]
    public void The_weak_copy_is_made_reused_and_made_again_when_damaged()
    {
        using var cache = new TemporaryFolder();
        var original = File.ReadAllBytes(Shipped);

        var (copy, made) = WeakCopy.Prepare(Shipped, cache.Path);
        Assert.True(made);
        var patched = File.ReadAllBytes(copy);
        Assert.Single(patched.Zip(original), pair => pair.First != pair.Second);

        Assert.Equal((copy, false), WeakCopy.Prepare(Shipped, cache.Path));

        File.WriteAllBytes(copy, patched[..1000]);
        Assert.Equal((copy, true), WeakCopy.Prepare(Shipped, cache.Path));
        Assert.Equal(patched, File.ReadAllBytes(copy));
        Assert.Equal(original, File.ReadAllBytes(Shipped));
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var unknown = folder.File("libLibTorchSharp.so");
        File.WriteAllText(unknown, "not a library");

        var refused = Assert.Throws<LibTorchException>(() => WeakCopy.Prepare(unknown, folder.Path));

        Assert.Contains(unknown, refused.Message, StringComparison.Ordinal);
        Assert.Contains("not a 64-bit little-endian ELF library", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_requirement_is_refused()
    {
        var other = Path.Combine(Path.GetDirectoryName(Shipped)!, "libc10.so");

        var refused = Assert.Throws<LibTorchException>(() => WeakVersionPatch.Apply(File.ReadAllBytes(other), WeakCopy.Requirement));

        Assert.Contains("does not require", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_requirement_that_is_really_used_is_not_waived()
    {
        var refused = Assert.Throws<LibTorchException>(() => WeakVersionPatch.Apply(File.ReadAllBytes(Shipped), "GLIBCXX_3.4"));

        Assert.Contains("cannot be waived", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_and_mutated_libraries_are_refused_or_patched_but_never_crash()
    {
        var original = File.ReadAllBytes(Shipped);
        var random = new Random(7);
        for (var trial = 0; trial < 50; trial++)
        {
            var hostile = trial % 2 == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
            for (var i = 0; i < 64 && trial % 2 == 1; i++)
            {
                hostile[random.Next(64)] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal(hostile.Length, WeakVersionPatch.Apply(hostile, WeakCopy.Requirement).Length);
            }
            catch (LibTorchException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        }
    }
}
