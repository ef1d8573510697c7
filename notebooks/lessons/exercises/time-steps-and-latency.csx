// What is right, what is nearly right and what helps, for the exercises of "Time steps and latency".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class LatencyAnswers
{
    public static double[] Times(double[] pixels, double steps, double black, Func<double, double> late) =>
        [.. pixels.Select(x => x > 0 ? Math.Round((steps - 1) * late(x)) : black)];

    public static double Interval(double input) =>
        Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(0.5)));

    // the first step after which one of them has had so many spikes
    public static double Reach(double[] a, double[] b, double count)
    {
        var (ofA, ofB) = (0.0, 0.0);
        for (var t = 0; t < a.Length; t++)
        {
            (ofA, ofB) = (ofA + a[t], ofB + b[t]);
            if (Math.Max(ofA, ofB) >= count)
            {
                return t + 1;
            }
        }

        return a.Length;
    }

    // by the spikes of one step alone
    public static double Alone(double[] a, double[] b, double lead) =>
        Enumerable.Range(0, a.Length).Where(t => Math.Abs(a[t] - b[t]) >= lead).Select(t => t + 1.0).FirstOrDefault(a.Length);

    public static double Stop(double[] a, double[] b, double lead, bool twoSided = true, double? never = null)
    {
        var ahead = 0.0;
        for (var t = 0; t < a.Length; t++)
        {
            ahead += a[t] - b[t];
            if ((twoSided ? Math.Abs(ahead) : ahead) >= lead)
            {
                return t + 1;
            }
        }

        return never ?? a.Length;
    }
}

Exercise.Define("silent-black")
    .Given("pixels", draw => draw.Many(12, 0, 1).Select(x => x < 0.4 ? 0 : x).Append(0).ToArray()).Given("steps", draw => draw.Whole(8, 40))
    .Truth(given => LatencyAnswers.Times(given[0], given[1], -1, x => 1 - x))
    .Almost("Black pixels still fire, at the very end.", given => LatencyAnswers.Times(given[0], given[1], given[1] - 1, x => 1 - x))
    .Almost("The order is turned round: bright pixels must come first.", given => LatencyAnswers.Times(given[0], given[1], -1, x => x))
    .Almost("The first step is step 0 here, and the last one steps - 1.",
        given => LatencyAnswers.Times(given[0], given[1], -1, x => 1 - x).Select(t => t < 0 ? t : t + 1).ToArray())
    .Almost("The line falls over steps - 1 steps, not over steps: the darkest fires in the last step there is.",
        given => LatencyAnswers.Times(given[0], given[1] + 1, -1, x => 1 - x))
    .Almost("The time is cut off to a whole step; it must be rounded to the nearest one.",
        given => given[0].Values.Select(x => x > 0 ? Math.Floor((given[1] - 1) * (1 - x)) : -1).ToArray())
    .Almost("The times are not whole steps yet: round them.",
        given => given[0].Values.Select(x => x > 0 ? (given[1] - 1) * (1 - x) : -1).ToArray())
    .Almost("A black pixel gets -1. Step 0 is that of the brightest.", given => LatencyAnswers.Times(given[0], given[1], 0, x => 1 - x))
    .Almost("Black pixels are left out. They have a place in the answer, too: -1.", given =>
            LatencyAnswers.Times([.. given[0].Values.Where(x => x > 0)], given[1], -1, x => 1 - x))
    .Almost("The time is rounded up; it must be rounded to the nearest step.",
        given => given[0].Values.Select(x => x > 0 ? Math.Ceiling((given[1] - 1) * (1 - x)) : -1).ToArray())
    .Almost("The line falls over steps - 1, and the time is rounded, not cut off.",
        given => given[0].Values.Select(x => x > 0 ? Math.Floor(given[1] * (1 - x)) : -1).ToArray())
    .WithHint("A straight line from step 0 at brightness 1 to step (steps - 1) at brightness 0.")
    .WithHint("(steps - 1) * (1 - x), rounded by Math.Round; and -1 where x is 0.");

Exercise.Define("rate-after")
    .Given("input", draw => draw.Between(1.02, 1.9)).Given("T", draw => draw.Whole(3, 14)).Cases(30)
    .Truth(given => Math.Floor(given[1] / LatencyAnswers.Interval(given[0])) / given[1])
    .Almost("That is the rate in the long run. After T steps only whole intervals have ended in a spike.",
        given => 1 / LatencyAnswers.Interval(given[0]))
    .Almost("That is the number of spikes. A rate is divided by T.", given => Math.Floor(given[1] / LatencyAnswers.Interval(given[0])))
    .Almost("The first spike does not come in the first step: the neuron must charge for n steps.",
        given => Math.Ceiling(given[1] / LatencyAnswers.Interval(given[0])) / given[1])
    .Almost("That is 0 for every input: a whole number divided by a whole number is cut off to a whole one. Divide by (double)T.", _ => 0)
    .Almost("That is one spike too many: the last stretch has not ended in one.",
        given => (Math.Floor(given[1] / LatencyAnswers.Interval(given[0])) + 1) / given[1])
    .Almost("A stretch that is more than half over has no spike yet: the number is cut off, not rounded.",
        given => Math.Round(given[1] / LatencyAnswers.Interval(given[0])) / given[1])
    .Almost("That is how many intervals fit into T, with a part of one. Cut it off, then divide by T.",
        given => given[1] / LatencyAnswers.Interval(given[0]))
    .Almost("All T steps count: a spike may come in the last one.",
        given => Math.Floor((given[1] - 1) / LatencyAnswers.Interval(given[0])) / given[1])
    .Almost("The spikes are divided by n. A rate is spikes by all steps, T.",
        given => Math.Floor(given[1] / LatencyAnswers.Interval(given[0])) / LatencyAnswers.Interval(given[0]))
    .Almost("n is how long it takes to a spike. How many times does it fit into T?", given => LatencyAnswers.Interval(given[0]) / given[1])
    .WithHint("Spikes come in the steps n, 2n, 3n, ... How many of these are not beyond T?")
    .WithHint("Math.Floor(T / n) of them.");

Exercise.Define("stop-early")
    .Given("a", draw => draw.Spikes(16, draw.OneOf(0.3, 0.8))).Given("b", draw => draw.Spikes(16, draw.OneOf(0.2, 0.7)))
    .Given("lead", draw => draw.Whole(1, 3)).Cases(40)
    .Truth(given => LatencyAnswers.Stop(given[0], given[1], given[2]))
    .Almost("Either class may lead: b as well as a.", given => LatencyAnswers.Stop(given[0], given[1], given[2], twoSided: false))
    .Almost("It must lead by this many, not by more.", given => LatencyAnswers.Stop(given[0], given[1], given[2] + 1))
    .Almost("The answer is a number of steps: 1 if the very first step decides.",
        given => LatencyAnswers.Stop(given[0], given[1], given[2]) - 1)
    .Almost("That stops when a class has so many spikes. It must have so many more than the other.",
        given => LatencyAnswers.Reach(given[0], given[1], given[2]))
    .Almost("If no class ever leads by so many, all steps are used.", given => LatencyAnswers.Stop(given[0], given[1], given[2], never: -1))
    .Almost("The lead is that of one step. It is of all spikes so far: add them up.", given =>
        LatencyAnswers.Alone(given[0], given[1], given[2]))
    .Almost("0 steps decide nothing: if no class ever leads by so many, all steps are used.",
        given => LatencyAnswers.Stop(given[0], given[1], given[2], never: 0))
    .Almost("There is no step after the last: if no class ever leads by so many, all steps are used.",
        given => LatencyAnswers.Stop(given[0], given[1], given[2], never: given[0].Values.Count + 1))
    .Almost("That is how many spikes came in all. A lead is the difference.", given =>
            LatencyAnswers.Reach(given[0].Values.Zip(given[1].Values, (a, b) => a + b).ToArray(), new double[16], given[2]))
    .Almost("Each step's difference is taken absolute, so that b's spikes never make up for a's. Add up first.", given =>
            LatencyAnswers.Reach(given[0].Values.Zip(given[1].Values, (a, b) => Math.Abs(a - b)).ToArray(), new double[16], given[2]))
    .WithHint("Add up a[t] - b[t]; its absolute value is the lead.")
    .WithHint("The loop's t begins at 0, the number of steps at 1.");

Exercise.Define("rate-levels")
    .Given("T", draw => draw.Whole(1, 30))
    .Truth(given => given[0] + 1)
    .Almost("Silence is a rate, too.", given => given[0])
    .Almost("Only the number of spikes can be read from a rate, not which steps they came in.", given => Math.Pow(2, given[0]))
    .Almost("That is what one step can say: a spike or none. T steps say more.", _ => 2)
    .Almost("Another step adds one possible number of spikes, not two.", given => 2 * given[0])
    .WithHint("The smallest number of spikes is 0, the largest T.");
