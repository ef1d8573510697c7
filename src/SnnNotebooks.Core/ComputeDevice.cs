using System.Globalization;
using System.Text.RegularExpressions;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// Devices by the names that users give them: <c>cpu</c>, <c>cuda</c> for the first NVIDIA GPU, <c>cuda:N</c> for another. Everything of
/// the kit runs where its input is: what must be moved is the network (<c>network.to(device)</c>) and its input; a
/// <see cref="Training.Trainer"/> moves the batches itself.
/// </summary>
public static partial class ComputeDevice
{
    /// <summary>What a name may be, for messages.</summary>
    public const string Expected = "cpu, cuda or cuda:N with N from 0";

    /// <summary>Whether a text is a name of a device. No libtorch is needed to know.</summary>
    /// <param name="name">The text, in any case.</param>
    /// <returns>Whether it is <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</returns>
    public static bool IsName(string? name) =>
        string.Equals(name, "cpu", StringComparison.OrdinalIgnoreCase) || Cuda().IsMatch(name ?? string.Empty);

    /// <summary>Reads a name; whether there is such a device is not asked.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="device">The device; the CPU where the name is none.</param>
    /// <returns>Whether it is a name of a device.</returns>
    /// <exception cref="LibTorchException">libtorch cannot be loaded.</exception>
    public static bool TryParse(string? name, out Device device)
    {
        LibTorch.EnsureLoaded();
        var cuda = Cuda().Match(name ?? string.Empty);
        device = cuda.Success
            ? new Device(DeviceType.CUDA, cuda.Groups[1].Success ? int.Parse(cuda.Groups[1].Value, CultureInfo.InvariantCulture) : 0)
            : CPU;
        return IsName(name);
    }

    /// <summary>The device of a name, ready to compute on.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">It is no name of a device, or this machine has no such device; the message says what was
    /// looked for and what to do.</exception>
    public static Device Named(string name)
    {
        if (!TryParse(name, out var device))
        {
            throw new ArgumentException($"There is no device '{name}'; expected {Expected}.");
        }

        return device.type != DeviceType.CUDA || Missing(device.index) is not { } reason
            ? device
            : throw new ArgumentException($"{NameOf(device)} cannot be used: {reason}, or compute on the cpu.");
    }

    /// <summary>How users name a device: <c>cpu</c>, <c>cuda:0</c>.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The name, in lower case; a GPU without a number is <c>cuda:0</c>.</returns>
    public static string NameOf(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CUDA
            ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Math.Max(0, device.index)}")
            : device.type.ToString().ToLowerInvariant();
    }

    /// <summary>Where a module computes: the device of its first parameter or buffer, the CPU for one without any.</summary>
    /// <param name="module">The module.</param>
    /// <returns>The device; it is the module's.</returns>
    public static Device Of(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return (module.parameters().FirstOrDefault() ?? module.buffers().FirstOrDefault())?.device ?? CPU;
    }

    /// <summary>Why a GPU cannot be computed on and what to do, the beginning of a sentence; null where it can.</summary>
    private static string? Missing(int index)
    {
        try
        {
            var devices = new CudaDriver(CudaDriver.Candidates).Devices;
            if (index >= devices)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"the NVIDIA driver knows {devices} device(s), counted from 0; name one of them");
            }
        }
        catch (CudaException missing)
        {
            return $"{missing.Message.TrimEnd('.')}; it takes a machine with an NVIDIA GPU and its driver";
        }

        LibTorch.EnsureLoaded();
        if (LibTorch.Folder is { } folder && !File.Exists(Path.Combine(folder, "libtorch_cuda.so")))
        {
            return $"the libtorch in {folder} is built for the CPU alone (no libtorch_cuda.so beside it); name one with CUDA by "
                + $"{ChosenLibTorch.Variable} (`snn doctor --find-torch` looks for some)";
        }

        return cuda.is_available() ? null : "the NVIDIA driver is there, but libtorch finds no device; see what `snn doctor` says";
    }

    [GeneratedRegex(@"^cuda(?::(\d{1,3}))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Cuda();
}
