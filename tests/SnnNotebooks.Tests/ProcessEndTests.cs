namespace SnnNotebooks.Tests;

public sealed class ProcessEndTests
{
    [Theory]
    [InlineData(0, false, "exit code 0")]
    [InlineData(3, false, "exit code 3")]
    [InlineData(128, false, "exit code 128")]
    [InlineData(137, true, "exit code 137, SIGKILL: often the system ran out of memory")]
    [InlineData(143, true, "exit code 143, SIGTERM: it was told to end")]
    [InlineData(148, true, "exit code 148, signal 20")]
    [InlineData(159, true, "exit code 159, signal 31")]
    [InlineData(183, false, "exit code 183")] // ffmpeg 7 where the data are invalid
    [InlineData(255, false, "exit code 255")]
    public void A_program_that_a_signal_ended_is_told_from_one_that_ended_by_itself(int exitCode, bool isBySignal, string words)
    {
        Assert.Equal(isBySignal, ProcessEnd.IsBySignal(exitCode));
        Assert.Equal(words, ProcessEnd.Describe(exitCode));
    }
}
