using SnnNotebooks.Encoders;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Encoders: the spikes bit for bit.</summary>
internal sealed class EncodingSuite : SpikingJellySuite
{
    /// <inheritdoc/>
    protected override bool Covers(string family) => family == "encoding";

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        reference.Same("spike", Spikes(reference));
        return null;
    }

    private static Tensor Spikes(ReferenceCase reference)
    {
        var steps = (int)reference.Shape("spike")[0];
        switch (reference.Name.Split('_')[0])
        {
            case "Poisson":
                return PoissonEncoder.Fire(reference.Tensor("x"), reference.Tensor("u"));
            case "Latency":
                var curve = reference.Text("enc_function") == "log" ? LatencyCurve.Logarithmic : LatencyCurve.Linear;
                return new LatencyEncoder((int)reference.Number("T"), curve).Encode(reference.Tensor("x"), steps);
            case "WeightedPhase":
                return new WeightedPhaseEncoder((int)reference.Number("K")).Encode(reference.Tensor("x"));
            case "Periodic":
                using (var periodic = new PeriodicEncoder(reference.Tensor("pattern")))
                {
                    return periodic.Encode(steps);
                }

            case "PopDeterministic":
                var range = reference.Numbers("mean_range");
                using (var population = new PopulationEncoder((long)reference.Number("obs_dim"), (long)reference.Number("pop_dim"), steps,
                    range[0], range[1], reference.Number("std")))
                {
                    return population.call(reference.Tensor("obs"));
                }

            default:
                throw new NotSupportedException($"this suite knows no encoder called {reference.Name}");
        }
    }
}
