using System.Runtime.InteropServices;
using SnnNotebooks.Neurons.Fused;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>float16 and bfloat16 as floats and back: what libtorch gives, for every number.</summary>
public sealed unsafe class LowRowsTests
{
    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Every_low_number_becomes_its_float(ScalarType type)
    {
        var low = Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits).ToArray();
        var floats = new float[low.Length];
        fixed (void* from = low, to = floats)
        {
            LowRows.Widen(type, (nint)from, (nint)to, low.Length);
        }

        Assert.Equal(
            low.Select(bits => type == ScalarType.Float16
                ? (float)BitConverter.UInt16BitsToHalf(bits)
                : BitConverter.UInt32BitsToSingle((uint)bits << 16)),
            floats);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Floats_of_every_size_are_rounded_as_libtorch_rounds(ScalarType type)
    {
        // the upper half of a float's bits in full; of the lower, what lies at, beside and between the ties of either type
        uint[] lower = [0, 1, 0x7ff, 0x800, 0xfff, 0x1000, 0x1001, 0x1fff, 0x2000, 0x3000, 0x7fff, 0x8000, 0x8001, 0xefff, 0xf000, 0xffff];
        var floats = Enumerable.Range(0, 1 << 16)
            .SelectMany(upper => lower.Select(bits => BitConverter.UInt32BitsToSingle(((uint)upper << 16) | bits)))
            .ToArray();
        var low = new ushort[floats.Length];
        fixed (void* from = floats, to = low)
        {
            LowRows.Narrow(type, (nint)from, (nint)to, floats.Length);
        }

        using var rounded = tensor(floats).to(type);
        using var isNumber = rounded.isnan().logical_not();
        var expected = MemoryMarshal.Cast<byte, ushort>(rounded.bytes);
        var numbers = isNumber.data<bool>().ToArray();
        var infinity = type == ScalarType.Float16 ? 0x7c00 : 0x7f80;
        for (var i = 0; i < low.Length; i++)
        {
            Assert.True(
                numbers[i] ? low[i] == expected[i] : (low[i] & 0x7fff) > infinity,
                $"{floats[i]:r}: {low[i]:x4}, not {expected[i]:x4}");
        }
    }
}
