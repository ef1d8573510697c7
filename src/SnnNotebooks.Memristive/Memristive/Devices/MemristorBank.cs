using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Devices;

/// <summary>The devices of one sign.</summary>
internal sealed class MemristorBank
{
    private readonly DeviceOptions device;
    private readonly float[] down;
    private readonly float[] driftExponents;
    private readonly bool[] stuck;
    private readonly float[] up;

    /// <summary>Draws the devices.</summary>
    /// <param name="weights">The weights that they hold.</param>
    /// <param name="stream">Where draws come from.</param>
    /// <param name="which">0 for those that add to a weight, 1 for those that take from it.</param>
    public MemristorBank(MemristorWeights weights, RandomStream stream, int which)
    {
        device = weights.Device;
        var (length, stride) = (weights.Values.Length, weights.Stride);
        (Levels, up, down, driftExponents, stuck) = (new float[length], new float[length], new float[length], new float[length],
            new bool[length]);
        var (alphaUp, alphaDown) = (DeviceOptions.Alpha(device.PotentiationNonlinearity, device.Steps),
            DeviceOptions.Alpha(device.DepressionNonlinearity, device.DepressionSteps ?? device.Steps));
        for (var i = 0; i < length; i++)
        {
            if (i % stride >= weights.Columns)
            {
                continue;
            }

            ulong Place(int draw) => ((ulong)((which * 4) + draw) * (ulong)length) + (ulong)i;
            up[i] = (float)(alphaUp * Math.Exp(device.DeviceToDevice * stream.Normal(Place(0))));
            down[i] = (float)(alphaDown * Math.Exp(device.DeviceToDevice * stream.Normal(Place(1))));
            driftExponents[i] = (float)(device.DriftExponent * (1 + (device.DriftSpread * stream.Normal(Place(2)))));
            Levels[i] = 0.5f;
            var fate = stream.Uniform(Place(3));
            if (fate < device.StuckOn + device.StuckOff)
            {
                stuck[i] = true;
                Levels[i] = fate < device.StuckOn ? 1 : 0;
                (up[i], down[i]) = (0, 0);
            }
        }
    }

    /// <summary>g of each device, in [0, 1].</summary>
    public float[] Levels { get; }

    public void Set(int index, float level)
    {
        if (!stuck[index])
        {
            Levels[index] = level;
        }
    }

    public void Snap(int steps)
    {
        for (var i = 0; i < Levels.Length; i++)
        {
            Levels[i] = MathF.Round(Levels[i] * steps) / steps;
        }
    }

    public void Drift(double ratio)
    {
        var floor = device.MinimumConductance / (device.MaximumConductance - device.MinimumConductance);
        for (var i = 0; i < Levels.Length; i++)
        {
            Levels[i] = (float)(((Levels[i] + floor) * Math.Pow(ratio, -driftExponents[i])) - floor);
        }
    }

    /// <summary>A pulse of each device of a row: portions of a whole one, signed; <paramref name="sign"/> turns them round.</summary>
    public void Move(int row, ReadOnlySpan<float> portions, float sign, Vector256<ulong> cycle, Vector256<ulong> write)
    {
        var start = row * portions.Length;
        ref var level = ref Levels[start];
        ref var upwards = ref up[start];
        ref var downwards = ref down[start];
        ref var portion = ref MemoryMarshal.GetReference(portions);
        var (one, zero) = (Vector256<float>.One, Vector256<float>.Zero);
        var (nuUp, nuDown) = ((float)device.PotentiationNonlinearity, (float)device.DepressionNonlinearity);
        var (cycleNoise, writeNoise) = ((float)device.CycleToCycle, (float)device.WriteNoise);
        for (nuint i = 0; i < (nuint)portions.Length; i += (nuint)Vector256<float>.Count)
        {
            var amount = Vector256.LoadUnsafe(ref portion, i) * Vector256.Create(sign);
            if (Vector256.EqualsAll(amount, zero))
            {
                cycle = Skip(cycle);
                write = Skip(write);
                continue;
            }

            var g = Vector256.LoadUnsafe(ref level, i);
            var rises = Vector256.GreaterThan(amount, zero);
            var alpha = Vector256.ConditionalSelect(
                rises, Vector256.LoadUnsafe(ref upwards, i), Vector256.LoadUnsafe(ref downwards, i));
            var size = alpha;
            if (nuUp > 0 || nuDown > 0)
            {
                var fromEnd = Vector256.ConditionalSelect(rises, g, one - g);
                size *= RowKernels.Exp(
                    -(Vector256.ConditionalSelect(rises, Vector256.Create(nuUp), Vector256.Create(nuDown)) * fromEnd));
            }

            var change = amount * size;
            if (cycleNoise > 0)
            {
                change *= one + (Vector256.Create(cycleNoise) * NormalQuantile.Of(RandomStream.Next(ref cycle)));
            }

            if (writeNoise > 0)
            {
                var hit = Vector256.Equals(amount, zero);
                change += Vector256.AndNot(Vector256.Create(writeNoise) * alpha * NormalQuantile.Of(RandomStream.Next(ref write)), hit);
            }

            // a device that drifted out of the range stays where it is until a pulse moves it
            var moved = Vector256.Min(Vector256.Max(g + change, zero), one);
            Vector256.ConditionalSelect(Vector256.Equals(amount, zero), g, moved).StoreUnsafe(ref level, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Skip(Vector256<ulong> state)
    {
        RandomStream.Next(ref state);
        return state;
    }
}
