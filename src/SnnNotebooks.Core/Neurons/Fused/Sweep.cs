using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Normalisation;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Where the tensors of one sweep lie. Sequences are [T, N] row-major; each variable is [N]; 0 where there is none.</summary>
internal sealed unsafe record Sweep
{
    private const int CacheLine = 64;

    /// <summary>A sweep over tensors.</summary>
    /// <param name="x">The input.</param>
    /// <param name="start">What it runs on.</param>
    /// <param name="numbers">The values of its shared numbers, by number.</param>
    public Sweep(Tensor x, SweepStart start, double[] numbers)
    {
        Steps = x.size(0);
        Neurons = x.numel() / Steps;
        Type = x.dtype;
        IsSingle = Type != ScalarType.Float64;
        IsLow = x.IsLow();
        Size = IsSingle ? sizeof(float) : sizeof(double);
        SequenceSize = IsLow ? sizeof(ushort) : Size;
        Width = LoopCompiler.Width(IsSingle);
        XStep = x.stride(0) * SequenceSize;
        X = Address(x);
        Initial = Addresses(start.Initial);
        Rows = Addresses(start.Rows);
        (Rest, Numbers, Normalisation) = (start.Rest, numbers, start.Normalisation);
    }

    public long Steps { get; }

    public long Neurons { get; init; }

    /// <summary>The type of the sequences: input, output and their gradients.</summary>
    public ScalarType Type { get; }

    /// <summary>Whether it is computed in floats; else in doubles.</summary>
    public bool IsSingle { get; }

    /// <summary>Whether the sequences are float16 or bfloat16.</summary>
    public bool IsLow { get; }

    /// <summary>Bytes of what is computed with: variables and numbers.</summary>
    public int Size { get; }

    /// <summary>Bytes of an element of a sequence.</summary>
    public int SequenceSize { get; }

    /// <summary>How many neurons the loops take at least at once.</summary>
    public int Width { get; }

    /// <summary>Bytes from one step of the input to the next; 0 where the same input is presented at each.</summary>
    public long XStep { get; init; }

    /// <summary>Bytes from one step of the other sequences to the next.</summary>
    public nint Step => (nint)(Neurons * SequenceSize);

    /// <summary>How many steps one call of a generated loop takes: those of a low type are brought to floats one by one.</summary>
    public long AtOnce => IsLow ? 1 : Steps;

    /// <summary>
    /// Whether a sequence that is written, the output or the gradient of the input, is to go past the caches: where a sweep reads and
    /// writes more than the last of them holds, and steps begin where whole lines of it do. Memory then need not be read before it is
    /// written, what is read next finds more room, and who reads the sequence next would find the end of it in the cache at most.
    /// </summary>
    /// <param name="sequence">Its address.</param>
    public bool Streams(nint sequence) => LoopCompiler.CanStream && !IsLow && Moved >= LastLevelCache.Bytes
        && Step % CacheLine == 0 && sequence % CacheLine == 0;

    /// <summary>How many bytes of sequences it reads and writes.</summary>
    private long Moved => Step * (Presented + (Steps * new[] { Output, GradOutput, GradX }.Count(sequence => sequence != 0)));

    public nint X { get; init; }

    public nint Output { get; init; }

    public nint GradOutput { get; init; }

    public nint GradX { get; init; }

    public nint[] Initial { get; init; }

    public nint[] Final { get; init; } = [];

    public nint[] GradFinal { get; init; } = [];

    public nint[] GradInitial { get; init; } = [];

    /// <summary>The numbers that differ from neuron to neuron.</summary>
    public nint[] Rows { get; init; }

    public nint[] GradRows { get; init; } = [];

    public double[] Rest { get; }

    public double[] Numbers { get; }

    public double[] Sums { get; init; } = [];

    /// <summary>What the neurons see the input through, or null; the input is float32 and a step of it whole vectors then.</summary>
    public ChannelNormalisation? Normalisation { get; }

    /// <summary>How many steps of the input there are: 1 where the same is presented at each.</summary>
    public long Presented => XStep == 0 ? 1 : Steps;

    /// <summary>Rows that a block needs for its normalised input: the channels' numbers, and one for each step.</summary>
    public long NormalRows => Normalisation is null ? 0 : ChannelNormalisation.Rows + Presented;

    /// <summary>The address, on its device, of a tensor's first element; 0 where there is no tensor or it is empty.</summary>
    public static nint Address(Tensor? tensor) => tensor is null || tensor.numel() == 0 ? 0 : NativeAutograd.Address(tensor);

    public static nint[] Addresses(Tensor?[] tensors) => Array.ConvertAll(tensors, Address);

    /// <summary>Where a step of a [T, N] sequence has its neuron <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint At(nint sequence, long t, long start) => sequence + (nint)(((t * Neurons) + start) * SequenceSize);

    /// <summary>Where a step of the input has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint XAt(long t, long start) => X + (nint)((t * XStep) + (start * SequenceSize));

    /// <summary>The input that is normalised.</summary>
    public ChannelSequence Channels => new(X, Presented, XStep / sizeof(float), Neurons, Normalisation!.Layout);

    /// <summary>Its gradient.</summary>
    public ChannelSequence GradChannels => new(GradX, Presented, Neurons, Neurons, Normalisation!.Layout);

    /// <summary>Where a block of neurons has its input: as it lies, or normalised in rows lent for it.</summary>
    /// <param name="rows">The first of <see cref="NormalRows"/> rows.</param>
    /// <param name="rowBytes">How long a row is.</param>
    /// <param name="start">The first neuron.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Row Input(nint rows, nint rowBytes, long start, int count)
    {
        if (Normalisation is null)
        {
            return new Row(XAt(0, start), (nint)XStep);
        }

        var numbers = (float*)rows;
        var (stride, first) = (rowBytes / sizeof(float), rows + (ChannelNormalisation.Rows * rowBytes));
        Normalisation.Spread(start, count, numbers, stride);
        for (var t = 0L; t < Presented; t++)
        {
            ChannelNormalisation.Apply((float*)XAt(t, start), numbers, stride, count, (float*)(first + (nint)(t * rowBytes)));
        }

        return new Row(first, XStep == 0 ? 0 : rowBytes);
    }

    /// <summary>Adds the rows of all steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumSteps(Row rows, float* sum, int count)
    {
        for (var i = 0; i < count; i += Vector256<float>.Count)
        {
            var total = Vector256<float>.Zero;
            for (var t = 0L; t < Steps; t++)
            {
                total += Vector256.Load((float*)(rows.Address + (nint)(t * rows.Step)) + i);
            }

            total.Store(sum + i);
        }
    }

    /// <summary>A row of a sequence to compute with: itself, or, where its type is low, its floats in a row lent for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Read(nint row, nint floats, int count)
    {
        if (!IsLow)
        {
            return row;
        }

        LowRows.Widen(Type, row, floats, count);
        return floats;
    }

    /// <summary>The row to compute a sequence's row in: itself, or one lent for its floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Writing(nint row, nint floats) => IsLow ? floats : row;

    /// <summary>Brings what was computed in <see cref="Writing"/>'s row to the sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(nint row, nint floats, int count)
    {
        if (IsLow)
        {
            LowRows.Narrow(Type, floats, row, count);
        }
    }

    /// <summary>Points the rows of numbers to where the neurons from <paramref name="start"/> on have theirs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Point(Row* rows, long start)
    {
        for (var i = 0; i < Rows.Length; i++)
        {
            rows[StepRows.Number(i)] = new Row(Rows[i] + (nint)(start * Size), 0);
        }

        for (var i = 0; i < GradRows.Length; i++)
        {
            rows[StepRows.GradNumber(i)] = new Row(GradRows[i] + (nint)(start * Size), 0);
        }
    }

    /// <summary>Fills one row for each variable: from memory, or with a constant where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(nint[] from, double[] constants, Row* rows, int[] places, long start, int count)
    {
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i] != 0)
            {
                NativeMemory.Copy((void*)(from[i] + (nint)(start * Size)), (void*)rows[places[i]].Address, (nuint)(count * Size));
            }
            else
            {
                Fill(rows[places[i]].Address, constants[i], count);
            }
        }
    }

    /// <summary>Fills a row with a constant, at full speed from the first call on, as <c>Span.Fill</c> does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(nint row, double constant, int count)
    {
        var vector = IsSingle ? Vector256.Create((float)constant).AsByte() : Vector256.Create(constant).AsByte();
        var end = row + (nint)(count * Size);
        for (; row < end; row += Vector256<byte>.Count)
        {
            vector.Store((byte*)row);
        }
    }

    /// <summary>Brings the rows to memory, where they are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(nint[] to, Row* rows, int[] places, long start, int count)
    {
        for (var i = 0; i < to.Length; i++)
        {
            if (to[i] != 0)
            {
                NativeMemory.Copy((void*)rows[places[i]].Address, (void*)(to[i] + (nint)(start * Size)), (nuint)(count * Size));
            }
        }
    }
}
