namespace SnnNotebooks.Exchange.Nir;

/// <summary>What a neuron does after it fired.</summary>
public enum NirReset
{
    /// <summary>
    /// To v_reset where the file has it; else as the kit's own note says; else, in files from before NIR had v_reset, IF neurons subtract
    /// the threshold (as Sinabs, which wrote the published IF network, does) and leaky ones return to 0 (as Norse and snnTorch, which wrote
    /// the published leaky ones).
    /// </summary>
    Auto,

    /// <summary>To v_reset, or 0 where the file has none.</summary>
    Set,

    /// <summary>The threshold is subtracted.</summary>
    Subtract,
}

/// <summary>How a NIR graph, which is in continuous time, is run in time steps (forward Euler).</summary>
/// <param name="TimeStep">The step in seconds, above 0.</param>
/// <param name="Reset">What a neuron does after it fired.</param>
/// <param name="FiresAtEquality">
/// Whether a neuron fires where its potential equals the threshold; null: as the kit's own note in the file says, else no (NIR's definition
/// is v &gt; v_threshold).
/// </param>
public sealed record NirOptions(double TimeStep, NirReset Reset = NirReset.Auto, bool? FiresAtEquality = null);
