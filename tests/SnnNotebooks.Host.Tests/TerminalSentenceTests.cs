using System.Runtime.InteropServices;
using SnnNotebooks.Cli;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>What .NET and libtorch say of a failure reaches the user in a user's words.</summary>
public sealed class TerminalSentenceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_are_called_that()
    {
        var missing = Assert.Throws<FileNotFoundException>(() => File.ReadAllBytes(folder.File("a.npy")));
        var directory = Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllBytes(folder.Path));

        Assert.Equal($"There is no file {folder.File("a.npy")}.", missing.Sentence());
        Assert.Equal($"{folder.Path} is a folder; expected a file.", directory.Sentence());
        Assert.Equal(ExitCode.Usage, ExitCode.Of(missing));
        Assert.Equal(ExitCode.Usage, ExitCode.Of(directory));
        Assert.Equal(ExitCode.Failure, ExitCode.Of(new InvalidDataException("damaged")));
    }

    [Fact]
    public void Names_of_parameters_and_values_said_twice_are_left_out()
    {
        var batch = 0;
        Assert.Equal("batch ('0') must be greater than or equal to '1'.",
            Assert.Throws<ArgumentOutOfRangeException>(() => ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1)).Sentence());
        Assert.Equal("Too deep. Actual value was 2.", new ArgumentOutOfRangeException(nameof(batch), 2, "Too deep.").Sentence());
        Assert.Equal("Not that.", new ArgumentException("Not that.", nameof(batch)).Sentence());
    }

    [Fact]
    public void Too_little_memory_is_said_without_libtorchs_frames()
    {
        var said = Assert.ThrowsAny<ExternalException>(() => TorchSharp.torch.zeros(1L << 50)).Sentence();

        Assert.Equal($"There is not enough memory for an array of {4L << 50} bytes: take fewer, smaller or shorter inputs.", said);
    }
}
