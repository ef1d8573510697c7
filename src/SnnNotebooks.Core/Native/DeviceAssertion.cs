using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// libtorch's assertion on a device (<c>at::_assert_async</c>), by its name in C++, since TorchSharp does not offer it. The host does not
/// wait. Where it fails, a GPU prints the message to standard error and takes no further work of this process: the next call of libtorch
/// that waits throws "device-side assert triggered".
/// </summary>
internal static unsafe class DeviceAssertion
{
    // the message is a std::string_view: its length, then its address
    private static readonly delegate* unmanaged[Cdecl]<nint, nuint, byte*, void> Assert =
        (delegate* unmanaged[Cdecl]<nint, nuint, byte*, void>)Export(
            "_ZN2at4_ops17_assert_async_msg4callERKNS_6TensorESt17basic_string_viewIcSt11char_traitsIcEE");

    /// <summary>Whether this libtorch has it under this name.</summary>
    public static bool IsThere => Assert != null;

    /// <summary>Has a device check that something holds.</summary>
    /// <param name="holds">
    /// One truth value, on a GPU. (On the CPU it is looked at at once, and libtorch's exception would end the process.)
    /// </param>
    /// <param name="message">What holds otherwise, at most 250 bytes of UTF-8.</param>
    public static void Require(Tensor holds, string message)
    {
        var text = Encoding.UTF8.GetBytes(message);
        fixed (byte* first = text)
        {
            Assert(holds.Handle, (nuint)text.Length, first);
        }

        GC.KeepAlive(holds); // until here libtorch knew it by its handle only
    }

    private static nint Export(string name) =>
        LibTorch.Library is { } libtorch && NativeLibrary.TryGetExport(libtorch, name, out var address) ? address : 0;
}
