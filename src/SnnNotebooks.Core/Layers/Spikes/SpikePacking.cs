using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>Packs the values of one image: 0 to 3, a bit in the plane of ones and a bit in that of twos.</summary>
/// <param name="from">Its values.</param>
/// <param name="ones">The plane of ones, zeros so far.</param>
/// <param name="twos">The plane of twos, zeros so far.</param>
/// <param name="of">Sizes.</param>
internal unsafe struct SpikePacking(float* from, byte* ones, byte* twos, SpikeGeometry of)
{
    private const int Width = 8;

    /// <summary>Whether a value above 1 was met.</summary>
    public bool AnyTwos { get; private set; }

    /// <summary>Packs [H, W, C].</summary>
    /// <returns>Whether all values are 0, 1, 2 or 3.</returns>
    public bool ChannelsLast()
    {
        var values = of.Width * of.Channels;
        for (var y = 0L; y < of.Height; y++)
        {
            var at = ((y + of.Padding.Height) * of.RowBytes) + (of.Padding.Width * of.PixelBytes);
            if (!Row(from + (y * values), values, ones + at, twos + at))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Packs [C, H, W].</summary>
    /// <returns>Whether all values are 0, 1, 2 or 3.</returns>
    public bool ChannelsFirst()
    {
        for (var channel = 0L; channel < of.Channels; channel += Width)
        {
            for (var y = 0L; y < of.Height; y++)
            {
                var at = ((y + of.Padding.Height) * of.RowBytes) + (of.Padding.Width * of.PixelBytes) + (channel / Width);
                if (!Across(from + (((channel * of.Height) + y) * of.Width), ones + at, twos + at))
                {
                    return false;
                }
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Row(float* values, long count, byte* low, byte* high)
    {
        var (bad, all) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var i = 0L; i < count; i += Width)
        {
            var number = Number(Vector256.Load(values + i), ref bad, ref all);
            low[i / Width] = (byte)(number << 31).ExtractMostSignificantBits();
            high[i / Width] = (byte)(number << 30).ExtractMostSignificantBits();
        }

        return IsGood(bad, all);
    }

    /// <summary>A row of pixels of eight channels: a byte for each pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Across(float* values, byte* low, byte* high)
    {
        var (bad, all, plane) = (Vector256<int>.Zero, Vector256<int>.Zero, of.Height * of.Width);
        var lanes = stackalloc int[2 * Width];
        for (var x = 0L; x < of.Width; x += Width)
        {
            var count = (int)Math.Min(Width, of.Width - x);
            var mask = Vector256.LessThan(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(count)).AsSingle();
            var (one, two) = (Vector256<int>.Zero, Vector256<int>.Zero);
            for (var channel = 0; channel < Width; channel++)
            {
                var number = Number(Avx.MaskLoad(values + (channel * plane) + x, mask), ref bad, ref all);
                one |= (number & Vector256<int>.One) << channel;
                two |= ((number >> 1) & Vector256<int>.One) << channel;
            }

            one.Store(lanes);
            two.Store(lanes + Width);
            for (var pixel = 0; pixel < count; pixel++)
            {
                var at = (x + pixel) * of.PixelBytes;
                low[at] = (byte)lanes[pixel];
                high[at] = (byte)lanes[Width + pixel];
            }
        }

        return IsGood(bad, all);
    }

    /// <summary>The values as whole numbers; what is none leaves a trace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Number(Vector256<float> values, ref Vector256<int> bad, ref Vector256<int> all)
    {
        var number = Vector256.ConvertToInt32Native(values);
        bad |= ~Vector256.Equals(Vector256.ConvertToSingle(number), values).AsInt32();
        all |= number;
        return number;
    }

    private bool IsGood(Vector256<int> bad, Vector256<int> all)
    {
        AnyTwos |= !Vector256.EqualsAll(all & Vector256.Create(2), Vector256<int>.Zero);
        return Vector256.EqualsAll(bad | (all & Vector256.Create(~3)), Vector256<int>.Zero);
    }
}
