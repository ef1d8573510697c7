using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Neurons.Fused;

// The backward sweep: first the charged variables of a block are computed again, then the steps are taken in reverse
// (features spec section 2, "Backward through one neuron"; for several variables each derivative becomes a product with the Jacobian).
internal sealed unsafe partial class EquationKernel<TEquation, TGradient, TKind>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private long BackwardSweep<TLane, T>(SweepMemory<T> memory, long from, long to, double[] sums)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var end = to - ((to - from) % TLane.Width);
        if (end == from)
        {
            return end;
        }

        var nothing = stackalloc double[3];
        var shares = stackalloc double[4];

        // a block's rows: the gradients carried from step to step, zeros, the variables charged at each step, those before each step;
        // of the last, one does where the slopes are constant
        var block = NeuronRanges.BlockSize(memory.Steps);
        var state = TEquation.Variables * (long)block;
        var beforeStride = constantSlopes ? 0 : state;
        var scratch = (T*)NativeMemory.AlignedAlloc((nuint)((block + ((memory.Steps + 2) * state) + (memory.Steps * beforeStride)) * sizeof(T)), 64);
        try
        {
            var zeros = scratch + state;
            var charged = zeros + block;
            var before = charged + (memory.Steps * state);
            new Span<T>(zeros, block).Clear();
            for (var start = from; start < end; start += block)
            {
                var count = (int)Math.Min(block, end - start);
                LoadVariables<TLane, T>(memory.Initial, memory.Rest, before, block, start, count);
                for (long t = 0; t < memory.Steps; t++)
                {
                    var present = before + (t * beforeStride);
                    Recharge<TLane, T>(memory.X + (t * memory.Neurons) + start, present, charged + (t * state), present + beforeStride, memory.Numbers, block, count);
                }

                LoadVariables<TLane, T>(memory.GradFinal, nothing, scratch, block, start, count);
                for (var t = memory.Steps - 1; t >= 0; t--)
                {
                    var row = (t * memory.Neurons) + start;
                    var gradOutput = memory.GradOutput is null ? zeros : memory.GradOutput + row;
                    if (constantSlopes)
                    {
                        ReverseStep<TLane, T>(charged + (t * state), gradOutput, scratch, memory.GradX + row, memory.SlopeInV, memory.SlopeInX, count);
                        continue;
                    }

                    if (TEquation.Numbers > 0 && !TEquation.FiresAsUsual)
                    {
                        ReverseFireNumbers<TLane, T>(charged + (t * state), scratch, memory.Numbers, shares, block, count);
                    }

                    ReverseFire<TLane, T>(charged + (t * state), gradOutput, scratch, memory.Numbers, block, count);
                    if (TEquation.Numbers > 0)
                    {
                        ReverseChargeNumbers<TLane, T>(before + (t * state), memory.X + row, scratch, memory.Numbers, shares, block, count);
                    }

                    ReverseCharge<TLane, T>(before + (t * state), memory.X + row, scratch, memory.GradX + row, memory.Numbers, block, count);
                }

                StoreVariables<TLane, T>(memory.GradInitial, scratch, block, start, count);
                for (var number = 0; number < TEquation.Numbers; number++)
                {
                    sums[(start / block * TEquation.Numbers) + number] += shares[number];
                    shares[number] = 0;
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }

        return end;
    }

    /// <summary>Takes a step again as the forward sweep did, and keeps the charged variables.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Recharge<TLane, T>(T* x, T* before, T* charged, T* after, double* learned, int block, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (step, firing) = (equation, rule);
        var numbers = Numbers<TLane>(learned);
        for (var i = 0; i < count; i += TLane.Width)
        {
            var state = step.Charge(Load<TLane, T>(before + i, block), TLane.Load(x + i), numbers);
            Store(state, charged + i, block);
            if (TEquation.FiresAsUsual)
            {
                var s = Spike<TLane, T>(firing.Distance(state.V), firing);
                Store(new NeuronState<TLane>(firing.After(state.V, s), state.A, state.B), after + i, block);
            }
            else
            {
                var s = Spike<TLane, T>(step.Distance(state, firing), firing);
                Store(step.Fire(state, s, s, numbers, firing), after + i, block);
            }
        }
    }

    /// <summary>Through a whole step whose slopes are constant: <paramref name="carried"/> goes in as dL/dV[t] and comes out as dL/dV[t-1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ReverseStep<TLane, T>(T* charged, T* gradOutput, T* carried, T* gradX, double inV, double inX, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (firing, surrogate) = (rule, gradient);
        var (slopeInV, slopeInX) = (TLane.Const(inV), TLane.Const(inX));
        for (var i = 0; i < count; i += TLane.Width)
        {
            var h = TLane.Load(charged + i);
            var u = firing.Distance(h);
            var sg = surrogate.Gradient(u);
            var gradH = (TLane.Load(gradOutput + i) * sg) + (TLane.Load(carried + i) * firing.Slope(h, Spike<TLane, T>(u, firing), sg));
            (gradH * slopeInX).Store(gradX + i);
            (gradH * slopeInV).Store(carried + i);
        }
    }

    /// <summary>Through firing and reset: <paramref name="carried"/> goes in as dL/d(variables after the step) and comes out as dL/d(charged variables).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ReverseFire<TLane, T>(T* charged, T* gradOutput, T* carried, double* learned, int block, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (step, firing, surrogate) = (equation, rule, gradient);
        var numbers = Numbers<TLane>(learned);
        for (var i = 0; i < count; i += TLane.Width)
        {
            if (TEquation.FiresAsUsual)
            {
                var h = TLane.Load(charged + i);
                var u = firing.Distance(h);
                var sg = surrogate.Gradient(u);
                ((TLane.Load(gradOutput + i) * sg) + (TLane.Load(carried + i) * firing.Slope(h, Spike<TLane, T>(u, firing), sg))).Store(carried + i);
            }
            else
            {
                var state = Load<TLane, T>(charged + i, block);
                var u = step.Distance(state, firing);
                var s = Spike<TLane, T>(u, firing);
                var (weights, output) = (Load<TLane, T>(carried + i, block), TLane.Load(gradOutput + i));
                var gradSpike = SpikeWeight(step, firing, numbers, state, s, weights, output) * surrogate.Gradient(u);
                var v = ChargedWeight(step, firing, numbers, state, s, weights, output, gradSpike, 0);
                var a = TEquation.Variables > 1 ? ChargedWeight(step, firing, numbers, state, s, weights, output, gradSpike, 1) : v;
                var b = TEquation.Variables > 2 ? ChargedWeight(step, firing, numbers, state, s, weights, output, gradSpike, 2) : v;
                Store(new NeuronState<TLane>(v, a, b), carried + i, block);
            }
        }
    }

    /// <summary>Through the charge equation: <paramref name="carried"/> goes in as dL/d(charged variables) and comes out as dL/d(variables before the step).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ReverseCharge<TLane, T>(T* before, T* x, T* carried, T* gradX, double* learned, int block, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var step = equation;
        var numbers = Numbers<TLane>(learned);
        var constants = Vary(numbers, -1);
        for (var i = 0; i < count; i += TLane.Width)
        {
            var weights = Load<TLane, T>(carried + i, block);
            var state = Load<TLane, T>(before + i, block);
            var input = TLane.Load(x + i);
            var still = Dual<TLane>.Independent(input);
            Weigh(weights, step.Charge(Vary(state, -1), Dual<TLane>.Variable(input), constants)).Store(gradX + i);
            var v = Weigh(weights, step.Charge(Vary(state, 0), still, constants));
            var a = TEquation.Variables > 1 ? Weigh(weights, step.Charge(Vary(state, 1), still, constants)) : v;
            var b = TEquation.Variables > 2 ? Weigh(weights, step.Charge(Vary(state, 2), still, constants)) : v;
            Store(new NeuronState<TLane>(v, a, b), carried + i, block);
        }
    }

    /// <summary>The learnable numbers' share of a step whose firing depends on them, before <see cref="ReverseFire"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ReverseFireNumbers<TLane, T>(T* charged, T* carried, double* learned, double* sums, int block, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var (step, firing) = (equation, rule);
        var numbers = Numbers<TLane>(learned);
        for (var number = 0; number < TEquation.Numbers; number++)
        {
            var sum = TLane.Const(0);
            for (var i = 0; i < count; i += TLane.Width)
            {
                var state = Load<TLane, T>(charged + i, block);
                var s = Dual<TLane>.Independent(Spike<TLane, T>(step.Distance(state, firing), firing));
                sum += Weigh(Load<TLane, T>(carried + i, block), step.Fire(Vary(state, -1), s, s, Vary(numbers, number), firing));
            }

            sums[number] += TLane.Sum(sum);
        }
    }

    /// <summary>The learnable numbers' share of charging, between <see cref="ReverseFire"/> and <see cref="ReverseCharge"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ReverseChargeNumbers<TLane, T>(T* before, T* x, T* carried, double* learned, double* sums, int block, int count)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        var step = equation;
        var numbers = Numbers<TLane>(learned);
        for (var number = 0; number < TEquation.Numbers; number++)
        {
            var sum = TLane.Const(0);
            for (var i = 0; i < count; i += TLane.Width)
            {
                var state = Vary(Load<TLane, T>(before + i, block), -1);
                sum += Weigh(Load<TLane, T>(carried + i, block), step.Charge(state, Dual<TLane>.Independent(TLane.Load(x + i)), Vary(numbers, number)));
            }

            sums[number] += TLane.Sum(sum);
        }
    }

    /// <summary>dL/dS[t]: what the output and the variables after the step owe to the spike.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane SpikeWeight<TLane>(
        TEquation step, SpikeRule firing, LearnedNumbers<TLane> numbers, NeuronState<TLane> charged, TLane s, NeuronState<TLane> weights, TLane output)
        where TLane : struct, ILane<TLane>
    {
        var state = Vary(charged, -1);
        var spike = Dual<TLane>.Variable(s);
        var resetting = Dual<TLane>.Along(s, TLane.Const(firing.DetachReset ? 0 : 1));
        var after = step.Fire(state, spike, resetting, Vary(numbers, -1), firing);
        return step.Output(state, spike, firing).AddWeighted(Weigh(weights, after), output);
    }

    /// <summary>dL/d(charged variable), where the spike's share of it is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ChargedWeight<TLane>(
        TEquation step, SpikeRule firing, LearnedNumbers<TLane> numbers, NeuronState<TLane> charged, TLane s, NeuronState<TLane> weights, TLane output, TLane gradSpike, int variable)
        where TLane : struct, ILane<TLane>
    {
        var state = Vary(charged, variable);
        var spike = Dual<TLane>.Independent(s);
        var sum = Weigh(weights, step.Fire(state, spike, spike, Vary(numbers, -1), firing));
        sum = step.Output(state, spike, firing).AddWeighted(sum, output);
        return step.Distance(state, firing).AddWeighted(sum, gradSpike);
    }

    /// <summary>The variables as dual numbers along one of them (0 to 2), or along none (-1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static NeuronState<Dual<TLane>> Vary<TLane>(NeuronState<TLane> state, int variable)
        where TLane : struct, ILane<TLane> => new(
            variable == 0 ? Dual<TLane>.Variable(state.V) : Dual<TLane>.Independent(state.V),
            variable == 1 ? Dual<TLane>.Variable(state.A) : Dual<TLane>.Independent(state.A),
            variable == 2 ? Dual<TLane>.Variable(state.B) : Dual<TLane>.Independent(state.B));

    /// <summary>The learnable numbers as dual numbers along one of them, or along none (-1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LearnedNumbers<Dual<TLane>> Vary<TLane>(LearnedNumbers<TLane> numbers, int number)
        where TLane : struct, ILane<TLane> => new(
            number == 0 ? Dual<TLane>.Variable(numbers.P0) : Dual<TLane>.Independent(numbers.P0),
            number == 1 ? Dual<TLane>.Variable(numbers.P1) : Dual<TLane>.Independent(numbers.P1),
            number == 2 ? Dual<TLane>.Variable(numbers.P2) : Dual<TLane>.Independent(numbers.P2),
            number == 3 ? Dual<TLane>.Variable(numbers.P3) : Dual<TLane>.Independent(numbers.P3));

    /// <summary>The derivatives of the variables, weighted and added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Weigh<TLane>(NeuronState<TLane> weights, NeuronState<Dual<TLane>> derivatives)
        where TLane : struct, ILane<TLane>
    {
        var sum = weights.V * derivatives.V.Derivative;
        sum = TEquation.Variables > 1 ? derivatives.A.AddWeighted(sum, weights.A) : sum;
        return TEquation.Variables > 2 ? derivatives.B.AddWeighted(sum, weights.B) : sum;
    }
}
