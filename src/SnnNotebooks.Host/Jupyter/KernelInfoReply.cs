using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>What the kernel says about itself.</summary>
internal static class KernelInfoReply
{
    /// <summary>The answer to a <c>kernel_info_request</c>.</summary>
    public static JsonObject Create()
    {
        var version = typeof(KernelInfoReply).Assembly.GetName().Version!.ToString(3);
        return new JsonObject
        {
            ["status"] = "ok",
            ["protocol_version"] = MessageCodec.ProtocolVersion,
            ["implementation"] = "snn",
            ["implementation_version"] = version,
            ["language_info"] = new JsonObject
            {
                ["name"] = "C#",
                ["version"] = "14.0",
                ["mimetype"] = "text/x-csharp",
                ["file_extension"] = ".cs",
                ["pygments_lexer"] = "csharp",
                ["codemirror_mode"] = "text/x-csharp",
                ["nbconvert_exporter"] = "script",
            },
            ["banner"] = $"C# on .NET {Environment.Version}, notebook host {version}",
            ["debugger"] = false,
            ["help_links"] = new JsonArray(
                new JsonObject { ["text"] = "C# documentation", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" }),
        };
    }
}
