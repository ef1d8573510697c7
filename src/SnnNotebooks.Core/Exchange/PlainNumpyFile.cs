using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// A <c>.npy</c> file whose values lie in it as in memory (little-endian numbers in C order), read straight into the tensor's own memory:
/// an array of hours of recording is held once, not as file, bytes and numbers.
/// </summary>
internal static class PlainNumpyFile
{
    private const int LongestHeader = 10 + ushort.MaxValue; // of version 1
    private const int NumbersAtOnce = 1 << 20;

    /// <summary>Reads it.</summary>
    /// <returns>A new tensor; null where the file is of another kind or damaged, which <see cref="NumpyArray"/> reads or names.</returns>
    public static Tensor? Read(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[Math.Min(LongestHeader, file.Length)];
        file.ReadExactly(start);
        if (start is not [0x93, _, _, _, _, _, 1, ..])
        {
            return null;
        }

        var header = NumpyHeader.Parse(start, path);
        if (header.Members.Count > 0 || NumpyElement.Parse(header.Element) is not { } element
            || (element.BigEndian && element.Size > 1) || (header.FortranOrder && header.Shape.Length > 1)
            || header.Length(element.Size) != file.Length - header.Start || header.Length(element.Size) / element.Size > Array.MaxLength)
        {
            return null;
        }

        file.Position = header.Start;
        return (element.Kind, element.Size) switch
        {
            ('f', 2) => tensor(Values<Half>(), header.Shape),
            ('f', 4) => tensor(Values<float>(), header.Shape),
            ('f', 8) => tensor(Values<double>(), header.Shape),
            ('i', 1) => tensor(Values<sbyte>(), header.Shape),
            ('i', 2) => tensor(Values<short>(), header.Shape),
            ('i', 4) => tensor(Values<int>(), header.Shape),
            ('i', 8) => tensor(Values<long>(), header.Shape),
            ('u', 1) => tensor(Values<byte>(), header.Shape),
            _ => null,
        };

        T[] Values<T>()
            where T : unmanaged
        {
            var values = new T[(file.Length - header.Start) / element.Size];
            for (var at = 0; at < values.Length; at += NumbersAtOnce)
            {
                file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(NumbersAtOnce, values.Length - at))));
            }

            return values;
        }
    }
}
