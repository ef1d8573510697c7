using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// A sum over all ranks in the graph: the loss is a sum over ranks, too, so the gradient of what one rank added is the sum of all ranks'
/// gradients of the result.
/// </summary>
internal sealed class SumOverRanks(ReductionQueue queue) : GraphNode
{
    /// <summary>The sum of a tensor over all ranks.</summary>
    public static Tensor Of(Tensor own, ReductionQueue queue)
    {
        var sum = Reduced(own, queue);
        return IsWanted(own) ? new SumOverRanks(queue).Join([own], [sum], [])[0] : sum;
    }

    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) =>
        [outputs[0] is { } gradient ? Reduced(gradient, queue) : null];

    private static Tensor Reduced(Tensor own, ReductionQueue queue)
    {
        using var off = no_grad();
        var sum = own.detach().contiguous().clone();
        queue.Do(reducer => reducer.Sum(sum));
        return sum;
    }
}
