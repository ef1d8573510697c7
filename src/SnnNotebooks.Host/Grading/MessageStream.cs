using System.Text.Json;

namespace SnnNotebooks.Host.Grading;

/// <summary>Messages over a stream, a line each. A line that does not end is refused, not gathered.</summary>
internal sealed class MessageStream(Stream stream)
{
    /// <summary>The longest line, bytes: an answer of millions of numbers fits.</summary>
    public const int LongestLine = 64 << 20;

    private readonly byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;

    public async Task SendAsync(GradingMessage message, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, GradingMessageJson.Default.GradingMessage), (byte)'\n'];
        await stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next message; null where the other side is gone.</summary>
    /// <exception cref="InvalidDataException">What came is no message.</exception>
    public async Task<GradingMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        while (true)
        {
            var newline = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            var stop = newline < 0 ? end : newline;
            line.Write(buffer, start, stop - start);
            start = newline < 0 ? end : newline + 1;
            if (newline >= 0)
            {
                return Parse(line);
            }

            if (line.Length > LongestLine)
            {
                throw new InvalidDataException("it sent a line without end");
            }

            (start, end) = (0, await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
            if (end == 0)
            {
                return null;
            }
        }
    }

    private static GradingMessage Parse(MemoryStream line)
    {
        try
        {
            return JsonSerializer.Deserialize(line.GetBuffer().AsSpan(0, (int)line.Length), GradingMessageJson.Default.GradingMessage)
                ?? throw new InvalidDataException("it sent null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new InvalidDataException("it sent what is no message", e);
        }
    }
}
