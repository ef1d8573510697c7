using System.Runtime.InteropServices;
using static SnnNotebooks.Native.NativeAutograd;

namespace SnnNotebooks.Native;

/// <summary>
/// The two functions by which libtorch calls a node. They are not told which node, so that each node that lives needs two of its own; those
/// of a node that died are the next one's. To make them for each node took longer than the rest of putting it into the graph.
/// </summary>
internal sealed unsafe class NodeCalls
{
    private static readonly Lock Gate = new();
    private static readonly Stack<NodeCalls> Idle = [];

    private readonly ApplyFunction apply;
    private readonly DeletedFunction deleted;
    private nint[] handles = [];
    private GraphNode? node;

    private NodeCalls()
    {
        (apply, deleted) = (OnApply, OnDeleted);
        (Apply, Deleted) = (Marshal.GetFunctionPointerForDelegate(apply), Marshal.GetFunctionPointerForDelegate(deleted));
        GCHandle.Alloc(this); // for good: libtorch has addresses only
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate TensorArray ApplyFunction(nint* gradients, int count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DeletedFunction();

    /// <summary>Native address of the backward function.</summary>
    public nint Apply { get; }

    /// <summary>Native address of what is called when the node dies.</summary>
    public nint Deleted { get; }

    /// <summary>Functions that call a node, which lives until libtorch has called the second one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">How many inputs it has.</param>
    public static NodeCalls Take(GraphNode node, int inputs)
    {
        NodeCalls? calls;
        lock (Gate)
        {
            Idle.TryPop(out calls);
        }

        calls ??= new NodeCalls();
        calls.node = node;
        if (calls.handles.Length < inputs)
        {
            calls.handles = GC.AllocateArray<nint>(inputs, pinned: true);
        }

        return calls;
    }

    /// <summary>Pinned memory for the handles that the backward function returns: libtorch reads them after it has returned.</summary>
    /// <param name="inputs">How many inputs the node has.</param>
    public Span<nint> Handles(int inputs) => handles.AsSpan(0, inputs);

    private TensorArray OnApply(nint* gradients, int count) => node!.Apply(gradients, count);

    private void OnDeleted()
    {
        node!.Deleted();
        node = null;
        lock (Gate)
        {
            Idle.Push(this);
        }
    }
}
