using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static SnnNotebooks.Native.NativeAutograd;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// One operation of ours in libtorch's autograd graph: it saves what it needs, and its gradients live no longer than they are used.
/// Derive from it, and let <see cref="Run"/> compute the outputs.
/// </summary>
internal abstract unsafe class GraphNode
{
    /// <summary>What libtorch says, and nodes of ours, too, where a pass meets a graph that was let go.</summary>
    public const string SecondTime = "backward through the graph a second time";

    // libtorch copies the handles a backward function returns as soon as it returns: at the next call they can be let go
    [ThreadStatic]
    private static GraphNode? last;

    private readonly List<nint> saved = [];
    private bool isUsed; // by a backward pass that keeps no graph
    private NodePointers pointers;
    private NodeCalls? calls;
    private int inputs;
    private Tensor?[]? returned;

    /// <summary>Whether an operation on these tensors is to be part of the graph.</summary>
    public static bool IsWanted(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!is_grad_enabled())
        {
            return false;
        }

        foreach (var input in inputs)
        {
            if (input is { requires_grad: true })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Computes results without gradients, and puts the operation into the graph where one is wanted.</summary>
    /// <param name="inputs">What gradients go to.</param>
    /// <param name="save">What the backward pass needs.</param>
    /// <param name="compute">Makes the results, tensors that nobody else has.</param>
    /// <returns>The results.</returns>
    protected Tensor[] Run(Tensor[] inputs, Tensor[] save, Func<Tensor[]> compute)
    {
        Tensor[] outputs;
        using (no_grad())
        {
            outputs = compute();
        }

        if (!IsWanted(inputs))
        {
            return outputs;
        }

        var joined = Join(inputs, outputs, save);
        Array.ForEach(outputs, output => output.Dispose());
        return joined;
    }

    /// <summary>Puts the operation into the graph.</summary>
    /// <param name="inputs">What gradients go to.</param>
    /// <param name="outputs">The results; the tensors given become the graph's and must not be used further.</param>
    /// <param name="save">What the backward pass needs.</param>
    /// <returns>The results, now with gradients, in the same memory.</returns>
    protected Tensor[] Join(Tensor[] inputs, Tensor[] outputs, Tensor[] save)
    {
        this.inputs = inputs.Length;
        calls = NodeCalls.Take(this, inputs.Length);
        pointers = Create(calls.Apply, calls.Deleted);
        try
        {
            var into = Array.ConvertAll(inputs, input => input.Handle);
            Connect(pointers, into);
            var wrapped = Wrap(pointers, into, Array.ConvertAll(outputs, output => output.Handle));
            foreach (var tensor in save)
            {
                saved.Add(Save(pointers, tensor));
            }

            return Array.ConvertAll(wrapped, Tensor.UnsafeCreateTensor);
        }
        finally
        {
            Release(pointers);
            GC.KeepAlive(inputs); // until here libtorch knew them by their handles only
            GC.KeepAlive(outputs);
        }
    }

    /// <summary>The backward pass.</summary>
    /// <param name="outputs">Gradients of the outputs; null where the loss does not depend on one.</param>
    /// <param name="savedTensors">What was saved.</param>
    /// <returns>Gradients of the inputs, null where there is none. They are disposed soon after.</returns>
    protected abstract Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors);

    /// <summary>What libtorch has of a backward pass through the node.</summary>
    /// <param name="gradients">Handles of the outputs' gradients, which become ours.</param>
    /// <param name="count">How many outputs there are.</param>
    /// <returns>Handles of the inputs' gradients, in memory that stays as it is until the next pass through the node.</returns>
    internal TensorArray Apply(nint* gradients, int count)
    {
        var handles = calls!.Handles(inputs);
        LastLetsGo();
        try
        {
            if (isUsed)
            {
                throw new InvalidOperationException(
                    $"Trying to {SecondTime}: what it saved was let go after the first, which retain_graph prevents.");
            }

            using var scope = NewDisposeScope();
            var createGraph = is_grad_enabled();
            using var off = no_grad();
            var outputs = new Tensor?[count];
            for (var i = 0; i < count; i++)
            {
                outputs[i] = gradients[i] == 0 ? null : Tensor.UnsafeCreateTensor(gradients[i]);
            }

            var results = Backward(outputs, [.. saved.ConvertAll(tensor => Unpack(pointers, tensor))]);
            if (!KeepsGraph)
            {
                isUsed = saved.Count > 0;
                DropSaved();
            }

            if (createGraph)
            {
                results = OnceDifferentiable.Guard(results);
            }

            for (var i = 0; i < handles.Length; i++)
            {
                results[i]?.DetachFromDisposeScope();
                handles[i] = results[i]?.Handle ?? 0;
            }

            LastLetsGo(); // of a pass within this one
            (returned, last) = (results, this);
        }
        catch (Exception thrown)
        {
            // an exception must not cross native frames: the pass keeps it, or libtorch says that gradients are missing, and not why
            if (!BackwardPass.Takes(thrown))
            {
                Console.Error.WriteLine($"The backward pass failed: {thrown.Message}");
                return default;
            }

            handles.Clear();
        }

        return new TensorArray((nint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(handles)), handles.Length);
    }

    /// <summary>What happens when libtorch has let go of the node.</summary>
    internal void Deleted()
    {
        LetGo();
        DropSaved();
        Forget(pointers);
    }

    private void DropSaved()
    {
        saved.ForEach(Drop);
        saved.Clear();
    }

    private static void LastLetsGo()
    {
        last?.LetGo();
        last = null;
    }

    /// <summary>Disposes the gradients of the last backward pass.</summary>
    private void LetGo()
    {
        foreach (var tensor in Interlocked.Exchange(ref returned, null) ?? [])
        {
            tensor?.Dispose();
        }
    }

    /// <summary>
    /// Where gradients are to have a graph themselves (<c>create_graph</c>): a gradient of ours can be had, but not differentiated again,
    /// and says so then, as PyTorch's <c>once_differentiable</c> does.
    /// </summary>
    private sealed class OnceDifferentiable : GraphNode
    {
        public static Tensor?[] Guard(Tensor?[] gradients)
        {
            Tensor[] given = [.. gradients.OfType<Tensor>()];
            using var on = enable_grad();
            Tensor[] sources = [.. given.Select(gradient => gradient.detach().requires_grad_())];
            var guarded = new Queue<Tensor>(new OnceDifferentiable().Join(sources, given, []));
            return Array.ConvertAll(gradients, gradient => gradient is null ? null : guarded.Dequeue());
        }

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) => throw new NotSupportedException(
            "trying to differentiate twice a function that can be differentiated once: gradients of gradients need plain TorchSharp "
            + "operations.");
    }
}
