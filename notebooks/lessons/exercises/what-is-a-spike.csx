// What is right, what is nearly right and what helps, for the exercises of "What a spike is".
// docs/teaching.md says how such a file is written.
using System;
using System.Collections.Generic;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class SpikeAnswers
{
    // spikes of a LIF neuron with threshold 1, from V = 0; how H[t] becomes V[t] after a spike is the caller's
    public static double[] Lif(double[] current, double tau, Func<double, double> reset) =>
        Spikes(current, (v, x) => v + ((x - v) / tau), (h, fires) => fires ? reset(h) : h);

    public static double[] Spikes(double[] current, Func<double, double, double> charge, Func<double, bool, double> after)
    {
        var (v, spikes) = (0.0, new double[current.Length]);
        for (var t = 0; t < current.Length; t++)
        {
            var h = charge(v, current[t]);
            spikes[t] = h >= 1 ? 1 : 0;
            v = after(h, h >= 1);
        }

        return spikes;
    }

    // what is lost but for the spikes: V begins each step where the last spikes have left it
    public static double[] Forgetful(double[] current, double tau)
    {
        var v = 0.0;
        return [.. current.Select(x =>
        {
            var spike = v + ((x - v) / tau) >= 1 ? 1.0 : 0.0;
            v -= spike;
            return spike;
        })];
    }

    // V is kept only where the neuron fires
    public static double[] KeptAfterSpikes(double[] current, double tau)
    {
        var v = 0.0;
        return [.. current.Select(x =>
        {
            var h = v + ((x - v) / tau);
            v = h >= 1 ? h - 1 : v;
            return h >= 1 ? 1.0 : 0.0;
        })];
    }

    public static double[] Potentials(double[] current, double tau)
    {
        var v = 0.0;
        return [.. current.Select(x =>
        {
            var h = v + ((x - v) / tau);
            v = h >= 1 ? h - 1 : h;
            return h;
        })];
    }

    public static double FirstSpike(double input, double tau) =>
        Array.IndexOf(Lif([.. Enumerable.Repeat(input, 1000)], tau, _ => 0), 1.0) + 1;
}

Exercise.Define("first-spike")
    .Truth(_ => SpikeAnswers.FirstSpike(1.2, 2))
    .Almost("That is when V would pass the threshold if nothing leaked: the input pulls V only a part 1/tau of the way.", _ => 1)
    .Almost("That is not a whole step yet: in the step before it the potential is still below the threshold. Round up.",
        _ => Math.Log(1 - (1 / 1.2)) / Math.Log(0.5))
    .Almost("It does fire: an input of 1.2 pulls V to 1.2, which lies beyond the threshold of 1.", _ => 0)
    .WithHint("Write down H for one step after the other: each goes half of the way (1/tau) from V to the input.")
    .WithHint("H is 0.6 after the first step. The second goes half of the way from 0.6 to 1.2.");

Exercise.Define("every-step")
    .Given("tau", draw => draw.Between(1.5, 40))
    .Truth(given => given[0])
    .Almost("With an input of 1 the potential comes near 1, slowly. It has one step only.", _ => 1)
    .Almost("The neuron starts from V = 0 after each spike; the part 1/tau of the way is all it goes.", given => 1 / (1 - (1 / given[0])))
    .Almost("The way from V to the input is what counts, and V is 0 after the reset, not 1.", given => given[0] + 1)
    .Almost("That is so for tau = 2 only. Give it for every tau.", _ => 2)
    .Almost("The exponential belongs to continuous time. In a whole step V goes the part 1/tau of the way.",
        given => 1 / (1 - Math.Exp(-1 / given[0])))
    .WithHint("Firing at every step means that the very first step, from V = 0, reaches the threshold.")
    .WithHint("From V = 0 one step charges to I / tau.");

Exercise.Define("synchrony")
    .Given("p", draw => draw.Between(0.02, 0.6))
    .Truth(given => new double[] { Math.Sqrt(20 * given[0] * (1 - given[0])), 20 * Math.Sqrt(given[0] * (1 - given[0])) })
    .Almost("These are variances: the standard deviation is their square root.",
        given => new double[] { 20 * given[0] * (1 - given[0]), 400 * given[0] * (1 - given[0]) })
    .Almost("The two are exchanged: shared trains add up, independent ones partly cancel.",
        given => new double[] { 20 * Math.Sqrt(given[0] * (1 - given[0])), Math.Sqrt(20 * given[0] * (1 - given[0])) })
    .Almost("That is the Poisson approximation, sqrt(n p). In a step a neuron fires once at most, so its variance is p (1 - p).",
        given => new double[] { Math.Sqrt(20 * given[0]), 20 * Math.Sqrt(given[0]) })
    .Almost("The first is right. With one shared train the count is 0 or 20: twenty times one neuron's deviation.",
        given => new double[] { Math.Sqrt(20 * given[0] * (1 - given[0])), Math.Sqrt(20 * given[0] * (1 - given[0])) })
    .Almost("These are the means, how many spikes to expect. How far does the number stray from that?",
        given => new double[] { 20 * given[0], 20 * given[0] })
    .Almost("That is the deviation of a single neuron. What is asked is that of the number of spikes of all twenty.",
        given => new double[] { Math.Sqrt(given[0] * (1 - given[0])), Math.Sqrt(given[0] * (1 - given[0])) })
    .Almost("The second is right. Of independent neurons the variances add, not the deviations: some are up while others are down.",
        given => new double[] { 20 * Math.Sqrt(given[0] * (1 - given[0])), 20 * Math.Sqrt(given[0] * (1 - given[0])) })
    .Almost("The first is right. The second is a variance: take its square root, too.",
        given => new double[] { Math.Sqrt(20 * given[0] * (1 - given[0])), 400 * given[0] * (1 - given[0]) })
    .Almost("That is how far the share of the neurons that fire strays. Their number is twenty times that.",
        given => new double[] { Math.Sqrt(given[0] * (1 - given[0]) / 20), Math.Sqrt(given[0] * (1 - given[0])) })
    .WithHint("A neuron's spike in one step is a coin that falls on 1 with probability p: its variance is p (1 - p).")
    .WithHint("Variances of independent coins add. Twenty copies of one coin are one coin times 20.");

Exercise.Define("soft-reset")
    .Given("current", draw => draw.Many(40, 0, 3))
    .Given("tau", draw => draw.OneOf(1.5, 2, 2.5, 2.8)) // below 3: a single input may be enough, which tells mistakes apart
    .Truth(given => SpikeAnswers.Lif(given[0], given[1], h => h - 1))
    .Almost("The reset is a hard one: V goes to 0 and the surplus is lost. Subtract the threshold instead.",
        given => SpikeAnswers.Lif(given[0], given[1], _ => 0))
    .Almost("The reset is missing: after a spike V keeps all it had.", given => SpikeAnswers.Lif(given[0], given[1], h => h))
    .Almost("V is lowered in every step. Only a spike lowers it.",
        given => SpikeAnswers.Spikes(given[0], (v, x) => v + ((x - v) / given[1]), (h, _) => h - 1))
    .Almost("The leak is missing: charge by (X - V) / tau, not by X.",
        given => SpikeAnswers.Spikes(given[0], (v, x) => v + x, (h, fires) => fires ? h - 1 : h))
    .Almost("The leak is missing: V loses the part 1/tau of itself in each step.",
        given => SpikeAnswers.Spikes(given[0], (v, x) => v + (x / given[1]), (h, fires) => fires ? h - 1 : h))
    .Almost("The leak has the wrong sign: V goes towards the input, by (X - V) / tau.",
        given => SpikeAnswers.Spikes(given[0], (v, x) => v + ((x + v) / given[1]), (h, fires) => fires ? h - 1 : h))
    .Almost("The input is not divided by tau: it pulls V only a part 1/tau of the way.",
        given => SpikeAnswers.Spikes(given[0], (v, x) => v + x - (v / given[1]), (h, fires) => fires ? h - 1 : h))
    .Almost("V does not keep its charge: after a step V is h, less the threshold where it fired.",
        given => SpikeAnswers.Forgetful(given[0], given[1]))
    .Almost("These are potentials. The answer is a 1 where they reach the threshold, else a 0.",
        given => SpikeAnswers.Potentials(given[0], given[1]))
    .Almost("V is kept only where the neuron fires. In the other steps it must keep its charge, too.",
        given => SpikeAnswers.KeptAfterSpikes(given[0], given[1]))
    .Almost("That is the leak of continuous time, exp(-1/tau). In a whole step V goes the part 1/tau of the way.",
        given => SpikeAnswers.Spikes(
            given[0], (v, x) => x + ((v - x) * Math.Exp(-1 / given[1])), (h, fires) => fires ? h - 1 : h))
    .Almost("That looks at each input alone: V keeps its charge from step to step.",
        given => given[0].Values.Select(x => x / given[1] >= 1 ? 1.0 : 0).ToArray())
    .WithHint("Three lines in a loop over the steps: charge to h, fire if h has reached 1, reset.")
    .WithHint("Charge: h = v + (current[t] - v) / tau. Soft reset: v = h - spikes[t].");
