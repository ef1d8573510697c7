namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <content>Streams, events and copies, all of the present context.</content>
internal sealed unsafe partial class CudaDriver
{
    private const uint BesideTheDefaultStream = 1; // CU_STREAM_NON_BLOCKING: or it would take turns with libtorch's
    private const uint WithoutTimes = 2; // CU_EVENT_DISABLE_TIMING

    /// <summary>A new stream, whose work runs beside that of others.</summary>
    public nint NewStream()
    {
        nint stream;
        Check("cuStreamCreate", ((delegate* unmanaged<nint*, uint, int>)functions["cuStreamCreate"])(&stream, BesideTheDefaultStream));
        return stream;
    }

    /// <summary>Waits until all work of a stream is done.</summary>
    public void WaitForStream(nint stream) =>
        Check("cuStreamSynchronize", ((delegate* unmanaged<nint, int>)functions["cuStreamSynchronize"])(stream));

    /// <summary>Gives a stream back. What it still has to do is done.</summary>
    public void DeleteStream(nint stream) => ((delegate* unmanaged<nint, int>)functions["cuStreamDestroy_v2"])(stream);

    /// <summary>A new event at the present end of a stream's work.</summary>
    public nint NewEvent(nint stream)
    {
        nint made;
        Check("cuEventCreate", ((delegate* unmanaged<nint*, uint, int>)functions["cuEventCreate"])(&made, WithoutTimes));
        var code = ((delegate* unmanaged<nint, nint, int>)functions["cuEventRecord"])(made, stream);
        if (code != 0)
        {
            DeleteEvent(made);
        }

        Check("cuEventRecord", code);
        return made;
    }

    /// <summary>What is started on a stream from now on waits for an event; the host does not.</summary>
    public void Follow(nint stream, nint before) => Check(
        "cuStreamWaitEvent", ((delegate* unmanaged<nint, nint, uint, int>)functions["cuStreamWaitEvent"])(stream, before, 0));

    /// <summary>The host waits for an event.</summary>
    public void WaitForEvent(nint before) =>
        Check("cuEventSynchronize", ((delegate* unmanaged<nint, int>)functions["cuEventSynchronize"])(before));

    /// <summary>Gives an event back; what waits for it goes on doing so.</summary>
    public void DeleteEvent(nint made) => ((delegate* unmanaged<nint, int>)functions["cuEventDestroy_v2"])(made);

    /// <summary>Starts a copy to the device.</summary>
    /// <param name="to">Address on the device.</param>
    /// <param name="from">Address of pinned memory, which stays as it is until the copy is done.</param>
    /// <param name="bytes">How many, above 0.</param>
    /// <param name="stream">After what was started there.</param>
    public void CopyToDevice(nint to, nint from, long bytes, nint stream)
    {
        var copy = (delegate* unmanaged<nint, nint, nint, nint, int>)functions["cuMemcpyHtoDAsync_v2"];
        Check($"cuMemcpyHtoDAsync of {bytes} bytes", copy(to, from, (nint)bytes, stream));
    }
}
