using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Where the tensors of one sweep lie. Sequences are [T, N] row-major; each variable is [N]; 0 where there is none.</summary>
internal sealed unsafe record Sweep
{
    public Sweep(Tensor x, SweepStart start)
    {
        Steps = x.shape[0];
        Neurons = x.numel() / Steps;
        IsSingle = x.dtype == ScalarType.Float32;
        Size = IsSingle ? sizeof(float) : sizeof(double);
        Width = LoopCompiler.Width(IsSingle);
        XStep = x.stride(0) * Size;
        X = Address(x);
        Initial = Addresses(start.Initial);
        Rows = Addresses(start.Rows);
        (Rest, Numbers) = (start.Rest, start.Numbers);
    }

    public long Steps { get; }

    public long Neurons { get; init; }

    public bool IsSingle { get; }

    /// <summary>Bytes of an element.</summary>
    public int Size { get; }

    /// <summary>How many neurons the loops take at least at once.</summary>
    public int Width { get; }

    /// <summary>Bytes from one step of the input to the next; 0 where the same input is presented at each.</summary>
    public long XStep { get; init; }

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

    /// <summary>The address, on its device, of a tensor's first element; 0 where there is no tensor or it is empty.</summary>
    public static nint Address(Tensor? tensor) => tensor is null || tensor.numel() == 0 ? 0 : NativeAutograd.Address(tensor);

    public static nint[] Addresses(Tensor?[] tensors) => Array.ConvertAll(tensors, Address);

    /// <summary>Where a step of a [T, N] sequence has its neuron <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint At(nint sequence, long t, long start) => sequence + (nint)(((t * Neurons) + start) * Size);

    /// <summary>Points the rows of numbers to where the neurons from <paramref name="start"/> on have theirs.</summary>
    public void Point(nint* rows, long start)
    {
        for (var i = 0; i < Rows.Length; i++)
        {
            rows[StepRows.Number(i)] = At(Rows[i], 0, start);
        }

        for (var i = 0; i < GradRows.Length; i++)
        {
            rows[StepRows.GradNumber(i)] = At(GradRows[i], 0, start);
        }
    }

    /// <summary>Fills one row for each variable: from memory, or with a constant where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(nint[] from, double[] constants, nint* rows, int[] places, long start, int count)
    {
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i] != 0)
            {
                NativeMemory.Copy((void*)(from[i] + (nint)(start * Size)), (void*)rows[places[i]], (nuint)(count * Size));
            }
            else if (IsSingle)
            {
                new Span<float>((void*)rows[places[i]], count).Fill((float)constants[i]);
            }
            else
            {
                new Span<double>((void*)rows[places[i]], count).Fill(constants[i]);
            }
        }
    }

    /// <summary>Brings the rows to memory, where they are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(nint[] to, nint* rows, int[] places, long start, int count)
    {
        for (var i = 0; i < to.Length; i++)
        {
            if (to[i] != 0)
            {
                NativeMemory.Copy((void*)rows[places[i]], (void*)(to[i] + (nint)(start * Size)), (nuint)(count * Size));
            }
        }
    }
}
