using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>libtorch's <c>at::globalContext()</c>, whose switches TorchSharp does not offer.</summary>
internal static class TorchContext
{
    /// <summary>Calls a switch with false.</summary>
    /// <param name="name">Its name in C++, as Linux compilers write it.</param>
    /// <returns>False where libtorch is another one.</returns>
    public static unsafe bool SwitchOff(string name)
    {
        if (LibTorch.Library is not { } libtorch
            || !NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(libtorch, name, out var set))
        {
            return false;
        }

        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }
}
