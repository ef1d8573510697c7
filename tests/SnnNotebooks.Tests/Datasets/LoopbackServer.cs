using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SnnNotebooks.Tests.Datasets;

/// <summary>
/// A web server on the loopback that answers each request with the next reply. It writes bytes itself, since no well-behaved server
/// would break off in the middle of a body, lie about its length or never end.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<Func<Stream, CancellationToken, Task>> replies = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Task serving;

    public LoopbackServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";

    /// <summary>Per request its path and the value of its Range header, "GET /f.gz" or "GET /f.gz bytes=10-".</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public LoopbackServer Reply(string status, ReadOnlyMemory<byte> body, string headers = "", int? length = null) =>
        Reply(async (stream, cancellation) =>
    {
        var head = $"HTTP/1.1 {status}\r\nContent-Length: {length ?? body.Length}\r\nConnection: close\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellation);
        await stream.WriteAsync(body, cancellation);
    });

    public LoopbackServer Reply(Func<Stream, CancellationToken, Task> reply)
    {
        replies.Enqueue(reply);
        return this;
    }

    public void Dispose()
    {
        stopping.Cancel();
        listener.Stop();
        serving.GetAwaiter().GetResult();
        stopping.Dispose();
        listener.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stopping.Token);
                using var stream = client.GetStream();
                Requests.Enqueue(await ReadRequestAsync(stream));
                if (replies.TryDequeue(out var reply))
                {
                    await reply(stream, stopping.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // the client went away, or the test is over
            }
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stopping.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var range = lines.FirstOrDefault(line => line.StartsWith("Range: ", StringComparison.Ordinal));
        return lines[0].Replace(" HTTP/1.1", "", StringComparison.Ordinal) + range?.Replace("Range: ", " ", StringComparison.Ordinal);
    }
}
