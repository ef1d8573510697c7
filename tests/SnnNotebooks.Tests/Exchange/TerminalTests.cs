using System.Text;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

/// <summary>Names from files reach the terminal escaped, whatever verb shows them.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Nasty = "a\u001b[2J\u0007\nFAKE\r\u009b1m\u202eb";
    private const string Escaped = @"a\u001b[2J\u0007\nFAKE\r\u009b1m\u202eb";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_verb_shows_names_from_files_escaped()
    {
        using var values = zeros(2);
        Safetensors.Write(folder.File("names.safetensors"), [(Nasty, values)], new Dictionary<string, string> { [Nasty] = Nasty });
        var (code, output, _) = SnnTool.Run("weights", "inspect", folder.File("names.safetensors"));
        Assert.Equal(0, code);
        Assert.Equal([$"{Escaped}\t[2]\tfloat32", $"# {Escaped}: {Escaped}", "# safetensors: 1 tensors, 2 numbers"],
            output.TrimEnd().Split('\n'));

        var shape = new NirArray([1], new long[] { 2 });
        NirNode Node(string type) => new(type, new Dictionary<string, NirValue> { ["shape"] = shape });
        NirFile.Write(folder.File("names.nir"),
            new NirGraph(new Dictionary<string, NirNode> { [Nasty] = Node("Input"), ["out"] = Node("Output") }, [(Nasty, "out")]));
        Assert.Contains($"  {Escaped} -> out\n", SnnTool.Run("nir", "info", folder.File("names.nir")).Output, StringComparison.Ordinal);

        using (var zip = System.IO.Compression.ZipFile.Open(folder.File("names.npz"), System.IO.Compression.ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry($"{Nasty}.npy").Open();
            entry.Write(NumpyWriter.Bytes(values));
        }

        Assert.Contains($"npz, {Escaped}: float32 [2]", SnnTool.Run("neural", folder.File("names.npz")).Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(SnnTool.Run("neural", folder.File("names.npz"), "--json").Output);
        Assert.Equal(Nasty, json.RootElement.GetProperty("variable").GetString());

        var chip = Nasty.Replace('\n', ' ').Replace('\r', ' ').Replace('\u001b', '\t').Replace('\u0007', ' ');
        File.WriteAllBytes(folder.File("names.aedat"), Encoding.UTF8.GetBytes($"#!AER-DAT2.0\r\n# AEChip: x.{chip}\r\n"));
        Assert.Contains(@"\u009b1m\u202eb", SnnTool.Run("events", folder.File("names.aedat")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_shows_names_escaped()
    {
        using var values = zeros(2);
        var text = Encoding.UTF8.GetBytes(
            $"{{{JsonSerializer.Serialize(Nasty)}:{{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}}}");
        File.WriteAllBytes(folder.File("bad.safetensors"), [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[8]]);
        var (code, _, said) = SnnTool.Run("weights", "inspect", folder.File("bad.safetensors"));

        Assert.Equal(1, code);
        Assert.Contains(Escaped, said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd().Split('\n'));
    }
}
