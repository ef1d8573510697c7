using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Devices;

/// <summary>Weights held by pairs of memristors, moved by pulses on both: up on one, down on the other.</summary>
public sealed class MemristorWeights : WeightArray
{
    // the noise of one pulse of a row: cycle-to-cycle and write noise of the positive and the negative device
    private const int Draws = 4;
    private readonly Bank negative;
    private readonly Bank positive;
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
        (positive, negative) = (new Bank(this, device, 0), new Bank(this, device, 1));
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

    /// <summary>The devices of one sign.</summary>
    private sealed class Bank
    {
        private readonly DeviceOptions device;
        private readonly float[] down;
        private readonly float[] driftExponents;
        private readonly bool[] stuck;
        private readonly float[] up;

        public Bank(MemristorWeights weights, RandomStream stream, int which)
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
}
