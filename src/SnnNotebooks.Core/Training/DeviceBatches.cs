using System.Collections.Concurrent;
using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Batches where a network computes. For a GPU they are prepared by another thread while the device works, put into pinned memory there,
/// and copied while the device computes (<see cref="OverlappedCopies"/>); where the driver is out of reach, the copy takes its turn among
/// the work of the device.
/// </summary>
internal static class DeviceBatches
{
    private const int Ahead = 2; // batches that wait

    /// <summary>The same batches on a device. What is there already is passed on; what is moved is disposed where it was.</summary>
    /// <param name="batches">Inputs and labels.</param>
    /// <param name="device">Where they are wanted.</param>
    public static IEnumerable<(Tensor Inputs, Tensor Labels)> On(
        this IEnumerable<(Tensor Inputs, Tensor Labels)> batches, Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            return batches.Select(batch => (Moved(batch.Inputs, device), Moved(batch.Labels, device)));
        }

        var pinned = Prepared(batches, host => Replaced(host, host.pin_memory));
        return DeviceQueue.Of(device) is { } queue
            ? new OverlappedCopies(queue).Of(pinned)
            : pinned.Select(batch => (Moved(batch.Inputs, device, behind: true), Moved(batch.Labels, device, behind: true)));
    }

    /// <summary>The same batches in the same order, prepared by a thread of its own, so many ahead of those that are taken.</summary>
    /// <param name="batches">Inputs and labels; what goes wrong in making one is thrown where it would be taken.</param>
    /// <param name="prepare">What is done to each tensor on the CPU, on that thread.</param>
    internal static IEnumerable<(Tensor Inputs, Tensor Labels)> Prepared(
        IEnumerable<(Tensor Inputs, Tensor Labels)> batches, Func<Tensor, Tensor> prepare)
    {
        using var waiting = new BlockingCollection<(Tensor Inputs, Tensor Labels)>(Ahead);
        using var stop = new CancellationTokenSource();
        var thread = Task.Factory.StartNew(Fill, stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var batch in waiting.GetConsumingEnumerable())
            {
                yield return batch;
            }

            thread.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            while (!thread.IsCompleted || waiting.Count > 0)
            {
                if (waiting.TryTake(out var left, millisecondsTimeout: 10))
                {
                    left.Inputs.Dispose();
                    left.Labels.Dispose();
                }
            }
        }

        void Fill()
        {
            try
            {
                foreach (var (inputs, labels) in batches)
                {
                    var batch = (Ready(inputs), Ready(labels));
                    try
                    {
                        waiting.Add(batch, stop.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        batch.Item1.Dispose();
                        batch.Item2.Dispose();
                        return;
                    }
                }
            }
            finally
            {
                waiting.CompleteAdding();
            }
        }

        Tensor Ready(Tensor tensor) => tensor.device_type == DeviceType.CPU ? prepare(tensor) : tensor;
    }

    private static Tensor Replaced(Tensor tensor, Func<Tensor> make)
    {
        using (tensor)
        {
            return make();
        }
    }

    private static Tensor Moved(Tensor tensor, Device device, bool behind = false) =>
        tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index)
            ? tensor
            : tensor.to(device, disposeAfter: true, non_blocking: behind);
}
