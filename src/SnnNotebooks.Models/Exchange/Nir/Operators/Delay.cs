using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>Delay: y(t) = x(t - delay), each element by its own number of steps; zeros before the first input.</summary>
internal sealed class Delay(string name, long[] shape, long[] steps) : NirOperator(name)
{
    /// <summary>The longest delay that is run, in time steps.</summary>
    public const int Longest = 10_000;

    private readonly Queue<Tensor> past = new();
    private readonly long longest = steps.Max();

    /// <summary>Whether no output depends on the input of the same step.</summary>
    public bool ReadsPastOnly { get; } = steps.Min() >= 1;

    public override long[]? OwnShape => shape.Length == 0 ? null : shape;

    public override long[] Shape(long[] input) =>
        shape.Length == 0 || input.SequenceEqual(shape) ? input : throw Misfit(input, $"[{string.Join(", ", shape)}]");

    /// <summary>The output for this step where it does not need this step's input.</summary>
    public Tensor Due(long[] batched, Tensor like) => Read(zeros(batched, dtype: like.dtype, device: like.device), past.Count);

    /// <summary>Takes this step's input.</summary>
    public void Take(Tensor x)
    {
        past.Enqueue(x.alias().DetachFromDisposeScope());
        while (past.Count > longest)
        {
            past.Dequeue().Dispose();
        }
    }

    public override Tensor Step(Tensor x)
    {
        var output = ReadsPastOnly ? Due(x.shape, x) : Read(x, past.Count);
        if (longest > 0)
        {
            Take(x);
        }

        return output;
    }

    public override Tensor Sequence(Tensor x) => stack(x.unbind(0).Select(Step).ToArray());

    public override void Reset()
    {
        while (past.TryDequeue(out var tensor))
        {
            tensor.Dispose();
        }
    }

    public override void Move(Func<Tensor, Tensor> move)
    {
        foreach (var tensor in past.ToArray())
        {
            past.Enqueue(Moved(past.Dequeue(), move)!);
        }
    }

    public override void Detach()
    {
        foreach (var tensor in past)
        {
            tensor.detach_();
        }
    }

    /// <summary>What each element had its number of steps ago; <paramref name="now"/> is the value of this step.</summary>
    private Tensor Read(Tensor now, int held)
    {
        var history = past.ToArray();
        Tensor Ago(long count) => count == 0 ? now : count <= held ? history[held - count] : zeros_like(now);
        if (steps.Length == 1)
        {
            return Ago(steps[0]).alias();
        }

        using var each = tensor(steps, shape, device: now.device);
        return steps.Distinct().Aggregate(zeros_like(now), (sum, count) => where(each.eq(count), Ago(count), sum));
    }
}
