using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// libtorch's graph nodes, as TorchSharp's native library exports them for its own <c>autograd.Function</c>. We call them ourselves,
/// because TorchSharp's class keeps an unused tensor as large as each output until the graph is freed, holds every gradient until
/// the caller's scope ends, and cannot cope with missing gradients.
/// </summary>
internal static unsafe class NativeAutograd
{
    private static readonly nint Library = NativeLibrary.Load("LibTorchSharp", typeof(Tensor).Assembly, null);

    private static readonly delegate* unmanaged[Cdecl]<nint, nint, NodePointers> NewNode =
        (delegate* unmanaged[Cdecl]<nint, nint, NodePointers>)Export("THSAutograd_CSharpNode_ctor");

    private static readonly delegate* unmanaged[Cdecl]<NodePointers, void> ReleaseShared =
        (delegate* unmanaged[Cdecl]<NodePointers, void>)Export("THSAutograd_CSharpNode_disposeSharedPtr");

    private static readonly delegate* unmanaged[Cdecl]<NodePointers, void> ReleaseWeak =
        (delegate* unmanaged[Cdecl]<NodePointers, void>)Export("THSAutograd_CSharpNode_disposeWeakPtr");

    private static readonly delegate* unmanaged[Cdecl]<NodePointers, TensorArray, byte, void> SetEdges =
        (delegate* unmanaged[Cdecl]<NodePointers, TensorArray, byte, void>)Export("THSAutograd_CSharpNode_setNextEdges");

    private static readonly
        delegate* unmanaged[Cdecl]<
            TensorArray, TensorArray, TensorArray, TensorArray, NodePointers, delegate* unmanaged[Cdecl]<nuint, nint>, void> WrapOutputs =
        (delegate* unmanaged[Cdecl]<
            TensorArray, TensorArray, TensorArray, TensorArray, NodePointers, delegate* unmanaged[Cdecl]<nuint, nint>, void>)Export(
            "THSAutograd_Function_wrapOutputs");

    private static readonly delegate* unmanaged[Cdecl]<nint, NodePointers, byte, nint> NewSaved =
        (delegate* unmanaged[Cdecl]<nint, NodePointers, byte, nint>)Export("THSAutograd_SavedVariable_ctor");

    private static readonly delegate* unmanaged[Cdecl]<nint, NodePointers, nint> UnpackSaved =
        (delegate* unmanaged[Cdecl]<nint, NodePointers, nint>)Export("THSAutograd_SavedVariable_unpack");

    private static readonly delegate* unmanaged[Cdecl]<nint, void> DisposeSaved =
        (delegate* unmanaged[Cdecl]<nint, void>)Export("THSAutograd_SavedVariable_dispose");

    private static readonly delegate* unmanaged[Cdecl]<nint, nint> Data =
        (delegate* unmanaged[Cdecl]<nint, nint>)Export("THSTensor_data");

    [ThreadStatic]
    private static nint wrapped;

    // libtorch's own functions, by their names in C++; absent where a compiler names them otherwise
    private static readonly delegate* unmanaged[Cdecl]<int> CurrentTask =
        (delegate* unmanaged[Cdecl]<int>)OwnFunction("_ZN5torch8autograd25get_current_graph_task_idEv");

    private static readonly delegate* unmanaged[Cdecl]<byte> CurrentKeepsGraph =
        (delegate* unmanaged[Cdecl]<byte>)OwnFunction("_ZN5torch8autograd33get_current_graph_task_keep_graphEv");

    /// <summary>The number of the backward pass that this thread works for; no two that run at the same time share one.</summary>
    public static int CurrentPass => CurrentTask == null ? Environment.CurrentManagedThreadId : CurrentTask();

    /// <summary>
    /// Whether another backward pass may go through what the one that this thread works for goes through; true where nobody can say.
    /// </summary>
    public static bool KeepsGraph => CurrentKeepsGraph == null || CurrentKeepsGraph() != 0;

    /// <summary>A new node; it lives until the graph lets go of it.</summary>
    /// <param name="apply">Native address of the backward function.</param>
    /// <param name="deleted">Native address of what is called when the node dies.</param>
    public static NodePointers Create(nint apply, nint deleted)
    {
        var node = NewNode(apply, deleted);
        CheckForErrors();
        return node;
    }

    /// <summary>Gives up the creator's share of the node.</summary>
    public static void Release(NodePointers node)
    {
        ReleaseShared(node);
        CheckForErrors();
    }

    /// <summary>Frees the weak reference that is left when the node is dead.</summary>
    public static void Forget(NodePointers node) => ReleaseWeak(node);

    /// <summary>Sets where the node's gradients go.</summary>
    public static void Connect(NodePointers node, ReadOnlySpan<nint> inputs)
    {
        fixed (nint* first = inputs)
        {
            SetEdges(node, new TensorArray(first, inputs.Length), 1);
            CheckForErrors();
        }
    }

    /// <summary>Makes tensors the outputs of a node.</summary>
    /// <returns>Handles of the tensors to give to the caller, in the same memory.</returns>
    public static nint[] Wrap(NodePointers node, ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs)
    {
        var handles = new nint[outputs.Length];
        fixed (nint* first = inputs, result = outputs, target = handles)
        {
            wrapped = (nint)target;
            WrapOutputs(
                new TensorArray(first, inputs.Length), default, default, new TensorArray(result, outputs.Length), node, &RoomForWrapped);
            CheckForErrors();
        }

        return handles;
    }

    /// <summary>Saves a tensor for the backward pass; changing it in place until then is an error that libtorch reports.</summary>
    public static nint Save(NodePointers node, Tensor tensor)
    {
        var saved = NewSaved(tensor.Handle, node, 0);
        GC.KeepAlive(tensor);
        CheckForErrors();
        return saved;
    }

    /// <summary>The saved tensor; the caller disposes it.</summary>
    public static Tensor Unpack(NodePointers node, nint saved)
    {
        var handle = UnpackSaved(saved, node);
        CheckForErrors();
        return Tensor.UnsafeCreateTensor(handle);
    }

    /// <summary>Lets go of a saved tensor.</summary>
    public static void Drop(nint saved) => DisposeSaved(saved);

    /// <summary>
    /// The address, on its device, of a tensor's first element; the caller keeps the tensor alive as long as it uses it
    /// (<see cref="GC.KeepAlive"/>).
    /// </summary>
    public static nint Address(Tensor tensor)
    {
        var address = Data(tensor.Handle);
        GC.KeepAlive(tensor);
        CheckForErrors();
        return address;
    }

    private static nint OwnFunction(string name) =>
        LibTorch.Library is { } libtorch && NativeLibrary.TryGetExport(libtorch, name, out var address) ? address : 0;

    /// <summary>A function of TorchSharp's native library.</summary>
    /// <exception cref="LibTorchException">There is none of that name.</exception>
    public static nint Export(string name) => NativeLibrary.TryGetExport(Library, name, out var address)
        ? address
        : throw new LibTorchException(
            $"TorchSharp's native library has no function {name}; this kit needs TorchSharp 0.107, "
            + "run `snn doctor` to see what was loaded.");

    /// <summary>Where the native side puts the handles of the outputs that it wraps for this thread.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint RoomForWrapped(nuint length) => wrapped;

    /// <summary>A node as the native side hands it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NodePointers
    {
        public nint Shared;
        public nint Weak;
    }

    /// <summary>A list of tensor handles.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct TensorArray(nint* first, long length)
    {
        private readonly nint* first = first;
        private readonly long length = length;
    }
}
