using System.Text;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Grading;

public sealed class MessageStreamTests
{
    [Fact]
    public async Task Messages_arrive_however_they_are_cut()
    {
        using var sent = new MemoryStream();
        var writer = new MessageStream(sent);
        var long1 = new string('x', 200_000);
        await writer.SendAsync(new(GradingMessage.Ready), default);
        await writer.SendAsync(new(GradingMessage.Values) { Text = long1, Name = "a" }, default);
        await writer.SendAsync(new(GradingMessage.Finished) { Failure = "line\nend" }, default);
        sent.Position = 0;
        var reader = new MessageStream(sent);

        Assert.Equal(GradingMessage.Ready, (await reader.ReceiveAsync(default))!.Kind);
        Assert.Equal(long1, (await reader.ReceiveAsync(default))!.Text);
        Assert.Equal("line\nend", (await reader.ReceiveAsync(default))!.Failure);
        Assert.Null(await reader.ReceiveAsync(default));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("null\n")]
    [InlineData("[1]\n")]
    [InlineData("{\"Kind\":3}\n")]
    [InlineData("{\"Number\":1e999,\"Kind\":\"ready\"}\n")]
    [InlineData("\u0000\u0001\n")]
    public async Task What_is_no_message_is_refused(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await Assert.ThrowsAsync<InvalidDataException>(() => new MessageStream(stream).ReceiveAsync(default));
    }

    [Fact]
    public void A_line_without_end_is_not_gathered() => Bounded.Run(
        () => Assert.Throws<InvalidDataException>(() => new MessageStream(new Endless()).ReceiveAsync(default).GetAwaiter().GetResult()),
        mostBytes: 400L << 20);

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
