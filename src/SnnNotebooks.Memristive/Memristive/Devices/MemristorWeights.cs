using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Devices;

/// <summary>Weights held by pairs of memristors, moved by pulses on both: up on one, down on the other.</summary>
public sealed class MemristorWeights : WeightArray
{
    // the noise of one pulse of a row: cycle-to-cycle and write noise of the positive and the negative device
    private const int Draws = 4;
    private readonly MemristorBank negative;
    private readonly MemristorBank positive;
    private readonly RandomStream pulse;
    private readonly RandomStream update;
    private readonly float[] variances;
    private CrossbarOptions? wires;

    internal MemristorWeights(int rows, int columns, NetworkOptions options, int layer)
        : base(rows, columns)
    {
        Device = options.Device!;
        Device.Validate();
        update = new RandomStream(options.Seed, SamplingRole.Update, layer);
        pulse = new RandomStream(options.Seed, SamplingRole.Pulse, layer);
        variances = Device.ReadNoise > 0 ? new float[Values.Length] : [];
        var device = new RandomStream(options.Seed, SamplingRole.Device, layer);
        (positive, negative) = (new MemristorBank(this, device, 0), new MemristorBank(this, device, 1));
        InitialWeights.Fill(this, options, layer, Set);
    }

    /// <summary>The devices.</summary>
    public DeviceOptions Device { get; }

    internal override ReadOnlySpan<float> ReadVariances => variances;

    private float WeightRange => (float)Device.WeightRange;

    /// <summary>The conductance of one device of a pair.</summary>
    /// <param name="row">The input.</param>
    /// <param name="column">The output.</param>
    /// <param name="isPositive">Whether the one that adds to the weight.</param>
    /// <returns>Siemens.</returns>
    public double Conductance(int row, int column, bool isPositive) =>
        Device.MinimumConductance
            + ((isPositive ? positive : negative).Levels[(row * Stride) + column]
                * (Device.MaximumConductance - Device.MinimumConductance));

    /// <summary>The conductances of all devices of one sign as [outputs, inputs], in siemens.</summary>
    /// <param name="isPositive">Whether those that add to the weight.</param>
    /// <returns>Siemens, [outputs, inputs], a copy.</returns>
    public float[,] Conductances(bool isPositive)
    {
        var matrix = new float[Columns, Rows];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                matrix[column, row] = (float)Conductance(row, column, isPositive);
            }
        }

        return matrix;
    }

    /// <summary>
    /// Writes given weights with verification, each device to the nearest of N + 1 levels; what is stuck stays. The pair shares the weight
    /// evenly around mid-range.
    /// </summary>
    /// <param name="weights">[outputs, inputs]; beyond plus or minus kappa they are clipped.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public void Program(float[,] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.GetLength(0) != Columns || weights.GetLength(1) != Rows)
        {
            throw new ArgumentException(
                $"The weights are [{weights.GetLength(0)}, {weights.GetLength(1)}]; expected [{Columns}, {Rows}].", nameof(weights));
        }

        var values = new float[Stride];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                values[column] = weights[column, row];
            }

            Set(row, values);
        }

        positive.Snap(Device.Steps);
        negative.Snap(Device.Steps);
        Refresh();
    }

    /// <summary>
    /// Reads the devices through the wires of a crossbar from now on: each weight becomes that of the conductances which its drivers see,
    /// also after <see cref="Program"/> and <see cref="Drift"/>. A learning pulse ends it for the whole array (wires are too slow to
    /// solve at every pulse), as do wires of 0 ohm.
    /// </summary>
    /// <param name="crossbar">Tiles and wires.</param>
    public void ReadThrough(CrossbarOptions crossbar)
    {
        ArgumentNullException.ThrowIfNull(crossbar);
        crossbar.Validate();
        wires = crossbar.WireResistance > 0 ? crossbar : null;
        Refresh();
    }

    /// <summary>Lets all conductances relax: G(t) = G(t0) (t / t0)^-exponent; below Gmin they may fall, stuck devices too.</summary>
    /// <param name="ratio">t / t0, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is below 1 or not finite.</exception>
    public void Drift(double ratio)
    {
        if (!(ratio >= 1) || !double.IsFinite(ratio))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "Drift runs forwards: expected a finite t / t0 of at least 1.");
        }

        positive.Drift(ratio);
        negative.Drift(ratio);
        Refresh();
    }

    internal override void Pulse(int row, ReadOnlySpan<float> direction, float step, float density, ulong place)
    {
        LeaveWires();
        Span<float> portions = stackalloc float[Stride <= 1024 ? Stride : 0];
        portions = portions.Length == 0 ? new float[Stride] : portions;
        direction.CopyTo(portions);
        if (density < 1)
        {
            ref var first = ref MemoryMarshal.GetReference(portions);
            var state = update.Words(Position(row, place));
            for (nuint i = 0; i < (nuint)Stride; i += (nuint)Vector256<float>.Count)
            {
                (Vector256.LoadUnsafe(ref first, i)
                    & Vector256.LessThan(RandomStream.Next(ref state), Vector256.Create(density))).StoreUnsafe(ref first, i);
            }
        }

        Move(row, portions, Position(row, place) * Draws);
        Refresh(row);
    }

    internal override void Change(int row, ReadOnlySpan<float> change, ulong place)
    {
        // a pulse on both devices of a linear pair moves the weight by 2 kappa / N
        var pulses = Device.Steps / (2 * WeightRange);
        var wanted = new float[Stride];
        var most = 0f;
        for (var i = 0; i < Columns; i++)
        {
            var count = Math.Clamp(change[i] * pulses, -Device.Steps, Device.Steps);
            wanted[i] = Device.Programming switch
            {
                PulseProgramming.Nearest => MathF.Round(count),
                PulseProgramming.Stochastic => MathF.Floor(count + update.Uniform(Position(row, place) + (ulong)i)),
                _ => count,
            };
            most = MathF.Max(most, MathF.Abs(wanted[i]));
        }

        if (most == 0)
        {
            return;
        }

        LeaveWires();
        var portions = new float[Stride];
        for (var n = 0; n < most; n++)
        {
            for (var i = 0; i < Columns; i++)
            {
                portions[i] = MathF.Sign(wanted[i]) * Math.Clamp(MathF.Abs(wanted[i]) - n, 0, 1);
            }

            Move(row, portions, ((Position(row, place) * (ulong)(Device.Steps + 1)) + ((ulong)n * (ulong)Stride)) * Draws);
        }

        Refresh(row);
    }

    // the weights of the conductances that the drivers see
    private void ReadWires(CrossbarOptions crossbar)
    {
        var (up, down) = (Crossbar.Effective(Conductances(true), crossbar), Crossbar.Effective(Conductances(false), crossbar));
        var range = Device.MaximumConductance - Device.MinimumConductance;
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                Row(row)[column] = (float)(WeightRange * (up[column, row] - down[column, row]) / range);
            }
        }
    }

    private ulong Position(int row, ulong place) => ((place * (ulong)Rows) + (ulong)row) * (ulong)Stride;

    private void Move(int row, ReadOnlySpan<float> portions, ulong position)
    {
        positive.Move(row, portions, 1, pulse.Words(position), pulse.Words(position + (ulong)Stride));
        negative.Move(row, portions, -1, pulse.Words(position + (2 * (ulong)Stride)), pulse.Words(position + (3 * (ulong)Stride)));
    }

    // sets a row's pairs to given weights, around mid-range
    private void Set(int row, ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < Columns; i++)
        {
            var half = Math.Clamp(weights[i] / (2 * WeightRange), -0.5f, 0.5f);
            positive.Set((row * Stride) + i, 0.5f + half);
            negative.Set((row * Stride) + i, 0.5f - half);
        }

        Refresh(row);
    }

    // the weights of all rows, as they are read
    private void Refresh()
    {
        for (var row = 0; row < Rows; row++)
        {
            Refresh(row);
        }

        if (wires is not null)
        {
            ReadWires(wires);
        }
    }

    private void LeaveWires()
    {
        if (wires is not null)
        {
            wires = null;
            Refresh();
        }
    }

    private void Refresh(int row)
    {
        var start = row * Stride;
        var weights = Row(row);
        ref var up = ref positive.Levels[start];
        ref var down = ref negative.Levels[start];
        ref var values = ref MemoryMarshal.GetReference(weights);
        var range = Vector256.Create(WeightRange);
        for (nuint i = 0; i < (nuint)Stride; i += (nuint)Vector256<float>.Count)
        {
            (range * (Vector256.LoadUnsafe(ref up, i) - Vector256.LoadUnsafe(ref down, i))).StoreUnsafe(ref values, i);
        }

        if (variances.Length > 0)
        {
            // read noise is relative to the whole conductance, Gmin included; the padding has no devices
            var floor = (float)(Device.MinimumConductance / (Device.MaximumConductance - Device.MinimumConductance));
            var scale = (float)(Device.ReadNoise * Device.ReadNoise) * WeightRange * WeightRange;
            for (var i = start; i < start + Columns; i++)
            {
                var (a, b) = (positive.Levels[i] + floor, negative.Levels[i] + floor);
                variances[i] = scale * ((a * a) + (b * b));
            }
        }
    }
}
