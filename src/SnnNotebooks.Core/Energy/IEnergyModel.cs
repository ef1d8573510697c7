namespace SnnNotebooks.Energy;

/// <summary>What a model makes of a run.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Parts">What the energy goes to, in picojoule for one input.</param>
/// <param name="Assumptions">What the model takes for granted, a sentence each.</param>
public sealed record EnergyEstimate(
    string Model, IReadOnlyList<(string Part, double Picojoule)> Parts, IReadOnlyList<string> Assumptions)
{
    /// <summary>The sum of the parts, for one input.</summary>
    public double Picojoule => Parts.Sum(part => part.Picojoule);
}

/// <summary>A model of the energy that a network would take on some hardware.</summary>
public interface IEnergyModel
{
    /// <summary>Estimates a run.</summary>
    /// <param name="run">What happened.</param>
    /// <returns>The energy of one input and what was assumed.</returns>
    EnergyEstimate Estimate(EnergyRun run);
}

/// <summary>The models of the kit.</summary>
public static class EnergyModels
{
    /// <summary>The 45 nm rule, Lemaire et al., SpikeSim dense and by events, NeuroMC.</summary>
    public static IReadOnlyList<IEnergyModel> All { get; } =
        [new ArithmeticEnergy(), new LemaireEnergy(), new SpikeSimEnergy(), new SpikeSimEventEnergy(), new NeuroMcEnergy()];
}
