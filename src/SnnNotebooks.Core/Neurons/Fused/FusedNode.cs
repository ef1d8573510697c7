using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A fused sweep as one operation of the autograd graph. It keeps the input, and nothing of its own as large as that.
/// Input of float16 or bfloat16 is kept as it is, and computed with in float32; state and its gradients are float32.
/// </summary>
internal sealed class FusedNode : GraphNode
{
    private readonly FusedKernel kernel;
    private readonly SweepStart start;
    private readonly bool[] given;
    private readonly (long[] Shape, ScalarType Type, Device Device)?[] shared;

    private FusedNode(FusedKernel kernel, SweepStart start, Tensor?[] shared)
    {
        this.kernel = kernel;
        this.start = start with { Initial = [], Rows = [] };
        this.shared = Array.ConvertAll(
            shared, number => number is null ? default((long[], ScalarType, Device)?) : (number.shape, number.dtype, number.device));
        given = [.. start.Initial.Concat(start.Rows).Select(tensor => tensor is not null)];
    }

    /// <summary>Runs the neurons, in the graph where a gradient is wanted.</summary>
    /// <param name="kernel">What to run.</param>
    /// <param name="x">Input [T, ...]; each time step contiguous.</param>
    /// <param name="initial">The variables before the first step, contiguous; null for one at rest.</param>
    /// <param name="rest">Where a variable starts that is not given.</param>
    /// <param name="numbers">
    /// The numbers: of one element, or in the shape of the neurons, contiguous and of the state's type; null for constants.
    /// </param>
    /// <returns>Output, and the variables after the last step.</returns>
    public static (Tensor Output, Tensor[] Final) Run(FusedKernel kernel, Tensor x, Tensor?[] initial, double[] rest, Tensor?[] numbers)
    {
        // what each neuron has of its own is saved; numbers that they share are known
        var rows = Array.ConvertAll(numbers, number => number is null || number.numel() == 1 ? null : number);
        var shared = Array.ConvertAll(numbers, number => number is null || number.numel() != 1 ? null : number);
        var start = new SweepStart(initial, rest, Array.ConvertAll(shared, Value), rows);
        Tensor[] own = [.. initial.OfType<Tensor>(), .. rows.OfType<Tensor>()];
        Tensor[] inputs = [x, .. own, .. shared.OfType<Tensor>()];
        if (!IsWanted(inputs))
        {
            return Forward(kernel, x, start);
        }

        var results = new FusedNode(kernel, start, shared).Run(inputs, [x, .. own], () =>
        {
            var (output, final) = Forward(kernel, x, start);
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
            FloatingPoint.Widened(savedTensors[0]),
            start with { Initial = own[..start.Rest.Length], Rows = own[start.Rest.Length..] },
            outputs[0] is { } gradient ? FloatingPoint.Widened(gradient).contiguous() : null,
            Array.ConvertAll(outputs[1..], gradient => gradient?.contiguous()));
        var numbers = shared.Select(
            (number, i) => number is { } of ? full(of.Shape, gradients.Numbers[i], dtype: of.Type, device: of.Device) : null);
        return [gradients.X.to(savedTensors[0].dtype), .. gradients.Initial.OfType<Tensor>(), .. gradients.Rows.OfType<Tensor>(),
            .. numbers.OfType<Tensor>()];
    }

    private static (Tensor Output, Tensor[] Final) Forward(FusedKernel kernel, Tensor x, SweepStart start)
    {
        if (!x.IsLow())
        {
            return kernel.Forward(x, start);
        }

        using var wide = FloatingPoint.Widened(x);
        var (output, final) = kernel.Forward(wide, start);
        using (output)
        {
            return (output.to(x.dtype), final);
        }
    }

    private static double Value(Tensor? number)
    {
        if (number is null)
        {
            return 0;
        }

        using var detached = number.detach();
        using var wide = detached.to(ScalarType.Float64);
        return wide.item<double>();
    }
}
