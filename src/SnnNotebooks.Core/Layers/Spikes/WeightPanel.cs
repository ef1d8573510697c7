using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// The weights of 32 outputs in the order of the bits that an output position sees (<see cref="SpikeMap"/>), 32 floats for each bit: a run
/// of bits begins with a piece of its own, whose rest is zeros.
/// </summary>
internal sealed unsafe class WeightPanel : IDisposable
{
    private const int Piece = SpikeTables.Piece;
    private const int AtOnce = 8; // channels

    private readonly int runBits;
    private readonly int taps;
    private readonly int stride; // bits from run to run
    private readonly float* weights;
    private readonly float* turned;

    /// <summary>Takes memory.</summary>
    /// <param name="spikes">What the weights meet.</param>
    public WeightPanel(SpikeMap spikes)
    {
        (runBits, taps) = (spikes.RunBits, spikes.Taps);
        stride = (runBits + Piece - 1) / Piece * Piece;
        var floats = (long)spikes.Runs * stride * Piece;
        weights = (float*)NativeMemory.AlignedAlloc((nuint)((floats + (AtOnce * taps * Piece)) * sizeof(float)), 64);
        turned = weights + floats;
        for (var run = 0; run < spikes.Runs; run++)
        {
            new Span<float>(At(run, runBits), (stride - runBits) * Piece).Clear();
        }
    }

    /// <summary>The weights of a bit of a run, and of those behind it.</summary>
    public float* At(int run, int bit) => weights + ((((long)run * stride) + bit) * Piece);

    /// <summary>Takes the weights.</summary>
    /// <param name="from">[32, C, taps], contiguous.</param>
    /// <param name="channels">C, a multiple of 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* from, int channels)
    {
        var inRun = runBits / channels; // taps of a row of the kernel
        for (var first = 0; first < channels; first += AtOnce)
        {
            Transposition.Copy(from + ((long)first * taps), (long)channels * taps, Piece, AtOnce * taps, turned, Piece);
            for (var i = 0; i < AtOnce * taps; i++)
            {
                var (channel, tap) = Math.DivRem(i, taps);
                var (run, column) = Math.DivRem(tap, inRun);
                Unsafe.CopyBlockUnaligned(
                    At(run, (column * channels) + first + channel), turned + (i * Piece), Piece * sizeof(float));
            }
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(weights);
}
