using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>
/// Reward-modulated STDP of a dense layer (R. Florian, Neural Computation 19, 2007; SpikingJelly's MSTDP and MSTDPET). At every step the
/// traces tr = tr exp(-1/tau) + S of input and output give the eligibility e = f_post(W) tr_pre S_post - f_pre(W) tr_post S_pre, for each
/// sample. A reward acts on what the steps before it did:
/// without eligibility trace (MSTDP) dW = sum_B reward e of the step before; with one (MSTDPET) z = z exp(-1/tau_e) + e / tau_e of the step
/// before, dW = sum_B reward z.
/// </summary>
/// <param name="options">Time constants and weight dependence.</param>
/// <param name="tauEligibility">Time constant of the eligibility trace in time steps, at least 1 (MSTDPET), or null for none
/// (MSTDP).</param>
public sealed class RewardStdp(StdpOptions options, double? tauEligibility = null) : IStateful, IDisposable
{
    private readonly StdpOptions options = options.Checked();
    private readonly double? tauEligibility = tauEligibility is null or >= 1 ? tauEligibility
        : throw new ArgumentOutOfRangeException(
            nameof(tauEligibility), tauEligibility, "The time constant of the eligibility trace must be at least 1 time step.");

    /// <summary>Trace of the input [B, in], or null before the first step. It belongs to the rule: do not dispose it.</summary>
    public Tensor? TracePre { get; private set; }

    /// <summary>Trace of the output [B, out], or null before the first step. It belongs to the rule: do not dispose it.</summary>
    public Tensor? TracePost { get; private set; }

    /// <summary>
    /// Eligibility of the last step [B, out, in], or null before the first one. It belongs to the rule: do not dispose it.
    /// </summary>
    public Tensor? Eligibility { get; private set; }

    /// <summary>Eligibility trace z [B, out, in], where there is one. It belongs to the rule: do not dispose it.</summary>
    public Tensor? EligibilityTrace { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="weight">The weights [out, in]; they are not changed.</param>
    /// <param name="pre">Input spikes [B, in].</param>
    /// <param name="post">Output spikes [B, out].</param>
    /// <param name="reward">Reward [B] for what was done before this step.</param>
    /// <returns>dW [out, in]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit each other.</exception>
    /// <exception cref="InvalidOperationException">The traces are left from spikes of another shape.</exception>
    public Tensor Step(Tensor weight, Tensor pre, Tensor post, Tensor reward)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(pre);
        ArgumentNullException.ThrowIfNull(post);
        ArgumentNullException.ThrowIfNull(reward);
        if (reward.dim() != 1 || pre.dim() < 1 || reward.shape[0] != pre.shape[0])
        {
            throw new ArgumentException(
                $"Input [{string.Join(", ", pre.shape)}] and reward [{string.Join(", ", reward.shape)}]; expected [B, in] and [B].",
                nameof(reward));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (input, output) = SynapseGeometry.Dense.Checked(weight, pre, post);
        var change = Rewarded(weight, reward);
        TracePre = Traces.Leak(TracePre, input, Math.Exp(-1 / options.TauPre));
        TracePost = Traces.Leak(TracePost, output, Math.Exp(-1 / options.TauPost));
        var potentiation = options.Potentiation(weight) * (TracePre.unsqueeze(1) * output.unsqueeze(2));
        var depression = options.Depression(weight) * (TracePost.unsqueeze(2) * input.unsqueeze(1));
        Eligibility?.Dispose();
        Eligibility = (potentiation - depression).DetachFromDisposeScope();
        return change.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var state in new[] { TracePre, TracePost, Eligibility, EligibilityTrace })
        {
            state?.Dispose();
        }

        (TracePre, TracePost, Eligibility, EligibilityTrace) = (null, null, null, null);
    }

    /// <summary>Does nothing: traces carry no graph.</summary>
    public void Detach()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();

    private Tensor Rewarded(Tensor weight, Tensor reward)
    {
        if (Eligibility is not { } eligibility)
        {
            return zeros_like(weight);
        }

        var credited = eligibility;
        if (tauEligibility is { } tau)
        {
            credited = EligibilityTrace = Traces.Leak(EligibilityTrace, eligibility / tau, Math.Exp(-1 / tau));
        }

        return (reward.to(credited.dtype).reshape(-1, 1, 1) * credited).sum([0]);
    }
}
