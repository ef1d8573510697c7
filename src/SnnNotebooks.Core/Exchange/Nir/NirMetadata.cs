namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// What the kit notes beside a neuron's parameters, because NIR has no field for it. Other readers may pass over the notes; ours
/// takes them back, so that a network that went out and came in again fires the same spikes.
/// </summary>
public static class NirMetadata
{
    /// <summary>
    /// The comparison that fires: <c>&gt;=</c> (this kit, SpikingJelly) or <c>&gt;</c> (NIR's definition, and where there is no note).
    /// </summary>
    public const string Fires = "fires_at";

    /// <summary>The reset: <c>subtract</c> (soft) or <c>set</c> (hard, to v_reset).</summary>
    public const string Reset = "reset";

    /// <summary>The time step in seconds the parameters were converted with.</summary>
    public const string TimeStep = "dt";

    /// <summary>The membrane time constant in time steps, before it was converted to seconds.</summary>
    public const string TauSteps = "tau_steps";
}
