namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>The place that a stream of one device had come to when the mark was made: the host and other streams can wait for it.</summary>
internal sealed class StreamMark : IDisposable
{
    private readonly CudaDriver driver;
    private readonly nint context;
    private readonly nint made;

    /// <summary>Marks the present end of a stream's work.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="context">The device's context.</param>
    /// <param name="stream">The stream.</param>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public StreamMark(CudaDriver driver, nint context, nint stream)
    {
        (this.driver, this.context) = (driver, context);
        var created = (nint)0;
        driver.In(context, () => created = driver.NewEvent(stream));
        made = created;
    }

    /// <summary>What is started on a stream from now on waits for the mark.</summary>
    public void Before(nint stream) => driver.In(context, () => driver.Follow(stream, made));

    /// <summary>The host waits for the mark.</summary>
    public void Wait() => driver.In(context, () => driver.WaitForEvent(made));

    /// <summary>Forgets the mark; what waits for it goes on doing so.</summary>
    public void Dispose() => driver.Release(context, () => driver.DeleteEvent(made));
}
