using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>Weights that do what they are told, within a bound where there is one.</summary>
public sealed class IdealWeights : WeightArray
{
    private readonly float bound;
    private readonly RandomStream update;

    internal IdealWeights(int rows, int columns, NetworkOptions options, int layer)
        : base(rows, columns)
    {
        bound = options.WeightBound ?? float.PositiveInfinity;
        update = new RandomStream(options.Seed, SamplingRole.Update, layer);
        InitialWeights.Fill(this, options, layer, (row, values) => values.CopyTo(Row(row)));
    }

    internal override void Pulse(int row, ReadOnlySpan<float> direction, float step, float density, ulong place)
    {
        ref var weights = ref MemoryMarshal.GetReference(Row(row));
        ref var signs = ref MemoryMarshal.GetReference(direction);
        var (size, limit, share) = (Vector256.Create(step), Vector256.Create(bound), Vector256.Create(density));
        var state = update.Words(((place * (ulong)Rows) + (ulong)row) * (ulong)Stride);
        for (nuint i = 0; i < (nuint)direction.Length; i += (nuint)Vector256<float>.Count)
        {
            var change = size * Vector256.LoadUnsafe(ref signs, i);
            if (density < 1)
            {
                change &= Vector256.LessThan(RandomStream.Next(ref state), share);
            }

            Vector256.Min(Vector256.Max(Vector256.LoadUnsafe(ref weights, i) + change, -limit), limit).StoreUnsafe(ref weights, i);
        }
    }

    internal override void Change(int row, ReadOnlySpan<float> change, ulong place)
    {
        var weights = Row(row);
        RowKernels.Add(change, weights);
        if (float.IsFinite(bound))
        {
            foreach (ref var weight in weights)
            {
                weight = Math.Clamp(weight, -bound, bound);
            }
        }
    }
}
