namespace SnnNotebooks.Tests.Native;

public sealed class LeftToTheCollectorTests
{
    [Theory]
    [InlineData("sums")]
    [InlineData("numbers")]
    public async Task Sixty_thousand_steps_without_a_dispose_scope_beside_an_allocating_thread_are_right(string work)
    {
        var (code, output) = await OwnProcess.RunAsync([work, "60000"]);

        Assert.True(code == 0, output);
        Assert.Contains("60000 steps, 0 wrong", output, StringComparison.Ordinal);
    }
}
