using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Devices;

/// <summary>
/// Until disposed, what names no device is made on the meta device, whose tensors have no numbers and mix with none of the CPU's. Code that
/// follows its input gives what it gives without; code that makes a tensor without saying where fails, as it would for input on a GPU.
/// </summary>
internal sealed class Elsewhere : IDisposable
{
    private readonly Device former = get_default_device();

    public Elsewhere() => set_default_device(META);

    public void Dispose() => set_default_device(former);
}
