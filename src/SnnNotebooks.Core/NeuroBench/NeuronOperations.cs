using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;

namespace SnnNotebooks.NeuroBench;

/// <summary>
/// How many arithmetic operations one step of a neuron takes: those of its equation as it is written, charge and reset. Comparisons, and
/// what is computed only to be compared, are not counted. For snnTorch's Leaky, H = beta V + X - S threshold, these are NeuroBench's 4, for
/// its Synaptic the 6 and 8. (The kit's hard reset, (1 - S) H + S V_reset, takes 4, where snnTorch's H - S H takes 2.)
/// </summary>
internal static class NeuronOperations
{
    /// <summary>The operations of a neuron that ran at least once; null where it is no equation.</summary>
    public static int? Of(SpikingNeuron neuron) =>
        neuron is EquationNeuron { Written: { } step } ? Count(step.After.Append(step.Output)) : null;

    private static int Count(IEnumerable<Term> results)
    {
        var seen = new HashSet<Term>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Term>(results);
        var count = 0;
        while (open.TryPop(out var term))
        {
            if (!seen.Add(term))
            {
                continue;
            }

            count += term.Operation is Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide or Operation.Negate
                or Operation.Exp or Operation.Log or Operation.Sin or Operation.Cos ? 1 : 0;
            foreach (var argument in Computed(term))
            {
                open.Push(argument);
            }
        }

        return count;
    }

    private static Term[] Computed(Term term) => term.Operation switch
    {
        Operation.Step or Operation.Round => [],
        Operation.Select => term.Arguments[1..],
        _ => term.Arguments,
    };
}
