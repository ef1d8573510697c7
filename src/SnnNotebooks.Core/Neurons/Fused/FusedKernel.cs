using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Neurons.Fused.Normalisation;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>What a sweep runs on, besides the input.</summary>
/// <param name="Initial">The variables before the first step, [N] each, contiguous; null for one that starts at rest.</param>
/// <param name="Rest">Where a variable starts that is not given.</param>
/// <param name="Shared">
/// The learned or set numbers that are the same for all neurons, in order, float64 on the input's device; null where there is none.
/// </param>
/// <param name="Rows">The numbers that differ from neuron to neuron, [N] each, contiguous; null for others.</param>
/// <param name="Normalisation">What the neurons see the input through, on the CPU in float32; null for nothing.</param>
internal sealed record SweepStart(
    Tensor?[] Initial, double[] Rest, Tensor? Shared, Tensor?[] Rows, ChannelNormalisation? Normalisation = null);

/// <summary>What a backward sweep gives.</summary>
/// <param name="X">Gradient of the input [T, N]; of a normalised one that is the same at every step, [1, N].</param>
/// <param name="Initial">Gradients of the initial variables, [N] each; null for those that start at rest.</param>
/// <param name="Shared">Gradients of the numbers that are the same for all neurons, float64; null where there is none.</param>
/// <param name="Rows">Gradients of those that differ from neuron to neuron, [N] each.</param>
/// <param name="Channels">Gradients of the weights and biases of a normalisation, [C] each.</param>
internal sealed record SweepGradients(
    Tensor X, Tensor?[] Initial, Tensor? Shared, Tensor?[] Rows, (float[] Weight, float[] Bias)? Channels = null);

/// <summary>
/// One pass over memory forward, one backward, for a neuron over all its time steps. A block of neurons at a time passes through all
/// steps in a generated loop, its variables in the first-level cache.
/// </summary>
/// <param name="trace">A step of the neuron.</param>
internal sealed unsafe class FusedKernel(StepTrace trace)
{
    private const int ForwardBlock = 512;
    private const int MostShares = 32; // of a normalised input, whose channels' sums each share has of its own

    private readonly Lazy<StepPrograms> singles = new(() => new StepPrograms(trace, single: true));
    private readonly Lazy<StepPrograms> doubles = new(() => new StepPrograms(trace, single: false));
    private readonly Lazy<CudaSweep> cuda = new(() => new CudaSweep(trace, CudaLauncher.Instance));

    /// <summary>Runs the neurons.</summary>
    /// <param name="x">
    /// Input [T, N] on the CPU or a CUDA device, each step contiguous: float32, float64, or float16 and bfloat16, which are computed with
    /// in float32.
    /// </param>
    /// <param name="start">The state to start from.</param>
    /// <returns>Output [T, N] (the spikes) in the input's type, and the variables after the last step, [N] each.</returns>
    public (Tensor Output, Tensor[] Final) Forward(Tensor x, SweepStart start)
    {
        if (x.device_type == DeviceType.CUDA)
        {
            return cuda.Value.Forward(x, start);
        }

        var shape = x.shape;
        var output = TensorBlocks.Empty(shape, x.dtype);
        var final = new Tensor[trace.Variables];
        for (var i = 0; i < final.Length; i++)
        {
            final[i] = TensorBlocks.Empty(shape[1..], x.StateType());
        }

        var programs = Programs(x);
        var sweep = new Sweep(x, start, Numbers(start.Shared)) { Output = Sweep.Address(output), Final = Sweep.Addresses(final) };
        NeuronRanges.Run(sweep.Steps, sweep.Neurons, ForwardBlock, (from, to) => Forward(sweep, programs, from, to));
        GC.KeepAlive(x); // the sweep knows addresses only
        GC.KeepAlive(start);
        return (output, final);
    }

    /// <summary>Runs the reverse sweep; the charged variables are computed again block by block instead of being kept.</summary>
    /// <param name="x">The input of the forward sweep.</param>
    /// <param name="start">Its start.</param>
    /// <param name="gradOutput">Gradient of the output [T, N], contiguous; null for zero.</param>
    /// <param name="gradFinal">Gradients of the final variables, contiguous; null for zero.</param>
    public SweepGradients Backward(Tensor x, SweepStart start, Tensor? gradOutput, Tensor?[] gradFinal)
    {
        if (x.device_type == DeviceType.CUDA)
        {
            return cuda.Value.Backward(x, start, gradOutput, gradFinal);
        }

        var (shape, normalisation) = (x.shape, start.Normalisation);
        var gradX = TensorBlocks.Empty(normalisation is not null && x.stride(0) == 0 ? [1, .. shape[1..]] : shape, x.dtype);
        var gradInitial = Array.ConvertAll(start.Initial, initial => initial is null ? null : empty_like(initial));
        var gradRows = Array.ConvertAll(start.Rows, row => row is null ? null : zeros_like(row));
        var programs = Programs(x);
        var block = BackwardBlock(programs, shape[0]);
        var sweep = new Sweep(x, start, Numbers(start.Shared))
        {
            GradOutput = Sweep.Address(gradOutput),
            GradFinal = Sweep.Addresses(gradFinal),
            GradX = Sweep.Address(gradX),
            GradInitial = Sweep.Addresses(gradInitial),
            GradRows = Sweep.Addresses(gradRows),

            // a sum of its own for each block and number, added in order: the same result for any number of threads
            Sums = new double[((x.numel() / shape[0] / block) + 1) * Summed(programs)],
        };
        (float[] Weight, float[] Bias)? gradChannels = null;
        if (normalisation is null)
        {
            NeuronRanges.Run(sweep.Steps, sweep.Neurons, block, (from, to) => Backward(sweep, programs, from, to, null));
        }
        else
        {
            gradChannels = normalisation.Finish(sweep.Channels, sweep.GradChannels, Shares(sweep, programs, block));
        }

        GC.KeepAlive(x); // the sweep knows addresses only
        GC.KeepAlive(start);
        GC.KeepAlive(gradOutput);
        GC.KeepAlive(gradFinal);
        var totals = new double[trace.Numbers.Count];
        for (var i = 0; i < sweep.Sums.Length; i++)
        {
            totals[i % totals.Length] += sweep.Sums[i];
        }

        var shared = start.Shared is null
            ? null
            : tensor([.. trace.Shared.Select(i => totals[i])], dtype: ScalarType.Float64, device: CPU);
        return new SweepGradients(gradX, gradInitial, shared, gradRows, gradChannels);
    }

    /// <summary>
    /// Few enough neurons for their rows to stay in the cache, and enough of them for the memory to be read ahead. What is summed over the
    /// neurons is summed in floats within a block: there the blocks are those of always, for the same bits as always.
    /// </summary>
    private static int BackwardBlock(StepPrograms programs, long steps) =>
        programs.Reverse.Sums.Count > 0 ? (int)Math.Clamp(16384 / Math.Max(steps, 1) / 64 * 64, 256, 1024) : 512;

    /// <summary>How many numbers have sums, those without one counted; 0 where none has.</summary>
    private int Summed(StepPrograms programs) => programs.Reverse.Sums.Count > 0 ? trace.Numbers.Count : 0;

    private int[] Places(Func<int, int> row) => [.. Enumerable.Range(0, trace.Variables).Select(row)];

    private StepPrograms Programs(Tensor x) => (x.dtype == ScalarType.Float64 ? doubles : singles).Value;

    /// <summary>The values of the shared numbers by number; 0 for others.</summary>
    private double[] Numbers(Tensor? shared)
    {
        var numbers = new double[trace.Numbers.Count];
        foreach (var (value, number) in (shared?.data<double>() ?? Enumerable.Empty<double>()).Zip(trace.Shared))
        {
            numbers[number] = value;
        }

        return numbers;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private void Forward(Sweep sweep, StepPrograms programs, long from, long to)
    {
        var whole = to - ((to - from) % sweep.Width);
        var variables = trace.Variables;
        var normal = variables + (sweep.IsLow ? 2 : 0);
        using (var scratch = new Scratch(ForwardBlock * sweep.Size, normal + sweep.NormalRows))
        fixed (double* numbers = programs.Forward.Given(sweep.Numbers))
        {
            // rows: the variables at rest; floats of low input and output; the normalised input's
            var streams = sweep.Streams(sweep.Output);
            var forward = streams ? programs.Forward.Streaming : programs.Forward.Code;
            var rows = stackalloc Row[StepRows.Count(variables, trace.Numbers.Count)];
            for (var i = 0; i < variables; i++)
            {
                sweep.Fill(scratch.Row(i), sweep.Rest[i], ForwardBlock);
            }

            for (var start = from; start < whole; start += ForwardBlock)
            {
                var count = (int)Math.Min(ForwardBlock, whole - start);
                var place = (nint)(start * sweep.Size);
                var x = sweep.Input(scratch.Row(normal), scratch.Bytes(1), start, count);
                sweep.Point(rows, start);
                for (var i = 0; i < variables; i++)
                {
                    rows[StepRows.Before(i)] = new Row(sweep.Initial[i] == 0 ? scratch.Row(i) : sweep.Initial[i] + place, 0);
                    rows[StepRows.After(i)] = new Row(sweep.Final[i] + place, 0);
                }

                for (long t = 0; t < sweep.Steps; t += sweep.AtOnce)
                {
                    var output = sweep.At(sweep.Output, t, start);
                    rows[StepRows.X] = new Row(sweep.Read(x.Address + (nint)(t * x.Step), scratch.Row(variables), count), x.Step);
                    rows[StepRows.Output] = new Row(sweep.Writing(output, scratch.Row(variables + 1)), sweep.Step);
                    forward(rows, numbers, null, count, sweep.AtOnce);
                    sweep.Write(output, rows[StepRows.Output].Address, count);
                    for (var i = 0; i < variables; i++)
                    {
                        rows[StepRows.Before(i)] = rows[StepRows.After(i)];
                    }
                }
            }

            if (streams)
            {
                LoopCompiler.EndStreams();
            }
        }

        if (whole < to)
        {
            using var tail = new SweepTail(sweep, whole, (int)(to - whole));
            Forward(tail.Padded, programs, 0, sweep.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private void Backward(Sweep sweep, StepPrograms programs, long from, long to, double* channels)
    {
        var whole = to - ((to - from) % sweep.Width);
        var (block, summed) = (BackwardBlock(programs, sweep.Steps), Summed(programs));

        // rows: the gradients carried from step to step; zeros; floats of low input, gradient of the output and of the input;
        // of each step the charged variables and, where needed, those before it; the normalised input's; what its gradient's sums need
        var (variables, steps) = (trace.Variables, sweep.Steps);
        var charged = variables + 1 + (sweep.IsLow ? 3 : 0);
        var before = charged + (programs.ReadsCharged ? steps * variables : 0);
        var beforeStep = programs.ReadsBefore ? variables : 0;
        var normal = before + variables + (steps * beforeStep);
        var gradient = normal + sweep.NormalRows;
        var isSummed = channels != null && sweep.Presented < steps; // the gradient of an input that is the same at every step
        using (var scratch = new Scratch(block * sweep.Size, gradient + (channels == null ? 0 : 2 + (isSummed ? steps : 0))))
        fixed (double* numbers = programs.Reverse.Given(sweep.Numbers), chargeNumbers = programs.Recharge?.Given(sweep.Numbers))
        {
            var streams = channels == null && sweep.Streams(sweep.GradX); // the channels' sums read it again
            var reverse = streams ? programs.Reverse.Streaming : programs.Reverse.Code;
            var (recharge, readsX) = (programs.Recharge?.Code, programs.ReadsX);
            var (state, gradients) = (Places(StepRows.Before), Places(StepRows.Carried));
            var zeros = new double[variables];
            var sums = stackalloc double[trace.Numbers.Count];
            var rows = stackalloc Row[StepRows.Count(variables, trace.Numbers.Count)];
            new Span<byte>((void*)scratch.Row(variables), block * sweep.Size).Clear();
            for (var i = 0; i < variables; i++)
            {
                rows[StepRows.Carried(i)] = new Row(scratch.Row(i), 0);
            }

            for (var start = from; start < whole; start += block)
            {
                var count = (int)Math.Min(block, whole - start);
                for (var i = 0; i < variables; i++)
                {
                    rows[StepRows.Before(i)] = new Row(scratch.Row(before + i), 0);
                }

                sweep.Load(sweep.Initial, sweep.Rest, rows, state, start, count);
                sweep.Point(rows, start);
                var x = sweep.Input(scratch.Row(normal), scratch.Bytes(1), start, count);
                var gradX = isSummed
                    ? new Row(scratch.Row(gradient + 2), scratch.Bytes(1))
                    : new Row(sweep.At(sweep.GradX, 0, start), sweep.Step);
                for (long t = 0; recharge is not null && t < steps; t += sweep.AtOnce)
                {
                    Rows(rows, scratch, charged + (t * variables), before + (t * beforeStep), beforeStep, 1);
                    rows[StepRows.X] = new Row(sweep.Read(x.Address + (nint)(t * x.Step), scratch.Row(variables + 1), count), x.Step);
                    recharge(rows, chargeNumbers, null, count, sweep.AtOnce);
                }

                sweep.Load(sweep.GradFinal, zeros, rows, gradients, start, count);
                for (var t = steps - 1; t >= 0; t -= sweep.AtOnce)
                {
                    Rows(rows, scratch, charged + (t * variables), before + (t * beforeStep), beforeStep, -1);
                    if (readsX)
                    {
                        rows[StepRows.X] = new Row(
                            sweep.Read(x.Address + (nint)(t * x.Step), scratch.Row(variables + 1), count), -x.Step);
                    }

                    var gradAt = gradX.Address + (nint)(t * gradX.Step);
                    rows[StepRows.GradOutput] = sweep.GradOutput == 0
                        ? new Row(scratch.Row(variables), 0)
                        : new Row(sweep.Read(sweep.At(sweep.GradOutput, t, start), scratch.Row(variables + 2), count), -sweep.Step);
                    rows[StepRows.GradX] = new Row(sweep.Writing(gradAt, scratch.Row(variables + 3)), -gradX.Step);
                    reverse(rows, numbers, sums, count, sweep.AtOnce);
                    sweep.Write(gradAt, rows[StepRows.GradX].Address, count);
                }

                if (channels != null)
                {
                    if (isSummed)
                    {
                        sweep.SumSteps(gradX, (float*)sweep.At(sweep.GradX, 0, start), count);
                    }

                    sweep.Normalisation!.AddSums(
                        sweep.Channels, sweep.GradChannels, start, count, (float*)scratch.Row(normal), (float*)scratch.Row(gradient),
                        channels);
                }

                sweep.Store(sweep.GradInitial, rows, gradients, start, count);
                for (var i = 0; i < summed; i++)
                {
                    sweep.Sums[(start / block * summed) + i] += sums[i];
                    sums[i] = 0;
                }
            }

            if (streams)
            {
                LoopCompiler.EndStreams();
            }
        }

        if (whole < to)
        {
            using var tail = new SweepTail(sweep, whole, (int)(to - whole));
            Backward(tail.Padded, programs, 0, sweep.Width, null);
            for (var i = 0; i < summed; i++)
            {
                sweep.Sums[(whole / block * summed) + i] += tail.Padded.Sums[i];
            }
        }
    }

    /// <summary>
    /// The backward sweep of a normalised input, in shares that do not depend on the number of threads; each has sums of its own of the
    /// channels' gradients.
    /// </summary>
    private double[] Shares(Sweep sweep, StepPrograms programs, int block)
    {
        var (blocks, each) = ((sweep.Neurons + block - 1) / block, sweep.Normalisation!.Sums);
        var shares = Math.Min(MostShares, blocks);
        var sums = new double[shares * each];
        NeuronRanges.Run(sweep.Steps * sweep.Neurons / shares, shares, 1, (from, to) =>
        {
            for (var share = from; share < to; share++)
            {
                fixed (double* own = &sums[share * each])
                {
                    var end = Math.Min(blocks * (share + 1) / shares * block, sweep.Neurons);
                    Backward(sweep, programs, blocks * share / shares * block, end, own);
                }
            }
        });
        return sums;
    }

    /// <summary>Points to what the scratch memory has of a step, and of those after it (or, by -1, before it).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(Row* rows, Scratch scratch, long charged, long before, long beforeStep, int direction)
    {
        var (chargedBytes, beforeBytes) = (direction * scratch.Bytes(trace.Variables), direction * scratch.Bytes(beforeStep));
        for (var i = 0; i < trace.Variables; i++)
        {
            rows[StepRows.Charged(i)] = new Row(scratch.Row(charged + i), chargedBytes);
            rows[StepRows.Before(i)] = new Row(scratch.Row(before + i), beforeBytes);
            rows[StepRows.After(i)] = new Row(scratch.Row(before + beforeStep + i), beforeBytes);
        }
    }

    /// <summary>
    /// Rows of memory for one block, a quarter of a page behind a page. Processors first look by the address within a page for the store
    /// that a load has to wait for. Large tensors begin at a page, and so do their rows of a power of two: from scratch memory that lies
    /// just before or behind them within its page, as chance had it in each process, loads waited for stores of others.
    /// </summary>
    private readonly struct Scratch(int rowBytes, long count) : IDisposable
    {
        private const int PageBytes = 4096;
        private const int Beyond = PageBytes / 4;

        private readonly nint memory = (nint)NativeMemory.AlignedAlloc((nuint)((rowBytes * count) + Beyond), PageBytes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public nint Row(long index) => memory + Beyond + Bytes(index);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public nint Bytes(long rows) => (nint)(rows * rowBytes);

        public void Dispose() => NativeMemory.AlignedFree((void*)memory);
    }
}
