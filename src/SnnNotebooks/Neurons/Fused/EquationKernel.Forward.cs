using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons.Fused;

// The forward sweep. The loops are methods of their own, compiled once and for all (tiered compilation would inline differently each time).
internal sealed unsafe partial class EquationKernel<TEquation, TGradient, TKind>
{
    /// <summary>Takes as many of the neurons from..to as fill whole lanes; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private long ForwardSweep<TLane, T>(SweepMemory<T> memory, long from, long to)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var end = to - ((to - from) % TLane.Width);
        const int block = 1024; // its variables stay in the first-level cache while all steps pass
        var variables = stackalloc T[block * TEquation.Variables];
        for (var start = from; start < end; start += block)
        {
            var count = (int)Math.Min(block, end - start);
            LoadVariables<TLane, T>(memory.Initial, memory.Rest, variables, block, start, count);
            for (long t = 0; t < memory.Steps; t++)
            {
                var row = (t * memory.Neurons) + start;
                ForwardStep<TLane, T>(memory.X + row, memory.Output + row, variables, memory.Numbers, block, count);
            }

            StoreVariables<TLane, T>(memory.Final, variables, block, start, count);
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ForwardStep<TLane, T>(T* x, T* output, T* variables, double* learned, int block, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (step, firing) = (equation, rule); // locals: a store through a pointer could change a field, so fields cannot stay in registers
        var numbers = Numbers<TLane>(learned);
        for (var i = 0; i < count; i += TLane.Width)
        {
            var charged = step.Charge(Load<TLane, T>(variables + i, block), TLane.Load(x + i), numbers);
            if (TEquation.FiresAsUsual)
            {
                var s = Spike<TLane, T>(firing.Distance(charged.V), firing);
                s.Store(output + i);
                Store(new NeuronState<TLane>(firing.After(charged.V, s), charged.A, charged.B), variables + i, block);
            }
            else
            {
                var s = Spike<TLane, T>(step.Distance(charged, firing), firing);
                step.Output(charged, s, firing).Store(output + i);
                Store(step.Fire(charged, s, s, numbers, firing), variables + i, block);
            }
        }
    }

    /// <summary>The spike; also more than one at once, where the rule counts them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Spike<TLane, T>(TLane distance, SpikeRule firing)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged => TKind.Counts ? TLane.Round(TLane.Clamp(distance, 0, firing.Levels)) : TLane.Step(distance);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LearnedNumbers<TLane> Numbers<TLane>(double* learned)
        where TLane : struct, ILane<TLane> => TEquation.Numbers switch
        {
            0 => default,
            1 => new(TLane.Const(learned[0])),
            2 => new(TLane.Const(learned[0]), TLane.Const(learned[1])),
            3 => new(TLane.Const(learned[0]), TLane.Const(learned[1]), TLane.Const(learned[2])),
            _ => new(TLane.Const(learned[0]), TLane.Const(learned[1]), TLane.Const(learned[2]), TLane.Const(learned[3])),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static NeuronState<TLane> Load<TLane, T>(T* from, int block)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged => TEquation.Variables switch
        {
            1 => new(TLane.Load(from)),
            2 => new(TLane.Load(from), TLane.Load(from + block)),
            _ => new(TLane.Load(from), TLane.Load(from + block), TLane.Load(from + (2 * block))),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane, T>(NeuronState<TLane> state, T* to, int block)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        state.V.Store(to);
        if (TEquation.Variables > 1)
        {
            state.A.Store(to + block);
        }

        if (TEquation.Variables > 2)
        {
            state.B.Store(to + (2 * block));
        }
    }

    /// <summary>Fills one row of the block for each variable: from memory, or with a constant where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LoadVariables<TLane, T>(VariableMemory<T> from, double* rest, T* variables, int block, long start, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        for (var variable = 0; variable < TEquation.Variables; variable++)
        {
            var constant = TLane.Const(rest[variable]);
            var source = from[variable];
            var row = variables + (variable * block);
            for (var i = 0; i < count; i += TLane.Width)
            {
                (source is null ? constant : TLane.Load(source + start + i)).Store(row + i);
            }
        }
    }

    /// <summary>Brings the rows of the block to memory, where they are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void StoreVariables<TLane, T>(VariableMemory<T> to, T* variables, int block, long start, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        for (var variable = 0; variable < TEquation.Variables; variable++)
        {
            var target = to[variable];
            var row = variables + (variable * block);
            for (var i = 0; target is not null && i < count; i += TLane.Width)
            {
                TLane.Load(row + i).Store(target + start + i);
            }
        }
    }
}
