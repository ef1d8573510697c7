using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>The constants of a spike-timing-dependent rule.</summary>
/// <param name="TauPre">Time constant of the input's trace, in time steps, at least 1.</param>
/// <param name="TauPost">Time constant of the output's trace, in time steps, at least 1.</param>
/// <param name="PreScale">f_pre: how much a weight is depressed, from the weight, same shape; the identity where none is given.</param>
/// <param name="PostScale">f_post: how much a weight is potentiated, from the weight, same shape; the identity where none is given.</param>
public sealed record StdpOptions(
    double TauPre = 2, double TauPost = 2, Func<Tensor, Tensor>? PreScale = null, Func<Tensor, Tensor>? PostScale = null)
{
    internal Tensor Depression(Tensor weight) => PreScale?.Invoke(weight) ?? weight.alias();

    internal Tensor Potentiation(Tensor weight) => PostScale?.Invoke(weight) ?? weight.alias();

    internal StdpOptions Checked() => TauPre >= 1 && TauPost >= 1 ? this
        : throw new ArgumentOutOfRangeException(nameof(TauPre),
            FormattableString.Invariant($"Trace time constants are {TauPre} and {TauPost} time steps; expected at least 1."));
}

/// <summary>
/// Spike-timing-dependent plasticity with two traces (W. Fang et al., SpikingJelly, Science Advances 9, 2023), at every step:
/// tr = tr - tr / tau + S for input and output, then
/// dW = - f_pre(W) sum tr_post S_pre + f_post(W) sum tr_pre S_post, summed (not averaged) over batch and positions.
/// The traces are updated first, so that two spikes of one step count in both terms.
/// </summary>
/// <param name="geometry">Dense or convolution.</param>
/// <param name="options">Time constants and weight dependence.</param>
public sealed class Stdp(SynapseGeometry geometry, StdpOptions options) : IStateful, IDisposable
{
    private readonly SynapseGeometry geometry = geometry ?? throw new ArgumentNullException(nameof(geometry));
    private readonly StdpOptions options = options.Checked();

    /// <summary>
    /// Trace of the input, in the shape of the (padded) input of a step, or null before the first one. It belongs to the rule: do not
    /// dispose it.
    /// </summary>
    public Tensor? TracePre { get; private set; }

    /// <summary>
    /// Trace of the output, in the shape of the output of a step, or null before the first one. It belongs to the rule: do not dispose it.
    /// </summary>
    public Tensor? TracePost { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="weight">The weights, floating point; they are not changed.</param>
    /// <param name="pre">Input spikes [B, in, ...], of any real type; they are counted in that of the weights.</param>
    /// <param name="post">Output spikes [B, out, ...].</param>
    /// <returns>dW, in the shape and type of the weights; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Weights, input and output do not fit each other.</exception>
    /// <exception cref="InvalidOperationException">The traces are left from spikes of another shape.</exception>
    public Tensor Step(Tensor weight, Tensor pre, Tensor post)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(pre);
        ArgumentNullException.ThrowIfNull(post);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (input, output) = geometry.Checked(weight, pre, post);
        var padded = geometry.Pad(input);
        TracePre = Traces.Leak(TracePre, padded, 1 - (1 / options.TauPre));
        TracePost = Traces.Leak(TracePost, output, 1 - (1 / options.TauPost));
        var depression = options.Depression(weight) * geometry.Pair(TracePost, padded);
        var potentiation = options.Potentiation(weight) * geometry.Pair(output, TracePre);
        return (potentiation - depression).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        TracePre?.Dispose();
        TracePost?.Dispose();
        (TracePre, TracePost) = (null, null);
    }

    /// <summary>Does nothing: traces carry no graph.</summary>
    public void Detach()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();
}
