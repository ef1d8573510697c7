// What is right, what is nearly right and what helps, for the exercises of "Latent spaces".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class LatentAnswers
{
    public static double Enough(double[] variances, double wanted)
    {
        var (sum, total) = (0.0, variances.Sum());
        return 1 + variances.TakeWhile(variance => (sum += variance) < wanted * total).Count();
    }

    public static double[] Smooth(double[] x, double width, Func<double, double, double> part, double begin = 0)
    {
        var y = begin;
        return [.. x.Select(value => y = part(y, value))];
    }

    public static double LogFactorial(double count) => Enumerable.Range(1, (int)count).Sum(i => Math.Log(i));

    public static double Squares(double[] values, double from) => values.Sum(value => (value - from) * (value - from));

    public static double Correlation(double[] a, double[] b) =>
        a.Zip(b, (x, y) => (x - a.Average()) * (y - b.Average())).Sum() / Math.Sqrt(Squares(a, a.Average()) * Squares(b, b.Average()));

    public static double Errors(double[] truth, double[] found) => truth.Zip(found, (a, b) => (a - b) * (a - b)).Sum();
}

Exercise.Define("enough-components")
    .Given("variances", draw => draw.Many(12, 0.1, 9).OrderDescending().ToArray()).Given("wanted", draw => draw.Between(0.4, 0.9)).Cases(30)
    .Truth(given => LatentAnswers.Enough(given[0], given[1]))
    .Almost("The variances are no shares yet: divide by their sum.", given =>
    {
        var sum = 0.0;
        return 1.0 + given[0].Values.TakeWhile(variance => (sum += variance) < given[1]).Count();
    })
    .Almost("That counts the components which are each at least that share of the largest.",
        given => (double)given[0].Values.Count(variance => variance >= given[1] * given[0].Values.Max()))
    .Almost("That is the share of the number of components, as if all were alike.", given => Math.Ceiling(given[1] * given[0].Values.Count))
    .Almost("Begin with the largest: fewer of those are enough.",
        given => LatentAnswers.Enough([.. given[0].Values.Reverse()], given[1]))
    .Almost("The variances are squares already: add them up as they are.",
        given => LatentAnswers.Enough([.. given[0].Values.Select(variance => variance * variance)], given[1]))
    .Almost("That many hold the share 1 - wanted.", given => LatentAnswers.Enough(given[0], 1 - given[1]))
    .Almost("That is how many are left out.", given => given[0].Values.Count - LatentAnswers.Enough(given[0], given[1]))
    .Almost("That counts the components above the mean. Add up, and stop when it is enough.",
        given => given[0].Values.Count(variance => variance > given[0].Values.Average()))
    .WithHint("Add them up from the largest on, and stop at the first sum that is enough.")
    .WithHint("Enough is wanted * variances.Sum(). The first component is number 1.");

Exercise.Define("look-back")
    .Given("x", draw => draw.Spikes(20, 0.3)).Given("width", draw => draw.Between(1.5, 9))
    .Truth(given => LatentAnswers.Smooth(given[0], given[1], (y, x) => y + ((x - y) / given[1])))
    .Almost("The leak is missing: y forgets the part 1/width of itself in each bin.",
        given => LatentAnswers.Smooth(given[0], given[1], (y, x) => y + (x / given[1])))
    .Almost("The input is not divided by width.", given => LatentAnswers.Smooth(given[0], given[1], (y, x) => y - (y / given[1]) + x))
    .Almost("y begins at 0, before the first bin, not at the first input.", given => LatentAnswers.Smooth(
        given[0], given[1], (y, x) => y + ((x - y) / given[1]), given[0].Values[0]))
    .Almost("That is the change from bin to bin; add it to y.",
        given => LatentAnswers.Smooth(given[0], given[1], (y, x) => (x - y) / given[1]))
    .Almost("The change has the wrong sign: y goes towards x.",
        given => LatentAnswers.Smooth(given[0], given[1], (y, x) => y - ((x - y) / given[1])))
    .Almost("A wide filter follows slowly: divide by width, do not multiply.",
        given => LatentAnswers.Smooth(given[0], given[1], (y, x) => y + ((x - y) * given[1])))
    .Almost("y is not kept: y[t-1] is what came out one bin before, not what went in.", given => given[0].Values.Select((x, t) =>
        t == 0 ? x / given[1] : given[0].Values[t - 1] + ((x - given[0].Values[t - 1]) / given[1])).ToArray())
    .Almost("That is the filter of continuous time, exp(-1/width). In a bin y goes the part 1/width of the way.",
        given => LatentAnswers.Smooth(
            given[0], given[1], (y, x) => x + ((y - x) * Math.Exp(-1 / given[1]))))
    .Almost("The weights are exchanged: y keeps 1 - 1/width of itself and takes 1/width of x.", given => LatentAnswers.Smooth(
            given[0], given[1], (y, x) => (y / given[1]) + (x * (1 - (1 / given[1])))))
    .Almost("That looks ahead. Begin with the first bin.", given =>
            LatentAnswers.Smooth([.. given[0].Values.Reverse()], given[1], (y, x) => y + ((x - y) / given[1])).Reverse().ToArray())
    .WithHint("A loop that keeps y from bin to bin.")
    .WithHint("The charge of lesson 1 with width in the place of tau, and no spike.");

Exercise.Define("r-squared")
    .Given("truth", draw => draw.Many(15, -2, 2)).Given("found", draw => draw.Many(15, -2, 2))
    .Truth(given => 1 - (LatentAnswers.Errors(given[0], given[1]) / LatentAnswers.Squares(given[0], given[0].Values.Average())))
    .Almost("That is the share that is left over; R2 is one minus it.",
        given => LatentAnswers.Errors(given[0], given[1]) / LatentAnswers.Squares(given[0], given[0].Values.Average()))
    .Almost("The truth's distances are taken from zero, not from its mean.",
        given => 1 - (LatentAnswers.Errors(given[0], given[1]) / LatentAnswers.Squares(given[0], 0)))
    .Almost("Below the line stands what was found; the truth belongs there.",
        given => 1 - (LatentAnswers.Errors(given[0], given[1]) / LatentAnswers.Squares(given[1], given[1].Values.Average())))
    .Almost("That is the square of the correlation. It would not see that what was found is too high or too low.",
        given => Math.Pow(LatentAnswers.Correlation(given[0], given[1]), 2))
    .Almost("That is one minus a root; R2 takes the squares as they are.", given => 1 - Math.Sqrt(
        LatentAnswers.Errors(given[0], given[1]) / LatentAnswers.Squares(given[0], given[0].Values.Average())))
    .Almost("A mean stands above the line and a sum below it. Take two sums, or two means.", given => 1 - (
        LatentAnswers.Errors(given[0], given[1]) / 15 / LatentAnswers.Squares(given[0], given[0].Values.Average())))
    .Almost("That is the correlation. It sees neither what is too high nor what is too small.",
        given => LatentAnswers.Correlation(given[0], given[1]))
    .Almost("These are absolute values; squares are asked for.",
        given => 1 - (given[0].Values.Zip(given[1].Values, (a, b) => Math.Abs(a - b)).Sum()
            / given[0].Values.Sum(a => Math.Abs(a - given[0].Values.Average()))))
    .Almost("Those are the squared errors. Which share are they of the truth's squared distances from its mean?",
        given => LatentAnswers.Errors(given[0], given[1]))
    .Almost("The fraction is upside down.",
        given => 1 - (LatentAnswers.Squares(given[0], given[0].Values.Average()) / LatentAnswers.Errors(given[0], given[1])))
    .Almost("The errors are not squared: those up and those down cancel.",
        given => 1 - (given[0].Values.Zip(given[1].Values, (a, b) => a - b).Sum()
            / LatentAnswers.Squares(given[0], given[0].Values.Average())))
    .WithHint("Two sums of squares: truth minus found, and truth minus the mean of the truth.")
    .WithHint("1 - first / second.");

Exercise.Define("poisson-likelihood")
    .Given("counts", draw => draw.Many(12, 0, 3.9).Select(Math.Floor).ToArray()).Given("rates", draw => draw.Many(12, 0.05, 2))
    .Truth(given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) - r).Sum())
    .Almost("The expected number of spikes must be subtracted: silence, too, is more or less likely.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => k * Math.Log(r)).Sum())
    .Almost("That is in bits, base 2; nats take the natural logarithm.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log2(r)) - r).Sum())
    .Almost("That is base 10; nats take the natural logarithm, Math.Log.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log10(r)) - r).Sum())
    .Almost("The expected number of spikes is added; it must be subtracted.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) + r).Sum())
    .Almost("The term ln(count!) is in it. It depends on no model and is left out here.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) - r - LatentAnswers.LogFactorial(k)).Sum())
    .Almost("That is the mean over the bins; the sum is asked for.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) - r).Average())
    .Almost("A count can be 0, and the logarithm of 0 is minus infinity: take that of the rate.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (r * Math.Log(k)) - k).Sum())
    .Almost("That is the likelihood. Its logarithm is asked for: the sum, without Math.Exp.",
        given => Math.Exp(given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) - r).Sum()))
    .Almost("That is the mean over the spikes; the sum over the bins is asked for.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) - r).Sum() / given[0].Values.Sum())
    .Almost("The count is subtracted; it is the expected number, the rate.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => (k * Math.Log(r)) - k).Sum())
    .Almost("The count is missing before the logarithm: every spike counts.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => Math.Log(r) - r).Sum())
    .Almost("Brackets are in it that should not: the rate is subtracted once, not once for each spike.",
        given => given[0].Values.Zip(given[1].Values, (k, r) => k * (Math.Log(r) - r)).Sum())
    .WithHint("counts.Zip(rates, (k, r) => ...) goes through both at once.")
    .WithHint("k * Math.Log(r) - r for each bin, then the sum.");
