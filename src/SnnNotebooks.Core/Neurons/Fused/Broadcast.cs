using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A number of each channel, say, as one of each neuron. Its gradient is added up over the neurons in doubles: one after the other on the
/// CPU, the same bits for any number of threads; on a CUDA device as <see cref="DeviceSum"/> does, the same bits on every run.
/// </summary>
/// <param name="shape">The number's shape.</param>
/// <param name="type">Its type.</param>
internal sealed class Broadcast(long[] shape, ScalarType type) : GraphNode
{
    /// <summary>Repeats a number.</summary>
    /// <param name="number">What broadcasts to the neurons.</param>
    /// <param name="neurons">A step of the input, [N, ...]; the result has its shape and type and is contiguous.</param>
    public static Tensor Over(Tensor number, Tensor neurons)
    {
        Tensor[] Row() => [empty(neurons.shape, dtype: neurons.dtype, device: neurons.device).copy_(number)];
        return new Broadcast(number.shape, number.dtype).Run([number], [], Row)[0];
    }

    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        if (outputs[0] is not { } gradient)
        {
            return [null];
        }

        if (gradient.device_type == DeviceType.CUDA && CudaLauncher.Missing is null)
        {
            return [DeviceSum.Over(gradient, shape, CudaLauncher.Instance).to(type)];
        }

        // the number's axes are the last ones; along those of length 1 and those it has not, the sum does not move on
        var sizes = gradient.shape;
        var steps = new long[sizes.Length];
        long count = 1;
        for (var axis = 1; axis <= shape.Length; axis++)
        {
            steps[^axis] = shape[^axis] == 1 ? 0 : count;
            count *= shape[^axis];
        }

        var sums = new double[count];
        Add(gradient.cpu().to(ScalarType.Float64).Numbers<double>(), sizes, steps, sums);
        return [tensor(sums, shape, device: CPU).to(type).to(gradient.device)];
    }

    private static void Add(double[] values, long[] sizes, long[] steps, double[] sums)
    {
        var index = new long[sizes.Length];
        long place = 0;
        foreach (var value in values)
        {
            sums[place] += value;
            for (var axis = sizes.Length - 1; axis >= 0; axis--)
            {
                place += steps[axis];
                if (++index[axis] < sizes[axis])
                {
                    break;
                }

                place -= steps[axis] * sizes[axis];
                index[axis] = 0;
            }
        }
    }
}
