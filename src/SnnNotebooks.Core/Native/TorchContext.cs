using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// libtorch's <c>at::globalContext()</c>, whose switches TorchSharp does not offer: each by its name in C++, as Linux compilers write it.
/// </summary>
internal static unsafe class TorchContext
{
    /// <summary>Calls a switch with false.</summary>
    /// <returns>False where libtorch is another one.</returns>
    public static bool SwitchOff(string name) => Set(name, false);

    /// <summary>Calls a switch of one truth value.</summary>
    /// <returns>False where libtorch is another one.</returns>
    public static bool Set(string name, bool value)
    {
        var (context, set) = Function(name);
        if (set != 0)
        {
            ((delegate* unmanaged<nint, byte, void>)set)(context, Byte(value));
        }

        return set != 0;
    }

    /// <summary>Calls a switch of two truth values.</summary>
    /// <returns>False where libtorch is another one.</returns>
    public static bool Set(string name, bool first, bool second)
    {
        var (context, set) = Function(name);
        if (set != 0)
        {
            ((delegate* unmanaged<nint, byte, byte, void>)set)(context, Byte(first), Byte(second));
        }

        return set != 0;
    }

    /// <summary>What a switch stands at; null where libtorch is another one.</summary>
    public static bool? Asked(string name)
    {
        var (context, get) = Function(name);
        return get == 0 ? null : ((delegate* unmanaged<nint, byte>)get)(context) != 0;
    }

    private static byte Byte(bool value) => (byte)(value ? 1 : 0);

    private static (nint Context, nint Function) Function(string name) =>
        LibTorch.Library is { } libtorch
        && NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out var context)
        && NativeLibrary.TryGetExport(libtorch, name, out var function)
            ? (((delegate* unmanaged<nint>)context)(), function)
            : (0, 0);
}
