namespace SnnNotebooks.Energy;

/// <summary>The 45 nm rule: additions for spikes, multiplications with addition for numbers, nothing else.</summary>
/// <param name="rules">What an operation costs; 4.6 and 0.9 pJ where none are given.</param>
public sealed class ArithmeticEnergy(EnergyRules? rules = null) : IEnergyModel
{
    private readonly EnergyRules rules = rules ?? new EnergyRules();

    /// <inheritdoc/>
    public EnergyEstimate Estimate(EnergyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new EnergyEstimate(
            "45 nm, arithmetic only",
            [
                ("additions", rules.AcPicojoule * SynapticWork.Additions(run) / run.Samples),
                ("multiplications", rules.MacPicojoule * SynapticWork.Multiplications(run) / run.Samples),
            ],
            [
                FormattableString.Invariant($"an addition costs {rules.AcPicojoule} pJ, ")
                    + FormattableString.Invariant($"a multiplication with addition {rules.MacPicojoule} ")
                    + "(45 nm, 32-bit floats; M. Horowitz, ISSCC 2014)",
                "weights, potentials and spikes are moved for nothing, and zeros are skipped for nothing",
                "neurons, normalisation and pooling cost nothing",
            ]);
    }
}
