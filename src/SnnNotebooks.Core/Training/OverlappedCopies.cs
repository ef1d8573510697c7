using System.Runtime.ExceptionServices;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Copies batches to a GPU on a stream of its own, so that the next one travels while the device computes on the present one. A batch's
/// place on the device is made by libtorch before the step before it is started; the copy waits for what was started until then, which may
/// still use that memory, and for nothing later; the computation waits for the copy.
/// </summary>
/// <param name="queue">The device.</param>
internal sealed class OverlappedCopies(DeviceQueue queue)
{
    private const int Kept = 3; // batches in pinned memory whose copies are not known to have ended

    private readonly Queue<Sent> arriving = new();
    private nint stream;

    /// <summary>The same batches on the device; what is in pinned memory is disposed when it has been copied.</summary>
    /// <param name="batches">Inputs and labels in pinned memory; what is on a device already is passed on. What goes wrong in making one
    /// is thrown after those before it.</param>
    /// <exception cref="CudaException">The driver refuses; nothing is left.</exception>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Of(IEnumerable<(Tensor Inputs, Tensor Labels)> batches)
    {
        queue.Driver.In(queue.Context, () => stream = queue.Driver.NewStream());
        Sent? coming = null;
        try
        {
            using var source = batches.GetEnumerator();
            do
            {
                var present = coming;
                coming = Next(source, out var failed);
                if (present is not null)
                {
                    Receive(present);
                    yield return (Owned(present.Inputs.Target), Owned(present.Labels.Target));
                }

                failed?.Throw();
            }
            while (coming is not null);
        }
        finally
        {
            End(coming);
        }
    }

    /// <summary>Sends the next batch, if there is one.</summary>
    private Sent? Next(IEnumerator<(Tensor Inputs, Tensor Labels)> source, out ExceptionDispatchInfo? failed)
    {
        failed = null;
        try
        {
            return source.MoveNext() ? Send(source.Current.Inputs, source.Current.Labels) : null;
        }
        catch (Exception thrown)
        {
            failed = ExceptionDispatchInfo.Capture(thrown);
            return null;
        }
    }

    private Sent Send(Tensor inputs, Tensor labels)
    {
        var travelling = new List<Travelling>();
        try
        {
            travelling.Add(Place(inputs));
            travelling.Add(Place(labels));
            using (var made = queue.Mark())
            {
                made.Before(stream);
            }

            queue.Driver.In(queue.Context, () => travelling.ForEach(Copy));
            return new Sent(travelling[0], travelling[1], new StreamMark(queue.Driver, queue.Context, stream));
        }
        catch (Exception failed)
        {
            Settle();
            travelling.ForEach(each => each.Dispose());
            inputs.Dispose();
            labels.Dispose();
            if (failed is CudaException)
            {
                throw new CudaException($"A batch was not copied to {ComputeDevice.NameOf(queue.Device)}. {failed.Message}");
            }

            throw;
        }
    }

    /// <summary>Makes a tensor's place on the device, with its elements in the order that they have in memory.</summary>
    private Travelling Place(Tensor given)
    {
        if (given.device_type != DeviceType.CPU)
        {
            return new Travelling(null, given.to(queue.Device, disposeAfter: true).DetachFromDisposeScope());
        }

        var target = empty_like(given, device: queue.Device).DetachFromDisposeScope();
        if (target.stride().SequenceEqual(given.stride()))
        {
            return new Travelling(given, target);
        }

        target.Dispose(); // a view with gaps, or with elements that share memory
        using (given)
        {
            var host = given.contiguous().DetachFromDisposeScope();
            return new Travelling(host, empty_like(host, device: queue.Device).DetachFromDisposeScope());
        }
    }

    private void Copy(Travelling each)
    {
        if (each.Host is { } host && host.numel() > 0)
        {
            queue.Driver.CopyToDevice(
                NativeAutograd.Address(each.Target), NativeAutograd.Address(host), host.numel() * host.element_size(), stream);
        }
    }

    /// <summary>Makes the computation wait for a batch.</summary>
    private void Receive(Sent batch)
    {
        arriving.Enqueue(batch);
        try
        {
            batch.Arrived.Before(queue.Computing);
            while (arriving.Count > Kept)
            {
                arriving.Peek().Arrived.Wait();
                arriving.Dequeue().Forget();
            }
        }
        catch (CudaException)
        {
            Settle();
            batch.Inputs.Dispose();
            batch.Labels.Dispose();
            throw;
        }
    }

    private void End(Sent? coming)
    {
        if (coming is not null || arriving.Count > 0)
        {
            Settle();
        }

        if (coming is not null)
        {
            coming.Inputs.Dispose();
            coming.Labels.Dispose();
            coming.Forget();
        }

        while (arriving.TryDequeue(out var batch))
        {
            batch.Forget();
        }

        queue.Driver.Release(queue.Context, () => queue.Driver.DeleteStream(stream));
    }

    /// <summary>Waits for all copies, or for what ended them: memory may be given back then. The next call of libtorch says what.</summary>
    private void Settle()
    {
        try
        {
            queue.Driver.In(queue.Context, () => queue.Driver.WaitForStream(stream));
        }
        catch (CudaException)
        {
            // a context that is lost copies no more
        }
    }

    /// <summary>The tensor as one of the caller's dispose scope.</summary>
    private static Tensor Owned(Tensor tensor)
    {
        using (tensor)
        {
            return tensor.alias();
        }
    }

    /// <summary>A tensor on its way.</summary>
    /// <param name="Host">Where it comes from; null where it was on a device already.</param>
    /// <param name="Target">Where it goes.</param>
    private sealed record Travelling(Tensor? Host, Tensor Target) : IDisposable
    {
        public void Dispose()
        {
            Host?.Dispose();
            Target.Dispose();
        }
    }

    /// <summary>A batch on its way.</summary>
    /// <param name="Inputs">Its inputs.</param>
    /// <param name="Labels">Its labels.</param>
    /// <param name="Arrived">The end of its copies.</param>
    private sealed record Sent(Travelling Inputs, Travelling Labels, StreamMark Arrived)
    {
        /// <summary>Gives back what only the copies needed, which have ended.</summary>
        public void Forget()
        {
            Inputs.Host?.Dispose();
            Labels.Host?.Dispose();
            Arrived.Dispose();
        }
    }
}
