using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// Tells, within a backward pass, that the whole gradient of a leaf is known and about to be added to its <c>grad</c>: libtorch's
/// <c>Tensor::register_hook</c>, which TorchSharp does not offer, by its name in C++. It takes a <c>std::function</c>, which GCC's library
/// keeps as sixteen bytes of its own, a manager and an invoker.
/// </summary>
internal sealed unsafe class GradientHook : IDisposable
{
    private static readonly delegate* unmanaged[Cdecl]<nint, Function*, uint> Register =
        (delegate* unmanaged[Cdecl]<nint, Function*, uint>)Export(
            LibTorch.Library, "_ZNK2at10TensorBase14_register_hookESt8functionIFS0_RKS0_EE");

    private static readonly delegate* unmanaged[Cdecl]<nint, uint, void> Remove =
        (delegate* unmanaged[Cdecl]<nint, uint, void>)Export(LibTorch.Library, "_ZNK2at10TensorBase11remove_hookEj");

    // what a tensor without value points to: a hook that returns it leaves the gradient as it is
    private static readonly nint Undefined = FindUndefined();

    private readonly Tensor leaf;
    private readonly Action tell;
    private readonly uint position;
    private GCHandle self;

    /// <summary>Adds a hook.</summary>
    /// <param name="leaf">A leaf that requires gradients; it must live until this is disposed.</param>
    /// <param name="tell">Called on the thread of the backward pass; must not throw.</param>
    public GradientHook(Tensor leaf, Action tell)
    {
        (this.leaf, this.tell) = (leaf, tell);
        self = GCHandle.Alloc(this);
        var function = new Function
        {
            Data = GCHandle.ToIntPtr(self),
            Manager = (nint)(delegate* unmanaged[Cdecl]<Function*, Function*, int, byte>)&Manage,
            Invoker = (nint)(delegate* unmanaged[Cdecl]<nint*, Function*, nint, nint*>)&Invoke,
        };
        position = Register(leaf.Handle, &function);
        GC.KeepAlive(leaf);
    }

    /// <summary>Whether this libtorch has hooks that can be reached so: on Linux on x86-64.</summary>
    public static bool IsThere => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && Register != null && Remove != null && Undefined != 0;

    /// <summary>Removes the hook.</summary>
    public void Dispose()
    {
        if (self.IsAllocated)
        {
            Remove(leaf.Handle, position);
            GC.KeepAlive(leaf);
            self.Free();
        }
    }

    // the result is written where the caller says, and that place is returned
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint* Invoke(nint* result, Function* function, nint gradient)
    {
        *result = Undefined;
        ((GradientHook)GCHandle.FromIntPtr(function->Data).Target!).tell();
        return result;
    }

    // 1: the address of the data, 2: a copy of it; there is nothing to destroy
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Manage(Function* target, Function* source, int operation)
    {
        target->Data = operation switch
        {
            1 => (nint)source,
            2 => source->Data,
            _ => target->Data,
        };
        return 0;
    }

    private static nint FindUndefined()
    {
        const string Name = "_ZN3c1019UndefinedTensorImpl10_singletonE";
        return LibTorch.Folder is { } folder && NativeLibrary.TryLoad(Path.Combine(folder, "libc10.so"), out var c10)
            ? Export(c10, Name)
            : 0;
    }

    private static nint Export(nint? library, string name) =>
        library is { } loaded && NativeLibrary.TryGetExport(loaded, name, out var address) ? address : 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct Function
    {
        public nint Data;
        public nint Unused;
        public nint Manager;
        public nint Invoker;
    }
}
