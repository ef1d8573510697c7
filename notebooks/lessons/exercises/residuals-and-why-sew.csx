// What is right, what is nearly right and what helps, for the exercises of "Residuals, and why SEW".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

Exercise.Define("passing-threshold")
    .Given("tau", draw => draw.Between(1.2, 20))
    .Truth(given => 1 / given[0])
    .Almost("That is what an IF neuron, which does not divide by tau, would need.", _ => 1)
    .Almost("That is what is left after one step of leak. How far does one spike charge the neuron from V = 0?",
        given => 1 - (1 / given[0]))
    .Almost("That is so for tau = 2 only. Give it for every tau.", _ => 0.5)
    .Almost("In a whole step the spike charges the neuron by 1/tau of its height. The exponential belongs to continuous time.",
        given => 1 - Math.Exp(-1 / given[0]))
    .Almost("That is what is left of V after a time of one step. How far does one spike charge V from 0, in a whole step?",
        given => Math.Exp(-1 / given[0]))
    .WithHint("Charge: H = V + (X - V) / tau. Put in V = 0 and X = 1.");

Exercise.Define("connect")
    .Given("s", draw => draw.Whole(0, 1)).Given("x", draw => draw.Whole(0, 1)).Cases(30)
    .Truth(given => new double[] { given[0] + given[1], given[0] * given[1], (1 - given[0]) * given[1] })
    .Almost("In IAND the block's spike s is the one that is turned round, (1 - s) x.",
        given => new double[] { given[0] + given[1], given[0] * given[1], (1 - given[1]) * given[0] })
    .Almost("ADD adds: two spikes give 2, not 1.",
        given => new double[] { Math.Max(given[0], given[1]), given[0] * given[1], (1 - given[0]) * given[1] })
    .Almost("AND and IAND are exchanged.", given => new double[] { given[0] + given[1], (1 - given[0]) * given[1], given[0] * given[1] })
    .Almost("1 - s x turns the product round. In IAND only s is turned round.",
        given => new double[] { given[0] + given[1], given[0] * given[1], 1 - (given[0] * given[1]) })
    .Almost("In IAND only s is turned round, not x.",
        given => new double[] { given[0] + given[1], given[0] * given[1], (1 - given[0]) * (1 - given[1]) })
    .Almost("IAND lets x pass where the block is silent; the x is missing.",
        given => new double[] { given[0] + given[1], given[0] * given[1], 1 - given[0] })
    .Almost("ADD adds: two spikes give 2, not 0.",
        given => new double[] { Math.Abs(given[0] - given[1]), given[0] * given[1], (1 - given[0]) * given[1] })
    .Almost("x - s is -1 for a spike of the block alone. IAND is a product.",
        given => new double[] { given[0] + given[1], given[0] * given[1], given[1] - given[0] })
    .Almost("AND is 1 only where both are: that is an OR.",
        given => new double[] { given[0] + given[1], Math.Max(given[0], given[1]), (1 - given[0]) * given[1] })
    .WithHint("The text names all three: SN(...) + x, s x, (1 - s) x.")
    .WithHint("For numbers that are 0 or 1, a product is an AND, and 1 - s turns s round.");

Exercise.Define("pile-up")
    .Given("blocks", draw => draw.Whole(1, 30))
    .Truth(given => given[0] + 1)
    .Almost("The spike that went in is there as well.", given => given[0])
    .Almost("A block adds its own spike, which is 0 or 1, not a copy of what came in.", given => Math.Pow(2, given[0]))
    .Almost("A sum of spikes is not cut off at 1: two spikes give a 2.", _ => 1)
    .Almost("A block adds one spike, not two.", given => 1 + (2 * given[0]))
    .Almost("A block adds one spike, not two. What goes into the first block?", given => 2 * given[0])
    .Almost("2 can come out of one block. The next one adds to that.", _ => 2)
    .WithHint("What can come out of one block, at most? And of two?");

Exercise.Define("two-counts")
    .Given("inputs", draw => draw.Many(12, 0, 3.9).Select(Math.Floor).Append(0).Append(2).ToArray())
    .Given("fanOut", draw => draw.Whole(5, 200))
    .Truth(given => new double[] { given[0].Values.Sum() * given[1], given[0].Values.Count(x => x != 0) * given[1] })
    .Almost("The two are exchanged.",
        given => new double[] { given[0].Values.Count(x => x != 0) * given[1], given[0].Values.Sum() * given[1] })
    .Almost("Each input reaches fanOut neurons, and each of them adds.",
        given => new double[] { given[0].Values.Sum(), (double)given[0].Values.Count(x => x != 0) })
    .Almost("The share is that of the inputs that are not zero; here all count.",
        given => new double[] { given[0].Values.Sum() * given[1], given[0].Values.Count * given[1] })
    .Almost("The first is right. The second must be a number of additions, too: inputs that are not zero, times fanOut.",
        given => new double[]
        {
            given[0].Values.Sum() * given[1], given[0].Values.Count(x => x != 0) * given[1] / given[0].Values.Count,
        })
    .Almost("The second counts only inputs that are 1. A 2 is not zero either.",
        given => new double[] { given[0].Values.Sum() * given[1], given[0].Values.Count(x => x == 1) * given[1] })
    .Almost("The first is right. In the second, too, each input reaches fanOut neurons.",
        given => new double[] { given[0].Values.Sum() * given[1], given[0].Values.Count(x => x != 0) })
    .Almost("Both count by spikes. By share a 2 counts once.",
        given => new double[] { given[0].Values.Sum() * given[1], given[0].Values.Sum() * given[1] })
    .Almost("Both count by share. By spikes a 2 counts twice.",
        given => new double[] { given[0].Values.Count(x => x != 0) * given[1], given[0].Values.Count(x => x != 0) * given[1] })
    .WithHint("By spikes: the sum of all inputs. By share: how many of them are not zero.")
    .WithHint("Both times fanOut.");
