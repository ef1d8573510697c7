using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// A backward pass that says what stopped it in one of the kit's operations. An exception cannot cross libtorch. So a node that fails
/// leaves the reason with its pass and goes on without gradients, and the pass throws at its end. (Wrong gradients would end the process
/// where <c>autograd.grad</c> runs the pass: TorchSharp 0.107 does not catch what libtorch throws there.) Nodes on the CPU run on the
/// thread that started the pass. Where there are devices whose nodes run on other threads, or the pass is one within another, it starts in
/// a node of its own and learns its number there, by which nodes find it.
/// </summary>
internal sealed class BackwardPass : GraphNode
{
    private static readonly ConcurrentDictionary<int, BackwardPass> Running = new();
    private static readonly Lazy<bool> OtherThreads = new(() => cuda.is_available() || mps_is_available());

    [ThreadStatic]
    private static BackwardPass? outermost; // that this thread runs, where it has no node

    private int? number;
    private Exception? failure;

    private BackwardPass()
    {
    }

    /// <summary>Runs a backward pass.</summary>
    /// <param name="from">Where it starts.</param>
    /// <param name="backward">
    /// Starts it at the tensor given: <paramref name="from"/>, or one that stands for it and has its shape, whose values are none.
    /// </param>
    /// <param name="letsGo">Whether it disposes <paramref name="from"/> before it starts, which it is never given then.</param>
    /// <exception cref="InvalidOperationException">A node of the kit failed; its exception is the inner one.</exception>
    public static void Run(Tensor from, Action<Tensor> backward, bool letsGo = false)
    {
        if (!IsWanted(from))
        {
            backward(from);
            return;
        }

        var isWithin = outermost is not null || Running.ContainsKey(NativeAutograd.CurrentPass);
        var pass = new BackwardPass();
        var needsNode = isWithin || letsGo || OtherThreads.Value;
        using var start = needsNode ? pass.Join(from) : null;
        outermost ??= needsNode ? null : pass;
        try
        {
            backward(start ?? from);
        }
        catch (ExternalException) when (pass.failure is not null)
        {
            // what libtorch says of missing gradients is no news
        }
        finally
        {
            pass.Forget();
            outermost = ReferenceEquals(outermost, pass) ? null : outermost;
        }

        if (pass.failure is { } reason)
        {
            throw isWithin ? reason : new InvalidOperationException($"The backward pass failed: {reason.Message}", reason);
        }
    }

    /// <summary>Keeps what stopped a node in the pass that this thread works for.</summary>
    /// <returns>False where the pass was not started by <see cref="Run"/>: nobody would ask for the reason.</returns>
    public static bool Takes(Exception thrown)
    {
        if ((Running.TryGetValue(NativeAutograd.CurrentPass, out var pass) ? pass : outermost) is not { } failed)
        {
            return false;
        }

        failed.failure ??= thrown;
        return true;
    }

    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        Forget(); // the graph was kept, and this is a second pass over it
        number = NativeAutograd.CurrentPass;
        Running[number.Value] = this;
        return [outputs[0]];
    }

    /// <summary>A tensor of one number is enough: the memory of <paramref name="from"/> can go before the pass ends.</summary>
    private Tensor Join(Tensor from)
    {
        using var off = no_grad();
        using var number = zeros([], dtype: from.dtype, device: from.device);
        using var like = number.expand(from.shape);
        return Join([from], [like], [])[0];
    }

    private void Forget()
    {
        if (number is { } taken)
        {
            Running.TryRemove(taken, out _);
        }
    }
}
