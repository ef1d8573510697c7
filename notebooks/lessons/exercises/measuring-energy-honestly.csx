// What is right, what is nearly right and what helps, for the exercises of "Measuring energy, honestly".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class EnergyAnswers
{
    public static double Smallest(double[] values) => Array.IndexOf(values, values.Min());

    public static double Largest(double[] values) => Array.IndexOf(values, values.Max());
}

Exercise.Define("break-even")
    .Given("mac", draw => draw.Between(0.5, 6)).Given("ac", draw => draw.Between(0.02, 0.4)).Given("fetch", draw => draw.Between(0.5, 20))
    .Truth(given => (given[0] + given[2]) / (given[1] + given[2]))
    .Almost("That is arithmetic alone: the weight must be fetched for each.", given => given[0] / given[1])
    .Almost("The spiking layer fetches a weight for each addition, too.", given => (given[0] + given[2]) / given[1])
    .Almost("The ordinary layer fetches a weight for each MAC, too.", given => given[0] / (given[1] + given[2]))
    .Almost("Brackets are missing: a division comes before a sum.", given => given[0] + (given[2] / given[1]) + given[2])
    .Almost("A weight is fetched for each of the two. It belongs to both, above and below the line.",
        given => (given[0] / given[1]) + given[2])
    .Almost("That is how much dearer a MAC is. At how many spikes are the two bills equal?", given => given[0] - given[1])
    .Almost("Fetching costs on top of computing: it is added, not multiplied.", given => given[0] / given[1] * given[2])
    .WithHint("For one connection: the ordinary layer pays mac + fetch once, the spiking one ac + fetch for every spike.")
    .WithHint("Set spikes * (ac + fetch) equal to mac + fetch.");

Exercise.Define("layer-energy")
    .Given("inputs", draw => draw.Whole(50, 900)).Given("outputs", draw => draw.Whole(10, 200))
    .Given("rate", draw => draw.Between(0.02, 0.5))
    .Given("T", draw => draw.Whole(2, 16))
    .Truth(given => given[2] * given[3] * given[0] * given[1] * 0.9e-3)
    .Almost("That is charged as multiplications, 4.6 pJ. Spikes need additions only.",
        given => given[2] * given[3] * given[0] * given[1] * 4.6e-3)
    .Almost("That is one step; there are T.", given => given[2] * given[0] * given[1] * 0.9e-3)
    .Almost("That is in pJ: 1000 pJ are 1 nJ.", given => given[2] * given[3] * given[0] * given[1] * 0.9)
    .Almost("Each spike reaches every output, and each of them adds.", given => given[2] * given[3] * given[0] * 0.9e-3)
    .Almost("All are connected: inputs times outputs, not their sum.",
        given => given[2] * given[3] * (given[0] + given[1]) * 0.9e-3)
    .Almost("That charges every connection in every step. Only a spike causes additions: the rate is missing.",
        given => given[3] * given[0] * given[1] * 0.9e-3)
    .Almost("A spike comes from each of the inputs: their number is missing.", given => given[2] * given[3] * given[1] * 0.9e-3)
    .Almost("More steps, more additions: multiply by T, do not divide.", given => given[2] / given[3] * given[0] * given[1] * 0.9e-3)
    .Almost("That is the bill of an ordinary layer: every connection multiplies once. Here spikes add.",
        given => given[0] * given[1] * 4.6e-3)
    .Almost("1000 pJ are 1 nJ: divide by 1000, do not multiply.", given => given[2] * given[3] * given[0] * given[1] * 900)
    .Almost("Silence is charged, not spikes: the rate is the share of the steps with a spike.",
        given => (1 - given[2]) * given[3] * given[0] * given[1] * 0.9e-3)
    .WithHint("Additions: rate x T x connections. How many connections has the layer?")
    .WithHint("inputs times outputs. Then 0.9 pJ for each, and 1000 pJ to a nJ.");

Exercise.Define("sparse-first")
    .Given("spikes", draw => draw.Many(5, 10, 1000)).Given("fanOut", draw => draw.Many(5, 10, 500)).Cases(40)
    .Truth(given => EnergyAnswers.Largest([.. given[0].Values.Zip(given[1].Values, (s, f) => s * f)]))
    .Almost("That layer has the most spikes, but they may reach few neurons.", given => EnergyAnswers.Largest(given[0]))
    .Almost("That layer has the largest fan-out, but few spikes may come.", given => EnergyAnswers.Largest(given[1]))
    .Almost("The first layer of the list is layer 0.",
        given => 1 + EnergyAnswers.Largest([.. given[0].Values.Zip(given[1].Values, (s, f) => s * f)]))
    .Almost("That layer causes the fewest additions. Where are the most to be saved?",
        given => EnergyAnswers.Smallest([.. given[0].Values.Zip(given[1].Values, (s, f) => s * f)]))
    .Almost("Each spike causes fanOut additions: multiply, do not divide.",
        given => EnergyAnswers.Largest([.. given[0].Values.Zip(given[1].Values, (s, f) => s / f)]))
    .Almost("That is how many additions the layer causes; its place in the list is asked for.",
        given => given[0].Values.Zip(given[1].Values, (s, f) => s * f).Max())
    .Almost("Each spike causes fanOut additions: multiply, do not add.",
        given => EnergyAnswers.Largest([.. given[0].Values.Zip(given[1].Values, (s, f) => s + f)]))
    .Almost("That layer has the fewest spikes. Where are the most additions to be saved?", given => EnergyAnswers.Smallest(given[0]))
    .Almost("That layer has the smallest fan-out: a spike less saves the least there.", given => EnergyAnswers.Smallest(given[1]))
    .WithHint("How many additions does one spike into a layer cause?")
    .WithHint("spikes[i] * fanOut[i]; where is it largest?");
