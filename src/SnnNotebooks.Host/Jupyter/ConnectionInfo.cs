using System.Net;
using System.Text.Json;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Where a Jupyter client expects its kernel: the content of a connection file.</summary>
/// <param name="Ip">Address to listen on.</param>
/// <param name="Ports">The ports, by the names of the file without <c>_port</c>.</param>
/// <param name="Key">Key of the signatures; empty for none.</param>
internal sealed record ConnectionInfo(string Ip, IReadOnlyDictionary<string, int> Ports, string Key)
{
    private static readonly string[] Channels = ["shell", "iopub", "stdin", "control", "hb"];

    /// <summary>Reads a connection file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="anyAddress">Whether an address other than the loopback's is allowed.</param>
    /// <exception cref="NotebookException">Unreadable, incomplete, or a transport, signature or address this kernel does not
    /// serve.</exception>
    public static ConnectionInfo Read(string path, bool anyAddress)
    {
        try
        {
            using var document = JsonDocument.Parse(Documents.DocumentText.Read(path));
            return Parse(document.RootElement, path, anyAddress);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new NotebookException(
                $"{Printable.Name(path)} is not a connection file of Jupyter: {e.Message} Expected JSON with transport, ip, key, "
                + "signature_scheme and "
                + $"the ports of {string.Join(", ", Channels)}.", e);
        }
    }

    private static ConnectionInfo Parse(JsonElement root, string path, bool anyAddress)
    {
        var transport = root.TryGetProperty("transport", out var value) ? value.GetString() : "tcp";
        var ip = root.GetProperty("ip").GetString() ?? "";
        var key = root.TryGetProperty("key", out value) ? value.GetString() ?? "" : "";
        var scheme = root.TryGetProperty("signature_scheme", out value) ? value.GetString() : "hmac-sha256";
        if (transport != "tcp")
        {
            throw new NotebookException($"{path} asks for the transport {transport}; this kernel serves tcp.");
        }

        if (key.Length > 0 && scheme != "hmac-sha256")
        {
            throw new NotebookException($"{path} asks for signatures by {scheme}; this kernel signs by hmac-sha256.");
        }

        if (!anyAddress && !(IPAddress.TryParse(ip, out var address) ? IPAddress.IsLoopback(address) : ip == "localhost"))
        {
            throw new NotebookException(
                $"{Printable.Name(path)} asks to listen on {ip}, where other machines could run code as you. This kernel serves the "
                + "loopback address "
                + "only; install it with --any-address to allow others.");
        }

        return new ConnectionInfo(
            ip, Channels.ToDictionary(channel => channel, channel => root.GetProperty(channel + "_port").GetInt32()), key);
    }

    /// <summary>The endpoint of a channel, as NetMQ binds it.</summary>
    public string Endpoint(string channel) => $"tcp://{Ip}:{Ports[channel]}";
}
