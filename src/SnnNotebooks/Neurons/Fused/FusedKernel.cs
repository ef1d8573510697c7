using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>One pass over memory forward, one backward, for a neuron over all its time steps.</summary>
internal abstract class FusedKernel
{
    /// <summary>Runs the neurons.</summary>
    /// <param name="x">Input [T, N], contiguous, float32 or float64, on the CPU.</param>
    /// <param name="vInitial">[N].</param>
    /// <param name="parameter">The learnable number, or null.</param>
    /// <returns>Spikes [T, N] and the final membrane potential [N].</returns>
    public abstract (Tensor Spikes, Tensor VFinal) Forward(Tensor x, Tensor vInitial, Tensor? parameter);

    /// <summary>Runs the reverse sweep; the charged potentials are computed again block by block instead of being kept.</summary>
    /// <returns>Gradients of x [T, N], of the initial potential [N] and of the learnable number.</returns>
    public abstract (Tensor X, Tensor VInitial, double Parameter) Backward(Tensor x, Tensor vInitial, Tensor? parameter, Tensor gradSpikes, Tensor gradVFinal);
}

/// <summary>The kernel of one charge equation with one surrogate; the JIT compiles one for each lane width and element type.</summary>
internal sealed unsafe class FusedKernel<TDynamics, TGradient>(TDynamics dynamics, TGradient gradient, SpikeRule rule) : FusedKernel
    where TDynamics : struct, IParametricDynamics
    where TGradient : struct, ISurrogateGradient
{
    public override (Tensor Spikes, Tensor VFinal) Forward(Tensor x, Tensor vInitial, Tensor? parameter)
    {
        var spikes = empty_like(x);
        var vFinal = empty_like(vInitial);
        if (x.dtype == ScalarType.Float32)
        {
            ForwardOn<float>(x, vInitial, parameter, spikes, vFinal);
        }
        else
        {
            ForwardOn<double>(x, vInitial, parameter, spikes, vFinal);
        }

        return (spikes, vFinal);
    }

    public override (Tensor X, Tensor VInitial, double Parameter) Backward(Tensor x, Tensor vInitial, Tensor? parameter, Tensor gradSpikes, Tensor gradVFinal)
    {
        var gradX = empty_like(x);
        var gradV = empty_like(vInitial);
        var gradParameter = x.dtype == ScalarType.Float32
            ? BackwardOn<float>(x, vInitial, parameter, gradSpikes, gradVFinal, gradX, gradV)
            : BackwardOn<double>(x, vInitial, parameter, gradSpikes, gradVFinal, gradX, gradV);
        return (gradX, gradV, gradParameter);
    }

    private void ForwardOn<T>(Tensor x, Tensor vInitial, Tensor? parameter, Tensor spikes, Tensor vFinal)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var memory = Memory<T>(x, vInitial, parameter);
        memory.Spikes = SweepMemory<T>.Address(spikes);
        memory.VFinal = SweepMemory<T>.Address(vFinal);
        NeuronRanges.Run(memory.Steps, memory.Neurons, (from, to) =>
        {
            from = Vector512.IsHardwareAccelerated ? ForwardSweep<Lane512<T>, T>(memory, from, to)
                : Vector256.IsHardwareAccelerated ? ForwardSweep<Lane256<T>, T>(memory, from, to)
                : Vector128.IsHardwareAccelerated ? ForwardSweep<Lane128<T>, T>(memory, from, to)
                : from;
            ForwardSweep<ScalarLane<T>, T>(memory, from, to);
        });
    }

    private double BackwardOn<T>(Tensor x, Tensor vInitial, Tensor? parameter, Tensor gradSpikes, Tensor gradVFinal, Tensor gradX, Tensor gradV)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var memory = Memory<T>(x, vInitial, parameter);
        memory.GradSpikes = SweepMemory<T>.Address(gradSpikes);
        memory.GradVFinal = SweepMemory<T>.Address(gradVFinal);
        memory.GradX = SweepMemory<T>.Address(gradX);
        memory.GradVInitial = SweepMemory<T>.Address(gradV);

        // one sum for each block, added in order: the same result for any number of threads
        var sums = new double[(memory.Neurons / NeuronRanges.BlockSize(memory.Steps)) + 1];
        NeuronRanges.Run(memory.Steps, memory.Neurons, (from, to) =>
        {
            from = Vector512.IsHardwareAccelerated ? BackwardSweep<Lane512<T>, T>(memory, from, to, sums)
                : Vector256.IsHardwareAccelerated ? BackwardSweep<Lane256<T>, T>(memory, from, to, sums)
                : Vector128.IsHardwareAccelerated ? BackwardSweep<Lane128<T>, T>(memory, from, to, sums)
                : from;
            BackwardSweep<ScalarLane<T>, T>(memory, from, to, sums);
        });
        return sums.Sum();
    }

    /// <summary>Takes as many of the neurons from..to as fill whole lanes; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long ForwardSweep<TLane, T>(SweepMemory<T> memory, long from, long to)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (equation, firing) = (dynamics, rule); // locals: a store through a pointer could change a field, so fields cannot stay in registers
        var end = to - ((to - from) % TLane.Width);
        var block = NeuronRanges.BlockSize(memory.Steps);
        var v = stackalloc T[block];
        var p = TLane.Const(memory.Parameter);
        var threshold = TLane.Const(firing.Threshold);
        for (var start = from; start < end; start += block)
        {
            var count = (int)Math.Min(block, end - start);
            for (var i = 0; i < count; i += TLane.Width)
            {
                TLane.Load(memory.VInitial + start + i).Store(v + i);
            }

            for (long t = 0; t < memory.Steps; t++)
            {
                var x = memory.X + (t * memory.Neurons) + start;
                var spikes = memory.Spikes + (t * memory.Neurons) + start;
                for (var i = 0; i < count; i += TLane.Width)
                {
                    var h = equation.Charge(TLane.Load(v + i), TLane.Load(x + i), p);
                    var s = TLane.Step(h - threshold);
                    s.Store(spikes + i);
                    firing.After(h, s).Store(v + i);
                }
            }

            for (var i = 0; i < count; i += TLane.Width)
            {
                TLane.Load(v + i).Store(memory.VFinal + start + i);
            }
        }

        return end;
    }

    private long BackwardSweep<TLane, T>(SweepMemory<T> memory, long from, long to, double[] sums)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var end = to - ((to - from) % TLane.Width);
        var block = NeuronRanges.BlockSize(memory.Steps);
        var scratch = (T*)NativeMemory.AlignedAlloc((nuint)(((2 * memory.Steps) + 2) * block * sizeof(T)), 64);
        try
        {
            for (var start = from; start < end; start += block)
            {
                var count = (int)Math.Min(block, end - start);
                Recharge<TLane, T>(memory, scratch, block, start, count);
                sums[start / block] += Reverse<TLane, T>(memory, scratch, block, start, count);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }

        return end;
    }

    /// <summary>
    /// Fills the scratch with V[-1] (row 0) and the charged potentials H[0..T-1] (rows 1..T), as the forward sweep had them; row T+1
    /// is for the reverse sweep. The input follows (rows T+2..2T+1): where N is a power of two the rows of x, of the gradient and of
    /// the result compete for the same cache lines, and x would have to come from memory twice.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Recharge<TLane, T>(SweepMemory<T> memory, T* scratch, int block, long start, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (equation, firing) = (dynamics, rule);
        var p = TLane.Const(memory.Parameter);
        for (var i = 0; i < count; i += TLane.Width)
        {
            TLane.Load(memory.VInitial + start + i).Store(scratch + i);
        }

        for (long t = 0; t < memory.Steps; t++)
        {
            var x = memory.X + (t * memory.Neurons) + start;
            var before = scratch + (t * block);
            var copy = scratch + ((memory.Steps + 2 + t) * block);
            for (var i = 0; i < count; i += TLane.Width)
            {
                var input = TLane.Load(x + i);
                input.Store(copy + i);
                equation.Charge(Potential<TLane, T>(firing, before + i, t), input, p).Store(before + block + i);
            }
        }
    }

    /// <summary>
    /// The reverse sweep over one block (features spec section 2, "Backward through one neuron"); returns the learnable number's
    /// gradient. One method for each stage of a row, because the JIT stops inlining in a method that holds them all.
    /// </summary>
    private double Reverse<TLane, T>(SweepMemory<T> memory, T* scratch, int block, long start, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var carried = scratch + ((memory.Steps + 1) * block);
        for (var i = 0; i < count; i += TLane.Width)
        {
            TLane.Load(memory.GradVFinal + start + i).Store(carried + i);
        }

        var sum = 0.0;
        for (var t = memory.Steps - 1; t >= 0; t--)
        {
            var row = (t * memory.Neurons) + start;
            var before = scratch + (t * block);
            var input = carried + ((t + 1) * block);
            ReverseFire<TLane, T>(before + block, memory.GradSpikes + row, carried, count);
            if (TDynamics.IsParametric)
            {
                sum += ReverseParameter<TLane, T>(before, t, input, carried, memory.Parameter, count);
            }

            ReverseCharge<TLane, T>(before, t, input, carried, memory.GradX + row, memory.Parameter, count);
        }

        for (var i = 0; i < count; i += TLane.Width)
        {
            TLane.Load(carried + i).Store(memory.GradVInitial + start + i);
        }

        return sum;
    }

    /// <summary>Through firing and reset: <paramref name="carried"/> goes in as dL/dV[t] and comes out as dL/dH[t].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReverseFire<TLane, T>(T* charged, T* gradSpikes, T* carried, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (firing, surrogate) = (rule, gradient);
        var threshold = TLane.Const(firing.Threshold);
        for (var i = 0; i < count; i += TLane.Width)
        {
            var h = TLane.Load(charged + i);
            var u = h - threshold;
            var sg = surrogate.Gradient(u);
            ((TLane.Load(gradSpikes + i) * sg) + (TLane.Load(carried + i) * firing.Slope(h, TLane.Step(u), sg))).Store(carried + i);
        }
    }

    /// <summary>Through the charge equation: <paramref name="carried"/> goes in as dL/dH[t] and comes out as dL/dV[t-1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReverseCharge<TLane, T>(T* before, long t, T* input, T* carried, T* gradX, double parameter, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (equation, firing) = (dynamics, rule);
        var p = Dual<TLane>.Const(parameter);
        for (var i = 0; i < count; i += TLane.Width)
        {
            var gradH = TLane.Load(carried + i);
            var v = Potential<TLane, T>(firing, before + i, t);
            var x = TLane.Load(input + i);
            (gradH * equation.Charge(Dual<TLane>.Independent(v), Dual<TLane>.Variable(x), p).Derivative).Store(gradX + i);
            (gradH * equation.Charge(Dual<TLane>.Variable(v), Dual<TLane>.Independent(x), p).Derivative).Store(carried + i);
        }
    }

    /// <summary>The learnable number's share of a row: the sum of dL/dH[t] dH/dp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double ReverseParameter<TLane, T>(T* before, long t, T* input, T* carried, double parameter, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (equation, firing) = (dynamics, rule);
        var p = Dual<TLane>.Variable(TLane.Const(parameter));
        var sum = TLane.Const(0);
        for (var i = 0; i < count; i += TLane.Width)
        {
            var v = Dual<TLane>.Independent(Potential<TLane, T>(firing, before + i, t));
            sum += TLane.Load(carried + i) * equation.Charge(v, Dual<TLane>.Independent(TLane.Load(input + i)), p).Derivative;
        }

        return TLane.Sum(sum);
    }

    /// <summary>V[t-1]: the initial potential at t = 0, else the charged potential of the step before, reset again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Potential<TLane, T>(SpikeRule firing, T* before, long t)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var stored = TLane.Load(before);
        return t == 0 ? stored : firing.After(stored, TLane.Step(stored - TLane.Const(firing.Threshold)));
    }

    private static SweepMemory<T> Memory<T>(Tensor x, Tensor vInitial, Tensor? parameter)
        where T : unmanaged => new()
        {
            Steps = x.shape[0],
            Neurons = vInitial.numel(),
            Parameter = parameter is null ? 0 : parameter.dtype == ScalarType.Float64 ? parameter.item<double>() : parameter.item<float>(),
            X = SweepMemory<T>.Address(x),
            VInitial = SweepMemory<T>.Address(vInitial),
        };
}
