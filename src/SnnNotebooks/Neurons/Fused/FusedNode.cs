using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>A fused sweep as one operation of the autograd graph. It keeps the input, and nothing of its own as large as that.</summary>
internal sealed class FusedNode : GraphNode
{
    private readonly FusedKernel kernel;
    private readonly SweepStart start;
    private readonly bool[] given;
    private readonly (long[] Shape, ScalarType Type)[] numbers;

    private FusedNode(FusedKernel kernel, SweepStart start, Tensor[] numbers)
    {
        this.kernel = kernel;
        this.start = start with { Initial = new Tensor?[start.Initial.Length] };
        this.numbers = Array.ConvertAll(numbers, number => (number.shape, number.dtype));
        given = Array.ConvertAll(start.Initial, initial => initial is not null);
    }

    /// <summary>Runs the neurons, in the graph where a gradient is wanted.</summary>
    /// <param name="kernel">What to run.</param>
    /// <param name="x">Input [T, ...]; each time step contiguous.</param>
    /// <param name="initial">The variables before the first step, contiguous; null for one at rest.</param>
    /// <param name="rest">Where a variable starts that is not given.</param>
    /// <param name="numbers">The learnable numbers, each of one element.</param>
    /// <returns>Output, and the variables after the last step.</returns>
    public static (Tensor Output, Tensor[] Final) Run(FusedKernel kernel, Tensor x, Tensor?[] initial, double[] rest, Tensor[] numbers)
    {
        var start = new SweepStart(initial, rest, Array.ConvertAll(numbers, Value));
        Tensor[] states = [.. initial.OfType<Tensor>()];
        Tensor[] inputs = [x, .. states, .. numbers];
        if (!IsWanted(inputs))
        {
            return kernel.Forward(x, start);
        }

        Tensor[] results;
        using (no_grad())
        {
            var (output, final) = kernel.Forward(x, start);
            results = [output, .. final];
        }

        var joined = new FusedNode(kernel, start, numbers).Join(inputs, results, [x, .. states]);
        foreach (var result in results)
        {
            result.Dispose();
        }

        return (joined[0], joined[1..]);
    }

    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        var initial = new Tensor?[given.Length];
        for (int i = 0, next = 1; i < given.Length; i++)
        {
            initial[i] = given[i] ? savedTensors[next++] : null;
        }

        var gradients = kernel.Backward(savedTensors[0], start with { Initial = initial }, outputs[0]?.contiguous(), Array.ConvertAll(outputs[1..], gradient => gradient?.contiguous()));
        return [gradients.X, .. gradients.Initial.OfType<Tensor>(), .. numbers.Select((number, i) => full(number.Shape, gradients.Numbers[i], dtype: number.Type))];
    }

    private static double Value(Tensor number)
    {
        using var detached = number.detach();
        return detached.dtype == ScalarType.Float64 ? detached.item<double>() : detached.item<float>();
    }
}
