using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>The five sockets of a kernel. One thread owns them; messages may be sent from any.</summary>
internal sealed class KernelChannels : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly MessageCodec codec;
    private readonly RouterSocket shell = new();
    private readonly RouterSocket control = new();
    private readonly RouterSocket stdin = new();
    private readonly PublisherSocket iopub = new();
    private readonly ResponseSocket heartbeat = new();
    private readonly NetMQQueue<(NetMQSocket Socket, IReadOnlyList<byte[]> Frames)> outgoing = new();
    private readonly NetMQPoller poller;

    /// <summary>Binds the sockets and starts to serve them.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="codec">Reads and writes messages.</param>
    /// <exception cref="NotebookException">An address is taken or not there.</exception>
    public KernelChannels(ConnectionInfo connection, MessageCodec codec)
    {
        this.codec = codec;
        foreach (var (socket, channel) in new (NetMQSocket, string)[] { (shell, "shell"), (control, "control"), (stdin, "stdin"),
            (iopub, "iopub"), (heartbeat, "hb") })
        {
            // a message that nobody reads fast enough waits; none is dropped
            socket.Options.SendHighWatermark = 0;
            socket.Options.ReceiveHighWatermark = 0;
            socket.Options.Linger = Linger;
            try
            {
                socket.Bind(connection.Endpoint(channel));
            }
            catch (Exception e) when (e is NetMQException or System.Net.Sockets.SocketException or ArgumentException)
            {
                throw new NotebookException($"The kernel cannot listen on {connection.Endpoint(channel)} ({channel}): {e.Message}", e);
            }
        }

        shell.ReceiveReady += (_, _) => Receive(shell, Shell);
        control.ReceiveReady += (_, _) => Receive(control, Control);
        stdin.ReceiveReady += (_, _) => Receive(stdin, Stdin);
        heartbeat.ReceiveReady += (_, _) => heartbeat.SendFrame(heartbeat.ReceiveFrameBytes());
        outgoing.ReceiveReady += (_, _) =>
        {
            while (outgoing.TryDequeue(out var next, TimeSpan.Zero))
            {
                next.Socket.SendMultipartBytes(next.Frames);
            }
        };
        poller = [shell, control, stdin, heartbeat, outgoing];
    }

    /// <summary>Receives the messages of the shell channel, on the thread of the sockets.</summary>
    public event Action<JupyterMessage>? Shell;

    /// <summary>Receives the messages of the control channel.</summary>
    public event Action<JupyterMessage>? Control;

    /// <summary>Receives the messages of the stdin channel.</summary>
    public event Action<JupyterMessage>? Stdin;

    /// <summary>Starts to receive.</summary>
    public void Start() => poller.RunAsync("jupyter");

    /// <summary>Answers a request on the channel it came by.</summary>
    public void Reply(JupyterMessage request, bool onControl, string type, JsonObject content) =>
        outgoing.Enqueue((onControl ? control : shell, codec.Write(request.Identities, type, request.Header, content)));

    /// <summary>Tells all clients.</summary>
    public void Publish(byte[]? parent, string type, JsonObject content) =>
        outgoing.Enqueue((iopub, codec.Write([Encoding.UTF8.GetBytes(type)], type, parent, content)));

    /// <summary>Asks the client of a request for input.</summary>
    public void Ask(JupyterMessage request, string prompt, bool isPassword) =>
        outgoing.Enqueue(
            (stdin, codec.Write(request.Identities, "input_request", request.Header,
                new JsonObject { ["prompt"] = prompt, ["password"] = isPassword })));

    /// <summary>Sends what is waiting, then closes the sockets.</summary>
    public void Dispose()
    {
        // the queue is read by the poller's thread only while it runs
        var patience = DateTime.UtcNow + Linger;
        while (outgoing.Count > 0 && DateTime.UtcNow < patience)
        {
            Thread.Sleep(5);
        }

        poller.Stop();
        poller.Dispose();
        outgoing.Dispose();
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub, heartbeat })
        {
            socket.Dispose();
        }

        NetMQConfig.Cleanup(block: true);
    }

    private void Receive(RouterSocket socket, Action<JupyterMessage>? receiver)
    {
        var frames = new List<byte[]>();
        while (socket.TryReceiveMultipartBytes(TimeSpan.Zero, ref frames))
        {
            try
            {
                receiver?.Invoke(codec.Read(frames));
            }
            catch (FormatException e)
            {
                Console.Error.WriteLine($"snn kernel: a message was dropped: {e.Message}");
            }

            frames = [];
        }
    }
}
