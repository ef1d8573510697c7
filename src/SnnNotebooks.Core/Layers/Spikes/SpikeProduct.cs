using System.Runtime.CompilerServices;
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
    private const int MostRows = 512; // their sums, 64 KB, stay in the second-level cache with the bits and most panels of weights
    private const int Positions = 1024; // output positions whose gradients are summed before they are added to the others'
    private const int PositionBytes = Positions / 8;

    /// <summary>What a layer gives.</summary>
    /// <param name="spikes">Its input.</param>
    /// <param name="weights">[columns, C, taps], contiguous.</param>
    /// <param name="bias">[columns], or null.</param>
    /// <param name="columns">A multiple of 32.</param>
    /// <param name="write">Takes sums [rows, 32] with their first row, their number and their first column.</param>
    public static void Forward(SpikeMap spikes, float* weights, float* bias, int columns, Written write)
    {
        var (blocks, pieces) = ((spikes.Rows + MostRows - 1) / MostRows, columns / Piece);
        var planes = Array.ConvertAll(spikes.Planes, NativeAutograd.Address);
        NeuronRanges.Run((long)MostRows * spikes.Depth, blocks * pieces, 1, (from, to) =>
        {
            using var work = new Room(0);
            using var panel = new WeightPanel(spikes);
            for (var item = from; item < to; item++)
            {
                var (first, column) = (item % blocks * MostRows, (int)(item / blocks) * Piece);
                if (item == from || first == 0)
                {
                    panel.Pack(weights + ((long)column * spikes.Depth), spikes.Depth / spikes.Taps);
                }

                var rows = (int)Math.Min(MostRows, spikes.Rows - first);
                spikes.Offsets(first, rows, work.Offsets);
                work.Begin(rows, bias == null ? null : bias + column);
                for (var run = 0; run < spikes.Runs; run++)
                {
                    for (var bit = 0; bit < spikes.RunBits; bit += Piece)
                    {
                        var ones = (byte*)planes[0] + (run * spikes.RunStride) + (bit / 8);
                        var twos = planes.Length == 1 ? null : (byte*)planes[1] + (run * spikes.RunStride) + (bit / 8);
                        work.Add(panel.At(run, bit), ones, twos, work.Offsets, rows);
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
    /// <param name="result">Takes it, [columns, depth].</param>
    public static void WeightGradient(SpikeMap spikes, float* gradient, int columns, int threads, float* result)
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
        SpikeMap spikes, nint[] planes, float* gradient, int columns, Room work, (int Begin, int End) bytes, long first, float* result)
    {
        var (count, rows) = ((int)Math.Min(Positions, spikes.Rows - first), (bytes.End - bytes.Begin) * 8);
        spikes.OffsetsByPixel(first, count, work.Offsets, work.Rows);
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
            for (var i = 0; i < count; i += Piece)
            {
                work.Load(gradient + column, columns, i, Math.Min(Piece, count - i));
                var twos = planes.Length == 1 ? null : work.Turned(1) + (i / 8);
                work.Add(work.Dense, work.Turned(0) + (i / 8), twos, work.TurnedOffsets, rows);
            }

            Transposition.Copy(
                work.Sums, Piece, rows, Piece, result + ((long)column * spikes.Depth) + (bytes.Begin * 8), spikes.Depth, adds: first > 0);
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
            var offsets = ((2 * Positions) + MostRows) * sizeof(int);
            var bits = planes * MostRows * PositionBytes;
            tables = (byte*)NativeMemory.AlignedAlloc((nuint)(SpikeTables.Bytes + DenseBytes + SumBytes + offsets + bits), 64);
            Dense = (float*)(tables + SpikeTables.Bytes);
            Sums = Dense + (Piece * Piece);
            Offsets = (int*)(Sums + (MostRows * Piece));
            Rows = Offsets + Positions;
            TurnedOffsets = Rows + Positions;
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

        /// <summary>The output's row of each output position.</summary>
        public int* Rows { get; }

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

        /// <summary>Copies a piece of the gradient of output positions; rows that are not there are zeros.</summary>
        /// <param name="from">Its first column.</param>
        /// <param name="stride">Floats from row to row.</param>
        /// <param name="first">The first position, among those of <see cref="Rows"/>.</param>
        /// <param name="count">How many there are, at most 32.</param>
        public void Load(float* from, long stride, int first, int count)
        {
            for (var i = 0; i < count; i++)
            {
                Unsafe.CopyBlockUnaligned(Dense + (i * Piece), from + (Rows[first + i] * stride), Piece * sizeof(float));
            }

            new Span<float>(Dense + (count * Piece), (Piece - count) * Piece).Clear();
        }

        /// <summary>Adds what bits choose of a piece.</summary>
        /// <param name="dense">The piece, [32, 32].</param>
        /// <param name="ones">The bits of the piece for an offset of 0.</param>
        /// <param name="twos">Those that are worth two, or null.</param>
        /// <param name="offsets">Bytes to the bits of each row.</param>
        /// <param name="rows">How many.</param>
        public void Add(float* dense, byte* ones, byte* twos, int* offsets, int rows)
        {
            SpikeTables.Fill(dense, tables);
            SpikeTables.Add(ones, twos, offsets, rows, tables, Sums);
        }

        public void Dispose() => NativeMemory.AlignedFree(tables);
    }
}
