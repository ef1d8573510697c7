using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Normalisation;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A fused sweep as one operation of the autograd graph. It keeps the input, and nothing of its own as large as that.
/// Input of float16 or bfloat16 is read as it is and computed with in float32, and the output is of its type. State and its gradients are
/// float32: each step adds to them, and what a step adds is often less than half of a low type's last digit, which would be lost.
/// </summary>
internal sealed class FusedNode : GraphNode
{
    private readonly FusedKernel kernel;
    private readonly SweepStart start;
    private readonly bool[] given;
    private readonly (long[] Shape, ScalarType Type, Device Device)?[] shared;
    private readonly NormalisedInput? through;

    private FusedNode(FusedKernel kernel, SweepStart start, Tensor?[] shared, NormalisedInput? through)
    {
        (this.kernel, this.through) = (kernel, through);
        this.start = start with { Initial = [], Shared = null, Rows = [] };
        this.shared = Array.ConvertAll(
            shared, number => number is null ? default((long[], ScalarType, Device)?) : (number.shape, number.dtype, number.device));
        given = [.. start.Initial.Concat(start.Rows).Select(tensor => tensor is not null)];
    }

    /// <summary>Runs the neurons, in the graph where a gradient is wanted.</summary>
    /// <param name="kernel">What to run.</param>
    /// <param name="x">Input [T, ...].</param>
    /// <param name="initial">The variables before the first step; null for one at rest.</param>
    /// <param name="rest">Where a variable starts that is not given.</param>
    /// <param name="numbers">
    /// The numbers: of one element, or in the shape of the neurons and of the state's type; null for constants.
    /// </param>
    /// <param name="through">What the neurons see the input through, or null.</param>
    /// <returns>Output, and the variables after the last step.</returns>
    public static (Tensor Output, Tensor[] Final) Run(
        FusedKernel kernel, Tensor x, Tensor?[] initial, double[] rest, Tensor?[] numbers, NormalisedInput? through)
    {
        if (!MemoryOrder.HasChannelsLast(x))
        {
            return InOrder(kernel, x, initial, rest, numbers, through);
        }

        var (output, final) = InOrder(
            kernel,
            MemoryOrder.ChannelsLast(x),
            Array.ConvertAll(initial, variable => variable is null ? null : MemoryOrder.ChannelsLast(variable)),
            rest,
            Array.ConvertAll(numbers, number => number is null || number.numel() == 1 ? number : MemoryOrder.ChannelsLast(number)),
            through?.Ordered());
        return (MemoryOrder.ChannelsFirst(output), Array.ConvertAll(final, MemoryOrder.ChannelsFirst));
    }

    private static (Tensor Output, Tensor[] Final) InOrder(
        FusedKernel kernel, Tensor x, Tensor?[] initial, double[] rest, Tensor?[] numbers, NormalisedInput? through)
    {
        x = x.is_contiguous() || x[0].is_contiguous() ? x : x.contiguous(); // steps may lie apart, or be one
        initial = Array.ConvertAll(initial, variable => variable?.contiguous());
        numbers = Array.ConvertAll(numbers, number => number?.contiguous());
        var rows = Array.ConvertAll(numbers, number => number is null || number.numel() == 1 ? null : number);
        var shared = Array.ConvertAll(numbers, number => number is null || number.numel() != 1 ? null : number);
        var start = new SweepStart(initial, rest, Values(shared, x.device), rows, through?.Take(x));
        Tensor[] own = [.. initial.OfType<Tensor>(), .. rows.OfType<Tensor>()];
        Tensor[] inputs = [x, .. own, .. shared.OfType<Tensor>(), .. through?.Parameters ?? []];
        if (!IsWanted(inputs))
        {
            return kernel.Forward(Presented(x, through), start);
        }

        Tensor[] values = start.Shared is { } given ? [given] : [];
        var results = new FusedNode(kernel, start, shared, through).Run(inputs, [x, .. own, .. values], () =>
        {
            var (output, final) = kernel.Forward(Presented(x, through), start);
            return [output, .. final];
        });
        return (results[0], results[1..]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        var own = new Tensor?[given.Length];
        for (int i = 0, next = 1; i < given.Length; i++)
        {
            own[i] = given[i] ? savedTensors[next++] : null;
        }

        var gradients = kernel.Backward(
            Presented(savedTensors[0], through),
            start with
            {
                Initial = own[..start.Rest.Length],
                Rows = own[start.Rest.Length..],
                Shared = shared.Any(number => number is not null) ? savedTensors[^1] : null,
            },
            outputs[0]?.contiguous(),
            Array.ConvertAll(outputs[1..], gradient => gradient?.contiguous()));
        var numbers = shared.OfType<(long[] Shape, ScalarType Type, Device Device)>()
            .Select((of, i) => gradients.Shared![i].to(of.Type).to(of.Device).reshape(of.Shape));
        Tensor[] channels = gradients.Channels is { } found ? [tensor(found.Weight, device: CPU), tensor(found.Bias, device: CPU)] : [];
        return [gradients.X, .. gradients.Initial.OfType<Tensor>(), .. gradients.Rows.OfType<Tensor>(), .. numbers, .. channels];
    }

    /// <summary>The input as the neurons get it: what is the same at every step, at each.</summary>
    private static Tensor Presented(Tensor x, NormalisedInput? through) =>
        through is { Steps: var steps } && steps != x.shape[0] ? x.expand([steps, .. x.shape[1..]]) : x;

    /// <summary>What numbers of one element are now, on a device; no other is waited for.</summary>
    private static Tensor? Values(Tensor?[] numbers, Device device)
    {
        if (!Array.Exists(numbers, number => number is not null))
        {
            return null;
        }

        using var off = no_grad();
        Tensor[] values = [.. numbers.OfType<Tensor>().Select(number => number.to(ScalarType.Float64).to(device).reshape([]))];
        return stack(values);
    }
}
