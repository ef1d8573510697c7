using System.Numerics;
using System.Runtime.Intrinsics;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>The kernel of one equation with one surrogate; the JIT compiles one for each lane width and element type.</summary>
internal sealed unsafe partial class EquationKernel<TEquation, TGradient, TKind> : FusedKernel
    where TEquation : struct, INeuronEquation
    where TGradient : struct, ISurrogateGradient
    where TKind : struct, ISpikeKind
{
    private readonly TEquation equation;
    private readonly TGradient gradient;
    private readonly SpikeRule rule;
    private readonly bool constantSlopes;

    public EquationKernel(TEquation equation, TGradient gradient, SpikeRule rule)
    {
        (this.equation, this.gradient, this.rule) = (equation, gradient, rule);
        constantSlopes = HasConstantSlopes();
    }

    public override (Tensor Output, Tensor[] Final) Forward(Tensor x, SweepStart start)
    {
        var output = empty_like(x);
        var final = new Tensor[TEquation.Variables];
        for (var i = 0; i < final.Length; i++)
        {
            final[i] = empty(x.shape[1..], dtype: x.dtype);
        }

        if (x.dtype == ScalarType.Float32)
        {
            ForwardOn<float>(x, start, output, final);
        }
        else
        {
            ForwardOn<double>(x, start, output, final);
        }

        return (output, final);
    }

    public override SweepGradients Backward(Tensor x, SweepStart start, Tensor? gradOutput, Tensor?[] gradFinal)
    {
        var gradX = empty_like(x);
        var gradInitial = Array.ConvertAll(start.Initial, initial => initial is null ? null : empty_like(initial));
        var numbers = x.dtype == ScalarType.Float32
            ? BackwardOn<float>(x, start, gradOutput, gradFinal, gradX, gradInitial)
            : BackwardOn<double>(x, start, gradOutput, gradFinal, gradX, gradInitial);
        return new SweepGradients(gradX, gradInitial, numbers);
    }

    private void ForwardOn<T>(Tensor x, SweepStart start, Tensor output, Tensor[] final)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var memory = Memory<T>(x, start);
        memory.Output = SweepMemory<T>.Address(output);
        memory.Final = new VariableMemory<T>(final);
        NeuronRanges.Run(memory.Steps, memory.Neurons, (from, to) =>
        {
            from = Vector512.IsHardwareAccelerated ? ForwardSweep<Four<Lane512<T>, T>, T>(memory, from, to)
                : Vector256.IsHardwareAccelerated ? ForwardSweep<Four<Lane256<T>, T>, T>(memory, from, to)
                : Vector128.IsHardwareAccelerated ? ForwardSweep<Four<Lane128<T>, T>, T>(memory, from, to)
                : from;
            ForwardSweep<ScalarLane<T>, T>(memory, from, to);
        });
    }

    private double[] BackwardOn<T>(Tensor x, SweepStart start, Tensor? gradOutput, Tensor?[] gradFinal, Tensor gradX, Tensor?[] gradInitial)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var memory = Memory<T>(x, start);
        memory.GradOutput = SweepMemory<T>.Address(gradOutput);
        memory.GradFinal = new VariableMemory<T>(gradFinal);
        memory.GradX = SweepMemory<T>.Address(gradX);
        memory.GradInitial = new VariableMemory<T>(gradInitial);

        if (constantSlopes)
        {
            var (inV, inX) = Slopes(ScalarLane<T>.Const(0), ScalarLane<T>.Const(0));
            (memory.SlopeInV, memory.SlopeInX) = (ScalarLane<T>.Sum(inV), ScalarLane<T>.Sum(inX));
        }

        // a sum of its own for each block and number, added in order: the same result for any number of threads
        var blocks = (memory.Neurons / NeuronRanges.BlockSize(memory.Steps)) + 1;
        var sums = new double[blocks * TEquation.Numbers];
        NeuronRanges.Run(memory.Steps, memory.Neurons, (from, to) =>
        {
            if (constantSlopes && Vector512.IsHardwareAccelerated)
            {
                from = BackwardSweep<Four<Lane512<T>, T>, T>(memory, from, to, sums);
            }

            from = Vector512.IsHardwareAccelerated ? BackwardSweep<Lane512<T>, T>(memory, from, to, sums)
                : Vector256.IsHardwareAccelerated ? BackwardSweep<Lane256<T>, T>(memory, from, to, sums)
                : Vector128.IsHardwareAccelerated ? BackwardSweep<Lane128<T>, T>(memory, from, to, sums)
                : from;
            BackwardSweep<ScalarLane<T>, T>(memory, from, to, sums);
        });

        var totals = new double[TEquation.Numbers];
        for (var i = 0; i < sums.Length; i++)
        {
            totals[i % totals.Length] += sums[i];
        }

        return totals;
    }

    private static SweepMemory<T> Memory<T>(Tensor x, SweepStart start)
        where T : unmanaged
    {
        var memory = new SweepMemory<T>
        {
            Steps = x.shape[0],
            Neurons = x.numel() / x.shape[0],
            X = SweepMemory<T>.Address(x),
            Initial = new VariableMemory<T>(start.Initial),
        };
        for (var i = 0; i < start.Rest.Length; i++)
        {
            memory.Rest[i] = start.Rest[i];
        }

        for (var i = 0; i < start.Numbers.Length; i++)
        {
            memory.Numbers[i] = start.Numbers[i];
        }

        return memory;
    }

    /// <summary>True where dH/dV and dH/dX are the same for every potential and input, as in a leaky integrator.</summary>
    private bool HasConstantSlopes()
    {
        var point = new ProbeLane(varies: true);
        var (inV, inX) = Slopes(point, point);
        return TEquation.Variables == 1 && TEquation.Numbers == 0 && TEquation.FiresAsUsual && !inV.Varies && !inX.Varies;
    }

    /// <summary>dH/dV and dH/dX of an equation of one variable without learnable numbers.</summary>
    private (TLane InV, TLane InX) Slopes<TLane>(TLane v, TLane x)
        where TLane : struct, ILane<TLane> =>
        (equation.Charge(new NeuronState<Dual<TLane>>(Dual<TLane>.Variable(v)), Dual<TLane>.Independent(x), default).V.Derivative,
        equation.Charge(new NeuronState<Dual<TLane>>(Dual<TLane>.Independent(v)), Dual<TLane>.Variable(x), default).V.Derivative);
}
