using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// A neuron over all its time steps as one kernel forward, one backward: what <see cref="FusedKernel"/> does, on a device. Nothing is
/// copied to the host, and the host does not wait.
/// </summary>
/// <param name="trace">The step.</param>
/// <param name="launcher">What runs the kernels.</param>
internal sealed class CudaSweep(StepTrace trace, IKernelLauncher launcher)
{
    private readonly ConcurrentDictionary<ScalarType, SweepCode> codes = new();
    private readonly ConcurrentDictionary<(ScalarType Type, int Chunk, bool Divides, int Width), PrintedKernel> kernels = new();

    /// <inheritdoc cref="FusedKernel.Forward(Tensor, SweepStart)"/>
    public (Tensor Output, Tensor[] Final) Forward(Tensor x, SweepStart start)
    {
        var output = empty(x.shape, dtype: x.dtype, device: x.device);
        var final = new Tensor[trace.Variables];
        for (var i = 0; i < final.Length; i++)
        {
            final[i] = empty(x.shape[1..], dtype: x.StateType(), device: x.device);
        }

        if (output.numel() > 0)
        {
            Launch(
                x,
                0,
                [Sweep.Address(output)],
                [.. Addresses(start.Initial), .. Addresses(final), .. Addresses(start.Rows)],
                start,
                [],
                Code(x.dtype).Programs.Forward.Constants);
        }

        GC.KeepAlive(start); // the kernel knows addresses only
        GC.KeepAlive(final);
        return (output, final);
    }

    /// <inheritdoc cref="FusedKernel.Backward(Tensor, SweepStart, Tensor, Tensor[])"/>
    public SweepGradients Backward(Tensor x, SweepStart start, Tensor? gradOutput, Tensor?[] gradFinal)
    {
        var gradX = empty(x.shape, dtype: x.dtype, device: x.device);
        var gradInitial = Array.ConvertAll(start.Initial, initial => initial is null ? null : empty_like(initial));
        var gradRows = Array.ConvertAll(start.Rows, row => row is null ? null : empty_like(row));
        var (steps, neurons) = (x.shape[0], gradX.numel() / x.shape[0]);
        using var nothing = gradOutput is null ? zeros(neurons, dtype: x.dtype, device: x.device) : null; // of each step
        using var sums = empty(trace.Shared.Length, neurons, dtype: ScalarType.Float64, device: x.device);
        if (neurons > 0)
        {
            var programs = Code(x.dtype).Programs;
            var chunk = SweepCode.Chunk(steps);
            using var kept = programs.Recharge is null || steps <= chunk
                ? null
                : empty((steps - 1) / chunk, trace.Variables, neurons, dtype: x.StateType(), device: x.device);
            Launch(
                x,
                chunk,
                [Sweep.Address(gradOutput ?? nothing), Sweep.Address(gradX)],
                [
                    Sweep.Address(kept), Sweep.Address(sums),
                    .. Addresses(start.Initial), .. Addresses(gradFinal), .. Addresses(gradInitial),
                    .. Addresses(start.Rows), .. Addresses(gradRows),
                ],
                start,
                [nothing is null ? neurons : 0],
                [.. programs.Reverse.Constants, .. programs.Recharge?.Constants ?? []]);
        }

        GC.KeepAlive(start); // the kernel knows addresses only
        GC.KeepAlive(gradOutput);
        GC.KeepAlive(gradFinal);
        GC.KeepAlive(gradInitial);
        GC.KeepAlive(gradRows);
        var shared = trace.Shared.Length == 0 ? null : DeviceSum.Over(sums, [trace.Shared.Length, 1], launcher).reshape(-1);
        return new SweepGradients(gradX, gradInitial, shared, gradRows);
    }

    /// <summary>
    /// How many neighbours a thread takes: as many as the code allows, where they divide the neurons (or the later rows of a sequence would
    /// begin where they cannot be loaded at once; so no thread is left with fewer), and where every tensor begins at a multiple of 16
    /// bytes.
    /// </summary>
    /// <param name="widest">What the code allows.</param>
    /// <param name="neurons">N.</param>
    /// <param name="xStep">Elements from one step of the input to the next.</param>
    /// <param name="tensors">Where they begin; 0 for none.</param>
    public static int Width(int widest, long neurons, long xStep, IEnumerable<long> tensors)
    {
        var width = tensors.All(address => address % LaneCode.LoadBytes == 0) ? widest : 1;
        while (neurons % width != 0 || xStep % width != 0)
        {
            width /= 2;
        }

        return width;
    }

    private static IEnumerable<long> Addresses(Tensor?[] tensors) => tensors.Select(tensor => (long)Sweep.Address(tensor));

    private SweepCode Code(ScalarType type) => codes.GetOrAdd(type, of => new SweepCode(trace, of));

    private PrintedKernel Kernel(ScalarType type, int chunk, bool divides, int width) => kernels.GetOrAdd(
        (type, chunk, divides, width),
        _ => chunk == 0 ? Code(type).Forward(width) : Code(type).Backward(chunk, divides, width));

    /// <param name="x">The input.</param>
    /// <param name="chunk">Steps of a chunk of the backward sweep; 0 for the forward sweep.</param>
    /// <param name="sequences">The other sequences.</param>
    /// <param name="others">The other tensors.</param>
    /// <param name="start">What it runs on.</param>
    /// <param name="strides">Elements from one step of a sequence to the next where that is not N.</param>
    /// <param name="constants">The equation's constants.</param>
    private void Launch(
        Tensor x, int chunk, long[] sequences, long[] others, SweepStart start, long[] strides, IEnumerable<double> constants)
    {
        var (steps, xStep) = (x.shape[0], x.shape[0] == 1 ? 0 : x.stride(0));
        var neurons = x.numel() / steps;
        long[] tensors = [Sweep.Address(x), .. sequences, .. others];
        var width = Width(Code(x.dtype).Widest(chunk), neurons, xStep, tensors);
        launcher.Launch(
            Kernel(x.dtype, chunk, chunk > 0 && steps % chunk == 0, width),
            [
                .. tensors, Sweep.Address(start.Shared), xStep, steps, neurons,
                .. start.Rest.Select(BitConverter.DoubleToInt64Bits), .. strides, .. constants.Select(BitConverter.DoubleToInt64Bits),
            ],
            neurons / width,
            x.device);
        GC.KeepAlive(x);
    }
}
