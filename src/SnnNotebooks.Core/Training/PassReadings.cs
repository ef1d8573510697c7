using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// What passes came to, read from where they were computed. From a GPU the numbers are copied behind the pass and read a step later, when
/// they are long there: the host does not wait for what it has just started.
/// </summary>
/// <param name="mark">Marks what a GPU was given to do so far; null where numbers are read at once.</param>
internal sealed class PassReadings(Func<StreamMark>? mark) : IDisposable
{
    private readonly Queue<Unread> unread = new();

    /// <summary>Takes what a pass of a step came to.</summary>
    /// <param name="step">The step.</param>
    /// <param name="pass">Its numbers, which are disposed.</param>
    public void Add(int step, UnreadPass pass)
    {
        using (pass.Numbers)
        {
            using var moved = pass.Numbers.device_type == DeviceType.META
                ? zeros_like(pass.Numbers, device: CPU) // a network of shapes alone has no loss
                : pass.Numbers.to(CPU, non_blocking: mark is not null); // libtorch pins what it copies behind the work
            var copy = moved.alias().DetachFromDisposeScope();
            try
            {
                unread.Enqueue(new Unread(step, pass with { Numbers = copy }, mark?.Invoke()));
            }
            catch (CudaException)
            {
                copy.Dispose();
                throw;
            }
        }
    }

    /// <summary>Reads the passes of steps up to one, in their order.</summary>
    /// <param name="step">The last step to read; where numbers are read at once, all are.</param>
    public IEnumerable<(int Step, PassResult Result)> UpTo(int step)
    {
        while (unread.TryPeek(out var next) && (next.Step <= step || next.Arrived is null))
        {
            next.Arrived?.Wait();
            yield return (next.Step, next.Pass.Read());
            unread.Dequeue().Dispose();
        }
    }

    public void Dispose()
    {
        while (unread.TryDequeue(out var each))
        {
            each.Dispose();
        }
    }

    private sealed record Unread(int Step, UnreadPass Pass, StreamMark? Arrived) : IDisposable
    {
        public void Dispose()
        {
            Pass.Numbers.Dispose();
            Arrived?.Dispose();
        }
    }
}
