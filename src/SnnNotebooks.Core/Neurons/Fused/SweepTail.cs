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
        Padded = new Sweep(whole)
        {
            X = Sequence(whole.X, whole.XStep, repeat: true),
            Output = Sequence(whole.Output, 0, repeat: false, copy: false),
            GradOutput = Sequence(whole.GradOutput, whole.Neurons * whole.Size, repeat: false),
            GradX = Sequence(whole.GradX, 0, repeat: false, copy: false),
        };
        for (var i = 0; i < whole.Rest.Length; i++)
        {
            Padded.Initial[i] = Row(whole.Initial[i], repeat: true);
            Padded.Final[i] = Row(whole.Final[i], repeat: false);
            Padded.GradFinal[i] = Row(whole.GradFinal[i], repeat: false);
            Padded.GradInitial[i] = Row(whole.GradInitial[i], repeat: false);
        }

        for (var i = 0; i < whole.Rows.Length; i++)
        {
            Padded.Rows[i] = Row(whole.Rows[i], repeat: true);
            Padded.GradRows[i] = Row(whole.GradRows[i], repeat: false);
        }
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

        for (var i = 0; i < whole.Rest.Length; i++)
        {
            Back(whole.Final[i], Padded.Final[i], 0);
            Back(whole.GradInitial[i], Padded.GradInitial[i], 0);
        }

        for (var i = 0; i < whole.GradRows.Length; i++)
        {
            Back(whole.GradRows[i], Padded.GradRows[i], 0);
        }

        blocks.ForEach(block => NativeMemory.AlignedFree((void*)block));
    }

    private void Back(nint to, nint from, long t)
    {
        if (to != 0)
        {
            NativeMemory.Copy((void*)Padded.At(from, t, 0), (void*)whole.At(to, t, start), (nuint)(count * whole.Size));
        }
    }

    private nint Sequence(nint from, long step, bool repeat, bool copy = true)
    {
        if (from == 0)
        {
            return 0;
        }

        var rowBytes = whole.Width * whole.Size;
        var block = Allocate(whole.Steps * rowBytes);
        for (long t = 0; copy && t < whole.Steps; t++)
        {
            Fill(block + (nint)(t * rowBytes), from + (nint)((t * step) + (start * whole.Size)), repeat);
        }

        return block;
    }

    private nint Row(nint from, bool repeat)
    {
        if (from == 0)
        {
            return 0;
        }

        var block = Allocate(whole.Width * whole.Size);
        Fill(block, from + (nint)(start * whole.Size), repeat);
        return block;
    }

    private void Fill(nint to, nint from, bool repeat)
    {
        for (var i = 0; i < whole.Width; i++)
        {
            if (i < count || repeat)
            {
                NativeMemory.Copy((void*)(from + (Math.Min(i, count - 1) * whole.Size)), (void*)(to + (i * whole.Size)), (nuint)whole.Size);
            }
            else
            {
                NativeMemory.Clear((void*)(to + (i * whole.Size)), (nuint)whole.Size);
            }
        }
    }

    private nint Allocate(long bytes)
    {
        var block = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        blocks.Add(block);
        return block;
    }
}
