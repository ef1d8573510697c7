using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>A neuron over all its time steps as one kernel forward, one backward:
/// what <see cref="FusedKernel"/> does, on a device.</summary>
/// <param name="trace">The step.</param>
/// <param name="launcher">What runs the kernels.</param>
internal sealed class CudaSweep(StepTrace trace, IKernelLauncher launcher)
{
    private const long Shares = 1024;

    private readonly ConcurrentDictionary<bool, SweepCode> codes = new();
    private readonly ConcurrentDictionary<(bool Single, int Chunk), string> sources = new(); // chunk 0: forward

    /// <inheritdoc cref="FusedKernel.Forward(Tensor, SweepStart)"/>
    public (Tensor Output, Tensor[] Final) Forward(Tensor x, SweepStart start)
    {
        var output = empty(x.shape, dtype: x.dtype, device: x.device);
        var final = new Tensor[trace.Variables];
        for (var i = 0; i < final.Length; i++)
        {
            final[i] = empty(x.shape[1..], dtype: x.dtype, device: x.device);
        }

        var neurons = output.numel() / x.shape[0];
        if (neurons > 0)
        {
            var code = Code(x);
            Launch(
                Source(x, 0),
                "forward",
                neurons,
                x,
                [
                    Sweep.Address(x), x.stride(0), x.shape[0], neurons, Sweep.Address(output),
                    .. Addresses(start.Initial), .. Addresses(final), .. Bits(start.Rest), .. Addresses(start.Rows),
                    .. Bits(code.Programs.Forward.Given(start.Numbers)),
                ]);
        }

        GC.KeepAlive(start); // the kernel knows addresses only
        return (output, final);
    }

    /// <inheritdoc cref="FusedKernel.Backward(Tensor, SweepStart, Tensor, Tensor[])"/>
    public SweepGradients Backward(Tensor x, SweepStart start, Tensor? gradOutput, Tensor?[] gradFinal)
    {
        var gradX = empty(x.shape, dtype: x.dtype, device: x.device);
        var gradInitial = Array.ConvertAll(start.Initial, initial => initial is null ? null : empty_like(initial));
        var gradRows = Array.ConvertAll(start.Rows, row => row is null ? null : empty_like(row));
        var totals = new double[trace.Numbers.Count];
        var (steps, neurons) = (x.shape[0], gradX.numel() / x.shape[0]);
        if (neurons > 0)
        {
            var programs = Code(x).Programs;
            var chunk = SweepCode.Chunk(steps);
            var sums = new Tensor?[totals.Length];
            foreach (var (_, sum) in programs.Reverse.Sums)
            {
                sums[sum] = empty(neurons, dtype: ScalarType.Float64, device: x.device);
            }

            using var kept = programs.Recharge is null || steps <= chunk
                ? null
                : empty((steps - 1) / chunk, trace.Variables, neurons, dtype: x.dtype, device: x.device);
            Launch(
                Source(x, chunk),
                "backward",
                neurons,
                x,
                [
                    Sweep.Address(x), x.stride(0), steps, neurons, Sweep.Address(gradOutput), Sweep.Address(gradX), Sweep.Address(kept),
                    .. Addresses(start.Initial), .. Bits(start.Rest), .. Addresses(gradFinal), .. Addresses(gradInitial),
                    .. Addresses(start.Rows), .. Addresses(gradRows), .. Addresses(sums),
                    .. Bits(programs.Reverse.Given(start.Numbers)),
                    .. Bits(programs.Recharge?.Given(start.Numbers) ?? []),
                ]);
            for (var i = 0; i < sums.Length; i++)
            {
                using var sum = sums[i];
                totals[i] = sum is null ? 0 : Total(sum, x);
            }
        }

        GC.KeepAlive(start); // the kernels know addresses only
        GC.KeepAlive(gradOutput);
        GC.KeepAlive(gradFinal);
        return new SweepGradients(gradX, gradInitial, totals, gradRows);
    }

    /// <summary>The sources of a sequence's forward and backward sweeps.</summary>
    public (string Forward, string Backward) Sources(Tensor x) => (Source(x, 0), Source(x, SweepCode.Chunk(x.shape[0])));

    private static IEnumerable<long> Addresses(Tensor?[] tensors) => tensors.Select(tensor => (long)Sweep.Address(tensor));

    private static IEnumerable<long> Bits(double[] numbers) => numbers.Select(BitConverter.DoubleToInt64Bits);

    private SweepCode Code(Tensor x) => codes.GetOrAdd(x.dtype == ScalarType.Float32, single => new SweepCode(trace, single));

    private string Source(Tensor x, int chunk) => sources.GetOrAdd(
        (x.dtype == ScalarType.Float32, chunk), _ => chunk == 0 ? Code(x).Forward() : Code(x).Backward(chunk));

    /// <summary>The same order of additions on any device; the last 1024 on the host, which waits for the device here.</summary>
    private double Total(Tensor values, Tensor x)
    {
        using var totals = empty(Shares, dtype: ScalarType.Float64, device: x.device);
        Launch(SweepCode.Totals, "totals", Shares, x, [Sweep.Address(values), Sweep.Address(totals), values.numel(), Shares]);
        using var host = totals.cpu();
        double total = 0;
        foreach (var share in host.data<double>())
        {
            total += share;
        }

        return total;
    }

    private void Launch(string source, string kernel, long threads, Tensor x, long[] arguments)
    {
        launcher.Launch(source, kernel, arguments, threads, x.device);
        GC.KeepAlive(x);
    }
}
