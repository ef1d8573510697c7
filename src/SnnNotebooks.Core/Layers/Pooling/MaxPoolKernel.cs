using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Pooling;

/// <summary>
/// The loops of pooling 2 x 2: eight windows at a time, the rest of a row behind a mask; without AVX2 one by one by the same rule.
/// </summary>
internal static unsafe class MaxPoolKernel
{
    private const int Width = 8; // windows
    private const long SmallestShare = 1 << 15; // windows below which a second thread costs more than it saves

    /// <summary>
    /// Fills <paramref name="output"/> [..., H / 2, W / 2] with the maxima of <paramref name="input"/> [..., H, W]; both float32 and
    /// contiguous.
    /// </summary>
    public static void Forward(Tensor input, Tensor output)
    {
        var shape = new Planes(input);
        var (from, to) = (NativeAutograd.Address(input), NativeAutograd.Address(output));
        shape.ForEachPlane(plane =>
        {
            for (var row = 0L; row < shape.Rows; row++)
            {
                var upper = (float*)from + (((plane * shape.Height) + (2 * row)) * shape.Width);
                Forward(upper, upper + shape.Width, (float*)to + (((plane * shape.Rows) + row) * shape.Columns), shape.Columns);
            }
        });
        GC.KeepAlive(input); // the loops know addresses only
        GC.KeepAlive(output);
    }

    /// <summary>Fills <paramref name="result"/>, of the input's shape, with the gradient of the input.</summary>
    public static void Backward(Tensor input, Tensor gradient, Tensor result)
    {
        var shape = new Planes(input);
        var (from, by, to) = (NativeAutograd.Address(input), NativeAutograd.Address(gradient), NativeAutograd.Address(result));
        shape.ForEachPlane(plane =>
        {
            for (var row = 0L; row < shape.Rows; row++)
            {
                var place = ((plane * shape.Height) + (2 * row)) * shape.Width;
                var target = (float*)to + place;
                Backward((float*)from + place, (float*)from + place + shape.Width,
                    (float*)by + (((plane * shape.Rows) + row) * shape.Columns), target, target + shape.Width, shape.Columns);
                if (shape.Width % 2 == 1)
                {
                    target[shape.Width - 1] = target[(2 * shape.Width) - 1] = 0;
                }
            }

            if (shape.Height % 2 == 1)
            {
                new Span<float>((float*)to + (((plane + 1) * shape.Height) - 1) * shape.Width, (int)shape.Width).Clear();
            }
        });
        GC.KeepAlive(input);
        GC.KeepAlive(gradient);
        GC.KeepAlive(result);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(float* upper, float* lower, float* output, long columns)
    {
        var column = 0L;
        if (Avx2.IsSupported)
        {
            for (; column + Width <= columns; column += Width)
            {
                var (a, b) = Split(Vector256.Load(upper + (2 * column)), Vector256.Load(upper + (2 * column) + Width));
                var (c, d) = Split(Vector256.Load(lower + (2 * column)), Vector256.Load(lower + (2 * column) + Width));
                Take(d, Take(c, Take(b, a, out _), out _), out _).Store(output + column);
            }

            if (column < columns)
            {
                var rest = new Rest(columns - column);
                var (a, b) = rest.Load(upper + (2 * column));
                var (c, d) = rest.Load(lower + (2 * column));
                Avx.MaskStore(output + column, rest.Windows, Take(d, Take(c, Take(b, a, out _), out _), out _));
            }

            return;
        }

        for (; column < columns; column++)
        {
            var (a, b, c, d) = (upper[2 * column], upper[(2 * column) + 1], lower[2 * column], lower[(2 * column) + 1]);
            output[column] = Take(d, Take(c, Take(b, a)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(float* upper, float* lower, float* gradient, float* upperResult, float* lowerResult, long columns)
    {
        var column = 0L;
        if (Avx2.IsSupported)
        {
            for (; column + Width <= columns; column += Width)
            {
                var (a, b) = Split(Vector256.Load(upper + (2 * column)), Vector256.Load(upper + (2 * column) + Width));
                var (c, d) = Split(Vector256.Load(lower + (2 * column)), Vector256.Load(lower + (2 * column) + Width));
                var (one, two, three, four) = Share(a, b, c, d, Vector256.Load(gradient + column));
                var (first, second) = Join(one, two);
                first.Store(upperResult + (2 * column));
                second.Store(upperResult + (2 * column) + Width);
                (first, second) = Join(three, four);
                first.Store(lowerResult + (2 * column));
                second.Store(lowerResult + (2 * column) + Width);
            }

            if (column < columns)
            {
                var rest = new Rest(columns - column);
                var (a, b) = rest.Load(upper + (2 * column));
                var (c, d) = rest.Load(lower + (2 * column));
                var (one, two, three, four) = Share(a, b, c, d, Avx.MaskLoad(gradient + column, rest.Windows));
                rest.Store(Join(one, two), upperResult + (2 * column));
                rest.Store(Join(three, four), lowerResult + (2 * column));
            }

            return;
        }

        for (; column < columns; column++)
        {
            var place = 2 * column;
            var (a, b, c, d) = (upper[place], upper[place + 1], lower[place], lower[place + 1]);
            var (second, third, fourth) = (Wins(b, a), Wins(c, Take(b, a)), Wins(d, Take(c, Take(b, a))));
            var all = gradient[column];
            lowerResult[place + 1] = fourth ? all : 0;
            lowerResult[place] = third && !fourth ? all : 0;
            upperResult[place + 1] = second && !third && !fourth ? all : 0;
            upperResult[place] = !second && !third && !fourth ? all : 0;
        }
    }

    // each window's gradient for the one of its four that is the maximum
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> One, Vector256<float> Two, Vector256<float> Three, Vector256<float> Four) Share(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> gradient)
    {
        _ = Take(d, Take(c, Take(b, a, out var second), out var third), out var fourth);
        return (
            Vector256.AndNot(gradient, second | third | fourth),
            Vector256.AndNot(gradient & second, third | fourth),
            Vector256.AndNot(gradient & third, fourth),
            gradient & fourth);
    }

    // libtorch's rule: a later value wins where it is larger or NaN
    private static bool Wins(float later, float best) => later > best || float.IsNaN(later);

    private static float Take(float later, float best) => Wins(later, best) ? later : best;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Take(Vector256<float> later, Vector256<float> best, out Vector256<float> wins)
    {
        wins = Vector256.GreaterThan(later, best) | ~Vector256.Equals(later, later);
        return Vector256.ConditionalSelect(wins, later, best);
    }

    // sixteen neighbours as the eight at even and the eight at odd places
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Even, Vector256<float> Odd) Split(Vector256<float> first, Vector256<float> second)
    {
        var (even, odd) = (Avx.Shuffle(first, second, 0b10_00_10_00), Avx.Shuffle(first, second, 0b11_01_11_01));
        return (Avx2.Permute4x64(even.AsDouble(), 0b11_01_10_00).AsSingle(), Avx2.Permute4x64(odd.AsDouble(), 0b11_01_10_00).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> First, Vector256<float> Second) Join(Vector256<float> even, Vector256<float> odd)
    {
        var (low, high) = (Avx.UnpackLow(even, odd), Avx.UnpackHigh(even, odd));
        return (Avx.Permute2x128(low, high, 0x20), Avx.Permute2x128(low, high, 0x31));
    }

    /// <summary>Fewer than eight windows at the end of a row; nothing beyond them is touched.</summary>
    private readonly ref struct Rest
    {
        private readonly Vector256<float> first;
        private readonly Vector256<float> second;

        public Rest(long windows)
        {
            static Vector256<float> Below(int count) =>
                Vector256.LessThan(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(count)).AsSingle();
            Windows = Below((int)windows);
            first = Below(2 * (int)windows);
            second = Below((2 * (int)windows) - Width);
        }

        public Vector256<float> Windows { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (Vector256<float> Even, Vector256<float> Odd) Load(float* from) =>
            Split(Avx.MaskLoad(from, first), Avx.MaskLoad(from + Width, second));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store((Vector256<float> First, Vector256<float> Second) values, float* to)
        {
            Avx.MaskStore(to, first, values.First);
            Avx.MaskStore(to + Width, second, values.Second);
        }
    }

    private readonly struct Planes(Tensor input)
    {
        public long Height { get; } = input.shape[^2];

        public long Width { get; } = input.shape[^1];

        public long Rows => Height / 2;

        public long Columns => Width / 2;

        private long Count { get; } = input.numel() / (input.shape[^2] * input.shape[^1]);

        public void ForEachPlane(Action<long> body)
        {
            var (count, threads) = (Count,
                (int)Math.Min(Math.Min(get_num_threads(), Count), Math.Max(1, Count * Rows * Columns / SmallestShare)));
            TorchThreads.Run(threads, share =>
            {
                for (var plane = count * share / threads; plane < count * (share + 1) / threads; plane++)
                {
                    body(plane);
                }
            });
        }
    }
}
