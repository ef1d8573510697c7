using System.Runtime.InteropServices;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// The last neurons, fewer than a vector, in memory of their own. The vector is filled up with copies of the last neuron, whose
/// gradients come from nowhere and so are zero; what is computed for the others is copied back at the end.
/// </summary>
internal sealed unsafe class SweepTail : IDisposable
{
    private readonly Sweep whole;
    private readonly long start;
    private readonly int count;
    private readonly List<nint> blocks = [];

    public SweepTail(Sweep whole, long start, int count)
    {
        (this.whole, this.start, this.count) = (whole, start, count);
        Padded = whole with
        {
            Neurons = whole.Width,
            XStep = whole.Width * whole.SequenceSize,
            X = Copy(whole.X, whole.Steps, whole.XStep, whole.SequenceSize, repeat: true),
            Output = Room(whole.Output, whole.Steps, whole.SequenceSize),
            GradOutput = Copy(whole.GradOutput, whole.Steps, whole.Neurons * whole.SequenceSize, whole.SequenceSize),
            GradX = Room(whole.GradX, whole.Steps, whole.SequenceSize),
            Initial = Copies(whole.Initial, repeat: true),
            Final = Copies(whole.Final),
            GradFinal = Copies(whole.GradFinal),
            GradInitial = Copies(whole.GradInitial),
            Rows = Copies(whole.Rows, repeat: true),
            GradRows = Copies(whole.GradRows),
            Sums = new double[whole.Numbers.Length],
        };
    }

    /// <summary>The sweep over the copies.</summary>
    public Sweep Padded { get; }

    /// <summary>Copies the results back and frees the copies.</summary>
    public void Dispose()
    {
        for (long t = 0; t < whole.Steps; t++)
        {
            Back(whole.Output, Padded.Output, t);
            Back(whole.GradX, Padded.GradX, t);
        }

        Back(whole.Final, Padded.Final);
        Back(whole.GradInitial, Padded.GradInitial);
        Back(whole.GradRows, Padded.GradRows);
        blocks.ForEach(block => NativeMemory.AlignedFree((void*)block));
    }

    private void Back(nint[] to, nint[] from)
    {
        for (var i = 0; i < to.Length; i++)
        {
            Back(to[i] + (nint)(start * whole.Size), from[i], to[i] == 0, whole.Size);
        }
    }

    private void Back(nint to, nint from, long t) =>
        Back(whole.At(to, t, start), Padded.At(from, t, 0), to == 0, whole.SequenceSize);

    private void Back(nint to, nint from, bool isNowhere, int size)
    {
        if (!isNowhere)
        {
            NativeMemory.Copy((void*)from, (void*)to, (nuint)(count * size));
        }
    }

    private nint[] Copies(nint[] rows, bool repeat = false) => Array.ConvertAll(rows, row => Copy(row, 1, 0, whole.Size, repeat));

    /// <summary>Copies the neurons' elements of each step and fills up with the last one, or with zeros.</summary>
    private nint Copy(nint from, long steps, long stride, int size, bool repeat = false)
    {
        var block = Room(from, steps, size);
        for (long t = 0; block != 0 && t < steps; t++)
        {
            var (source, row) = (from + (nint)((t * stride) + (start * size)), block + (nint)(t * whole.Width * size));
            NativeMemory.Copy((void*)source, (void*)row, (nuint)(count * size));
            for (var i = count * size; i < whole.Width * size; i++)
            {
                *(byte*)(row + i) = repeat ? *(byte*)(row + i - size) : (byte)0;
            }
        }

        return block;
    }

    /// <summary>Memory for a vector of each step, where there is something to copy.</summary>
    private nint Room(nint like, long steps, int size)
    {
        if (like == 0)
        {
            return 0;
        }

        var block = (nint)NativeMemory.AlignedAlloc((nuint)(steps * whole.Width * size), 64);
        blocks.Add(block);
        return block;
    }
}
