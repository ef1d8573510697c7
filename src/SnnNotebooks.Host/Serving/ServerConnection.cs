using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Serving;

/// <summary>One client: lines of JSON to it and from it.</summary>
/// <param name="stream">The pipe.</param>
internal sealed class ServerConnection(Stream stream)
{
    /// <summary>Bytes a line may have; a cell's source is far shorter.</summary>
    public const int LongestLine = 16 << 20;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock gate = new();
    private readonly byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;

    /// <summary>Sends one message; a client that does not read makes the caller wait, one that is gone is not missed.</summary>
    public void Send(JsonObject message)
    {
        var line = Encoding.UTF8.GetBytes(message.ToJsonString(Readable) + "\n");
        lock (gate)
        {
            try
            {
                stream.WriteWhole(line);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // gone: the reading side ends the process
            }
        }
    }

    /// <summary>The next line without its end; null where the client is gone.</summary>
    /// <exception cref="FormatException">Longer than <see cref="LongestLine"/>; it was skipped without being kept.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadLineAsync()
    {
        var line = new MemoryStream();
        var tooLong = false;
        while (true)
        {
            var newline = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            var stop = newline < 0 ? end : newline;
            tooLong |= line.Length + (stop - start) > LongestLine;
            if (tooLong)
            {
                line.SetLength(0);
            }
            else
            {
                line.Write(buffer, start, stop - start);
            }

            if (newline >= 0)
            {
                start = newline + 1;
                return tooLong
                    ? throw new FormatException($"A line longer than {LongestLine} bytes was skipped.")
                    : line.GetBuffer().AsMemory(0, (int)line.Length);
            }

            try
            {
                (start, end) = (0, await stream.ReadAsync(buffer).ConfigureAwait(false));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                end = 0;
            }

            if (end == 0)
            {
                return null;
            }
        }
    }
}
