using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// Products of packed spikes with a dense matrix, forward and for the gradient of the weights. What is added is exact; the sums are those
/// of float32 in an order of their own, the same for any number of threads.
/// </summary>
internal static unsafe class SpikeProduct
{
    private const int Piece = SpikeTables.Piece;
    private const int MostRows = 512; // their sums, 64 KB, and the bits stay in the second-level cache
    private const int Positions = 1024; // output positions whose gradients are summed before they are added to the others'
    private const int PositionBytes = Positions / 8;

    /// <summary>What a layer gives.</summary>
    /// <param name="spikes">Its input.</param>
    /// <param name="weights">[depth, columns], a row for each bit.</param>
    /// <param name="bias">[columns], or null.</param>
    /// <param name="columns">A multiple of 32.</param>
    /// <param name="write">Takes sums [rows, 32] with their first row, their number and their first column.</param>
    public static void Forward(SpikeMap spikes, DenseRows weights, float* bias, int columns, Written write)
    {
        var (blocks, pieces) = ((spikes.Rows + MostRows - 1) / MostRows, columns / Piece);
        var planes = Array.ConvertAll(spikes.Planes, NativeAutograd.Address);
        NeuronRanges.Run((long)MostRows * spikes.Depth, blocks * pieces, 1, (from, to) =>
        {
            using var work = new Room(0);
            for (var item = from; item < to; item++)
            {
                var (first, column) = (item / pieces * MostRows, (int)(item % pieces) * Piece);
                var rows = (int)Math.Min(MostRows, spikes.Rows - first);
                spikes.Offsets(first, rows, work.Offsets);
                work.Begin(rows, bias == null ? null : bias + column);
                for (var plane = 0; plane < planes.Length; plane++)
                {
                    for (var run = 0; run < spikes.Runs; run++)
                    {
                        for (var bit = 0; bit < spikes.RunBits; bit += Piece)
                        {
                            weights.Load(
                                ((long)run * spikes.RunBits) + bit, Math.Min(Piece, spikes.RunBits - bit), column, SpikeMap.Value(plane),
                                work.Dense);
                            work.Add((byte*)planes[plane] + (run * spikes.RunStride) + (bit / 8), work.Offsets, rows);
                        }
                    }
                }

                write(work.Sums, first, rows, column);
            }
        });
        GC.KeepAlive(spikes); // the loops know addresses only
    }

    /// <summary>The gradient of the weights.</summary>
    /// <param name="spikes">The layer's input.</param>
    /// <param name="gradient">Gradient of its output, [output positions, columns].</param>
    /// <param name="columns">A multiple of 32.</param>
    /// <param name="threads">In how many shares the work is divided at least.</param>
    /// <param name="result">[columns, depth], zeros so far.</param>
    public static void WeightGradient(SpikeMap spikes, DenseRows gradient, int columns, int threads, float* result)
    {
        var bytes = spikes.Depth / 8;
        var planes = Array.ConvertAll(spikes.Planes, NativeAutograd.Address);
        var shares = Math.Min(bytes, Math.Max(threads, (spikes.Depth + MostRows - 1) / MostRows));
        NeuronRanges.Run(spikes.Rows * columns, shares, 1, (from, to) =>
        {
            using var work = new Room(planes.Length);
            for (var share = from; share < to; share++)
            {
                var (begin, end) = ((int)(bytes * share / shares), (int)(bytes * (share + 1) / shares));
                for (var first = 0L; first < spikes.Rows; first += Positions)
                {
                    Share(spikes, planes, gradient, columns, work, (begin, end), first, result);
                }
            }
        });
        GC.KeepAlive(spikes); // the loops know addresses only
    }

    private static void Share(
        SpikeMap spikes, nint[] planes, DenseRows gradient, int columns, Room work, (int Begin, int End) bytes, long first, float* result)
    {
        var (count, rows) = ((int)Math.Min(Positions, spikes.Rows - first), (bytes.End - bytes.Begin) * 8);
        spikes.Offsets(first, count, work.Offsets);
        for (var plane = 0; plane < planes.Length; plane++)
        {
            for (var i = bytes.Begin; i < bytes.End; i++)
            {
                var (run, place) = Math.DivRem(i, spikes.RunBits / 8);
                Turn(
                    (byte*)planes[plane] + (run * spikes.RunStride) + place, work.Offsets, count,
                    work.Turned(plane) + ((i - bytes.Begin) * 8 * PositionBytes));
            }
        }

        for (var column = 0; column < columns; column += Piece)
        {
            work.Begin(rows, null);
            for (var plane = 0; plane < planes.Length; plane++)
            {
                for (var i = 0; i < count; i += Piece)
                {
                    gradient.Load(first + i, Math.Min(Piece, count - i), column, SpikeMap.Value(plane), work.Dense);
                    work.Add(work.Turned(plane) + (i / 8), work.TurnedOffsets, rows);
                }
            }

            Transposition.Copy(
                work.Sums, Piece, rows, Piece, result + ((long)column * spikes.Depth) + (bytes.Begin * 8), spikes.Depth, adds: true);
        }
    }

    /// <summary>Eight bits of each output position to eight rows of a bit for each position.</summary>
    private static void Turn(byte* from, int* offsets, int count, byte* to)
    {
        var bytes = stackalloc byte[Piece];
        for (var first = 0; first < count; first += Piece)
        {
            var here = Math.Min(Piece, count - first);
            for (var i = 0; i < here; i++)
            {
                bytes[i] = from[offsets[first + i]];
            }

            new Span<byte>(bytes + here, Piece - here).Clear();
            var eight = Vector256.Load(bytes);
            for (var bit = 7; bit >= 0; bit--)
            {
                *(uint*)(to + (bit * PositionBytes) + (first / 8)) = eight.ExtractMostSignificantBits();
                eight += eight;
            }
        }
    }

    /// <summary>Takes sums.</summary>
    /// <param name="sums">[rows, 32].</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="column">The first column.</param>
    internal delegate void Written(float* sums, long first, int rows, int column);

    /// <summary>What a thread works in.</summary>
    private sealed class Room : IDisposable
    {
        private const int DenseBytes = Piece * Piece * sizeof(float);
        private const int SumBytes = MostRows * Piece * sizeof(float);

        private readonly byte* tables;
        private readonly byte* turned;

        /// <summary>Takes memory.</summary>
        /// <param name="planes">How many have their bits turned.</param>
        public Room(int planes)
        {
            var offsets = (Positions + MostRows) * sizeof(int);
            var bits = planes * MostRows * PositionBytes;
            tables = (byte*)NativeMemory.AlignedAlloc((nuint)(SpikeTables.Bytes + DenseBytes + SumBytes + offsets + bits), 64);
            Dense = (float*)(tables + SpikeTables.Bytes);
            Sums = Dense + (Piece * Piece);
            Offsets = (int*)(Sums + (MostRows * Piece));
            TurnedOffsets = Offsets + Positions;
            turned = (byte*)(TurnedOffsets + MostRows);
            for (var i = 0; i < MostRows; i++)
            {
                TurnedOffsets[i] = i * PositionBytes;
            }
        }

        /// <summary>A piece of the dense matrix.</summary>
        public float* Dense { get; }

        /// <summary>[rows, 32].</summary>
        public float* Sums { get; }

        /// <summary>Bytes to the bits of each output position.</summary>
        public int* Offsets { get; }

        /// <summary>Bytes to each row of turned bits.</summary>
        public int* TurnedOffsets { get; }

        /// <summary>Of a plane, a row for each bit that a position sees, a bit for each position.</summary>
        public byte* Turned(int plane) => turned + (plane * MostRows * PositionBytes);

        /// <summary>Fills the sums: with a start [32] for each row, or zeros.</summary>
        public void Begin(int rows, float* start)
        {
            if (start == null)
            {
                new Span<float>(Sums, rows * Piece).Clear();
                return;
            }

            for (var row = 0; row < rows; row++)
            {
                new ReadOnlySpan<float>(start, Piece).CopyTo(new Span<float>(Sums + (row * Piece), Piece));
            }
        }

        /// <summary>Adds what bits choose of the piece.</summary>
        public void Add(byte* bits, int* offsets, int rows)
        {
            SpikeTables.Fill(Dense, tables);
            SpikeTables.Add(bits, offsets, rows, tables, Sums);
        }

        public void Dispose() => NativeMemory.AlignedFree(tables);
    }
}
