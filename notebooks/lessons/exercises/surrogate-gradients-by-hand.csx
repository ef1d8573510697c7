// What is right, what is nearly right and what helps, for the exercises of "Surrogate gradients, by hand".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class SurrogateAnswers
{
    private static readonly double[] X = [0.6, 1.1, 0.2, 0.9, 1.3];
    private static readonly double[] Target = [0, 0, 0, 0, 1];

    // the lesson's descent: loss after so many steps from w
    public static double LossAfter(double alpha, double rate, double w, int count)
    {
        for (var i = 0; i < count; i++)
        {
            w -= rate * Pass(w, alpha).Gradient;
        }

        return Pass(w, alpha).Loss;
    }

    private static (double Loss, double Gradient) Pass(double w, double alpha)
    {
        var (v, h, s) = (0.0, new double[X.Length], new double[X.Length]);
        for (var t = 0; t < X.Length; t++)
        {
            h[t] = v + (((w * X[t]) - v) / 2);
            s[t] = h[t] >= 1 ? 1 : 0;
            v = (1 - s[t]) * h[t];
        }

        var (dw, dv) = (0.0, 0.0);
        for (var t = X.Length - 1; t >= 0; t--)
        {
            var g = alpha / 2 / (1 + Math.Pow(Math.PI / 2 * alpha * (h[t] - 1), 2));
            var dh = (2 * (s[t] - Target[t]) * g) + (dv * (1 - s[t] - (h[t] * g)));
            dw += dh * X[t] / 2;
            dv = dh / 2;
        }

        return (s.Zip(Target, (a, b) => (a - b) * (a - b)).Sum(), dw);
    }
}

Exercise.Define("detached-reset")
    .Given("ds", draw => draw.Between(-2, 2)).Given("dv", draw => draw.Between(-1, 1)).Given("s", draw => draw.Whole(0, 1))
    .Given("h", draw => draw.Between(0.2, 2)).Given("g", draw => draw.Between(0.1, 1))
    .Truth(given => (given[0] * given[4]) + (given[1] * (1 - given[2])))
    .Almost("This is the pass with the path through the reset, as above: the term with h and g must go.",
        given => (given[0] * given[4]) + (given[1] * (1 - given[2] - (given[3] * given[4]))))
    .Almost("The reset itself is still there: a neuron that has spiked passes nothing on from V, so dv counts only where s = 0.",
        given => (given[0] * given[4]) + given[1])
    .Almost("The spike's own part, ds g, is missing. Only the path through the reset is cut.", given => given[1] * (1 - given[2]))
    .Almost("dv is missing: what comes from later steps still passes through the potential.", given => given[0] * given[4])
    .Almost("The wrong term is cut: the one with h and g came from the reset, 1 - s did not.",
        given => (given[0] * given[4]) - (given[1] * given[3] * given[4]))
    .Almost("The spike is the wrong way round: a neuron that has not spiked, s = 0, passes dv on.",
        given => (given[0] * given[4]) + (given[1] * given[2]))
    .Almost("The path through the potential has the wrong sign.", given => (given[0] * given[4]) - (given[1] * (1 - given[2])))
    .Almost("g is missing: what reaches the spike goes on to the potential through the surrogate.",
        given => given[0] + (given[1] * (1 - given[2])))
    .Almost("dv (1 - s) is multiplied by g, too. It comes through the potential, not through the spike.",
        given => (given[0] + (given[1] * (1 - given[2]))) * given[4])
    .Almost("ds and dv are exchanged: ds comes through the spike, dv through the potential.",
        given => (given[1] * given[4]) + (given[0] * (1 - given[2])))
    .Almost("h is in it. The derivative of V = (1 - S) H by H is 1 - S, without H.",
        given => (given[0] * given[4]) + (given[1] * (1 - given[2]) * given[3]))
    .Almost("Not g alone must go, but all of the term with h and g.",
        given => (given[0] * given[4]) + (given[1] * (1 - given[2] - given[3])))
    .Almost("The spike's own part has the wrong sign.", given => (given[1] * (1 - given[2])) - (given[0] * given[4]))
    .Almost("The term with h and g must go. Here its sign has changed.",
        given => (given[0] * given[4]) + (given[1] * (1 - given[2] + (given[3] * given[4]))))
    .WithHint("Begin with the line of the lesson: dH = dS g + dV ((1 - S) - H g). One of its terms came from the reset.")
    .WithHint("V = (1 - S) H. With S held constant in this line, the derivative of V by H is 1 - S.");

Exercise.Define("surrogate-area")
    .Given("alpha", draw => draw.Between(0.3, 12)).Given("d", draw => draw.Between(0.05, 1.5)).Within(2e-3)
    .Truth(given => 2 / Math.PI * Math.Atan(Math.PI / 2 * given[0] * given[1]))
    .Almost("That is one side only: from the threshold to d. The other side has as much.",
        given => 1 / Math.PI * Math.Atan(Math.PI / 2 * given[0] * given[1]))
    .Almost("The factor 2/pi in front is missing: all of the area must be 1.", given => Math.Atan(Math.PI / 2 * given[0] * given[1]))
    .Almost("The division by pi is missing: all of the area must be 1.", given => 2 * Math.Atan(Math.PI / 2 * given[0] * given[1]))
    .Almost("That is the height of g at d. The area is its integral.",
        given => given[0] / 2 / (1 + Math.Pow(Math.PI / 2 * given[0] * given[1], 2)))
    .Almost("The factor pi/2 inside is missing.", given => 2 / Math.PI * Math.Atan(given[0] * given[1]))
    .Almost("That is the height at the threshold times the width, as if g were flat. It falls.", given => given[0] * given[1])
    .Almost("alpha is missing: a narrow surrogate has more of its area near the threshold.",
        given => 2 / Math.PI * Math.Atan(Math.PI / 2 * given[1]))
    .Almost("That is the height at d times the width. In a sum over steps: i / 1000 of whole numbers is 0, i / 1000.0 is not.",
        given => given[0] * given[1] / (1 + Math.Pow(Math.PI / 2 * given[0] * given[1], 2)))
    .Almost("That is all that lies below u = d. Begin at u = -d.", given => 0.5 + (Math.Atan(Math.PI / 2 * given[0] * given[1]) / Math.PI))
    .WithHint("The integral of 1 / (1 + x^2) is the arc tangent of x.")
    .WithHint("Put x = pi/2 alpha u. Then g(u) du = dx / pi / (1 + x^2), and x runs to pi/2 alpha d on either side.");

Exercise.Define("triangle")
    .Given("u", draw => draw.Between(-1.5, 1.5)).Given("alpha", draw => draw.Between(0.8, 4)).Cases(40)
    .Truth(given => Math.Max(0, given[1] - (given[1] * given[1] * Math.Abs(given[0]))))
    .Almost("It goes below zero far from the threshold: cut it off at 0.", given => given[1] - (given[1] * given[1] * Math.Abs(given[0])))
    .Almost("It falls on one side only: below the threshold it must fall, too.",
        given => Math.Max(0, given[1] - (given[1] * given[1] * given[0])))
    .Almost("It falls by alpha per unit, not by alpha squared: its area is not 1.",
        given => Math.Max(0, given[1] - (given[1] * Math.Abs(given[0]))))
    .Almost("Its height is 1; it must be alpha.", given => Math.Max(0, 1 - (given[1] * Math.Abs(given[0]))))
    .Almost("It rises away from the threshold; it must fall.", given => given[1] + (given[1] * given[1] * Math.Abs(given[0])))
    .Almost("That is a rectangle: it has the right height and the right width, but does not fall.",
        given => Math.Abs(given[0]) < 1 / given[1] ? given[1] : 0)
    .Almost("It falls by 1 per unit; it must fall by alpha squared.", given => Math.Max(0, given[1] - Math.Abs(given[0])))
    .Almost("u is squared, too: that is a parabola. Only alpha is squared.",
        given => Math.Max(0, given[1] - (given[1] * given[1] * given[0] * given[0])))
    .Almost("Math.Min cuts off what is above zero. Math.Max cuts off what is below.",
        given => Math.Min(0, given[1] - (given[1] * given[1] * Math.Abs(given[0]))))
    .Almost("It falls by 2 alpha per unit. alpha^2 on paper is alpha * alpha.",
        given => Math.Max(0, given[1] - (2 * given[1] * Math.Abs(given[0]))))
    .Almost("It is 0 below the threshold; it must rise there, too.",
        given => given[0] < 0 ? 0 : Math.Max(0, given[1] - (given[1] * given[1] * given[0])))
    .WithHint("A straight line that falls: height minus slope times distance. The distance from the threshold is never negative.")
    .WithHint("Math.Max(0, ...) cuts off what is below zero, Math.Abs(u) is the distance.");

Exercise.Define("bring-back")
    .Requires("A number above 0 is asked for, the width alpha.",
        (_, answer) => answer.IsNumber && answer.Values[0] > 0 && double.IsFinite(answer.Values[0]))
    .Requires("That surrogate is far too narrow: w = 6 lies far above the threshold, where it is nearly 0, and w hardly moves.",
        (_, answer) => answer <= 4)
    .Requires("That surrogate is still too narrow: w comes down, but is not there after 120 steps.",
        (_, answer) => answer <= 1 || SurrogateAnswers.LossAfter(answer, 0.1, 6, 120) == 0)
    .Requires("That surrogate is far too wide: it reaches w = 6, but is so low everywhere that w hardly moves.",
        (_, answer) => answer >= 0.1)
    .Requires("That surrogate is still too wide: w comes down, but is not there after 120 steps.",
        (_, answer) => SurrogateAnswers.LossAfter(answer, 0.1, 6, 120) == 0)
    .WithHint("A narrow surrogate (large alpha) sees nothing far above the threshold, as it sees nothing far below.")
    .WithHint("A very wide one (small alpha) has a height of alpha/2 only. Descend, in the cell above, draws what happens between.");
