using System.Security.Cryptography;
using System.Text;
using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>What tells a damaged training state from a whole one.</summary>
internal static class StateChecksum
{
    /// <summary>The text that holds it.</summary>
    public const string Name = "sha256";

    /// <summary>SHA-256 of all tensors and texts but itself, whatever their order in the file.</summary>
    public static string Of(IEnumerable<(string Key, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}\0{value.dtype}\0{string.Join(',', value.shape)}\0"));
            RawTensor.Bytes(value, hash.AppendData);
        }

        foreach (var (name, text) in metadata.Where(entry => entry.Key != Name).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{text}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
