using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>Where tensors and modules are made that name no device, until disposed; for the whole process.</summary>
internal sealed class DefaultDevice : IDisposable
{
    private readonly Device former = get_default_device();

    public DefaultDevice(Device device) => set_default_device(device);

    public void Dispose() => set_default_device(former);
}
