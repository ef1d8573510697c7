// What is right, what is nearly right and what helps, for the exercises of "How a membrane integrates".
// docs/teaching.md says how such a file is written.
using System;
using SnnNotebooks.Interactive.Exercises;

static class MembraneAnswers
{
    public static Exercise Step(string name) => Exercise.Define(name)
        .Given("v", draw => draw.Between(-80, -40)).Given("rest", draw => draw.Between(-75, -60))
        .Given("ri", draw => draw.Between(0, 30))
        .Given("tau", draw => draw.Between(5, 40)).Given("dt", draw => draw.Between(0.5, 10)).Within(1e-5);

    public static double Euler(double v, double rest, double ri, double tau, double dt) => v + (dt / tau * (rest - v + ri));

    public static double Exact(double v, double rest, double ri, double tau, double dt) =>
        rest + ri + ((v - rest - ri) * Math.Exp(-dt / tau));
}

MembraneAnswers.Step("euler-step")
    .Truth(given => MembraneAnswers.Euler(given[0], given[1], given[2], given[3], given[4]))
    .Almost("The leak has the wrong sign: V goes towards rest.",
        given => given[0] + (given[4] / given[3] * (given[0] - given[1] + given[2])))
    .Almost("That is the change; add it to v.", given => given[4] / given[3] * (given[1] - given[0] + given[2]))
    .Almost("dt is missing: the speed must be multiplied by how long it lasts.",
        given => given[0] + ((given[1] - given[0] + given[2]) / given[3]))
    .Almost("That is the exact step. Euler goes on at the speed it has at the beginning.",
        given => MembraneAnswers.Exact(given[0], given[1], given[2], given[3], given[4]))
    .Almost("The whole change has the wrong sign.",
        given => (2 * given[0]) - MembraneAnswers.Euler(given[0], given[1], given[2], given[3], given[4]))
    .Almost("The current is missing: it pulls V up by ri.", given => MembraneAnswers.Euler(given[0], given[1], 0, given[3], given[4]))
    .Almost("The current has the wrong sign: it pulls V up.",
        given => MembraneAnswers.Euler(given[0], given[1], -given[2], given[3], given[4]))
    .Almost("dt and tau are exchanged: a slow membrane, with a large tau, changes less.",
        given => MembraneAnswers.Euler(given[0], given[1], given[2], given[4], given[3]))
    .Almost("tau is missing: the speed is (rest - v + ri) / tau.",
        given => MembraneAnswers.Euler(given[0], given[1], given[2], 1, given[4]))
    .Almost("rest is missing: without a current V goes to rest, not to 0.",
        given => MembraneAnswers.Euler(given[0], 0, given[2], given[3], given[4]))
    .Almost("The current is added at once. It is multiplied by dt / tau, too.",
        given => MembraneAnswers.Euler(given[0], given[1], 0, given[3], given[4]) + given[2])
    .Almost("The current is not divided by tau.",
        given => MembraneAnswers.Euler(given[0], given[1], 0, given[3], given[4]) + (given[4] * given[2]))
    .Almost("Only the current is divided by tau. All of rest - v + ri is: brackets are missing.",
        given => given[0] + (given[4] * (given[1] - given[0] + (given[2] / given[3]))))
    .Almost("That is the speed, in mV per ms. How far does V go in dt, and from where?",
        given => (given[1] - given[0] + given[2]) / given[3])
    .Almost("The step begins at v, not at rest.",
        given => MembraneAnswers.Euler(given[0], given[1], given[2], given[3], given[4]) - given[0] + given[1])
    .Almost("That is where V goes if one waits. One step goes a part of the way.", given => given[1] + given[2])
    .WithHint("The equation divided by tau gives the speed: dV/dt = (rest - v + ri) / tau.")
    .WithHint("v + dt * speed.");

MembraneAnswers.Step("exact-step")
    .Truth(given => MembraneAnswers.Exact(given[0], given[1], given[2], given[3], given[4]))
    .Almost("That is Euler's step.", given => MembraneAnswers.Euler(given[0], given[1], given[2], given[3], given[4]))
    .Almost("That decays to rest: with a current the membrane goes to rest + ri.",
        given => given[1] + ((given[0] - given[1]) * Math.Exp(-given[4] / given[3])))
    .Almost("dt and tau are exchanged in the exponent.",
        given => given[1] + given[2] + ((given[0] - given[1] - given[2]) * Math.Exp(-given[3] / given[4])))
    .Almost("The exponent has the wrong sign: the distance shrinks with time.",
        given => MembraneAnswers.Exact(given[0], given[1], given[2], given[3], -given[4]))
    .Almost("1 - exp(-dt/tau) is the share of the way that V has gone. Of its distance the share exp(-dt/tau) is left.",
        given => given[1] + given[2] + ((given[0] - given[1] - given[2]) * (1 - Math.Exp(-given[4] / given[3]))))
    .Almost("The distance has the wrong sign: V stays on the side on which it was.",
        given => given[1] + given[2] - ((given[0] - given[1] - given[2]) * Math.Exp(-given[4] / given[3])))
    .Almost("That is how far V still is from where it goes; add it to rest + ri.",
        given => (given[0] - given[1] - given[2]) * Math.Exp(-given[4] / given[3]))
    .Almost("V itself does not shrink, its distance from where it goes does.",
        given => given[1] + given[2] + (given[0] * Math.Exp(-given[4] / given[3])))
    .Almost("That decays to 0 and adds all of the current at once. V goes to rest + ri, and its distance from there shrinks.",
        given => (given[0] * Math.Exp(-given[4] / given[3])) + given[2])
    .Almost("rest is missing: without a current that decays to 0, not to rest.",
        given => MembraneAnswers.Exact(given[0], 0, given[2], given[3], given[4]))
    .Almost("The current is added at once. It pulls as slowly as the leak does: V goes to rest + ri.",
        given => MembraneAnswers.Exact(given[0], given[1], 0, given[3], given[4]) + given[2])
    .Almost("That decays to 0. V goes to rest + ri.", given => given[0] * Math.Exp(-given[4] / given[3]))
    .Almost("That is where V goes if one waits. After dt it is not there yet.", given => given[1] + given[2])
    .Almost("The current has the wrong sign: it pulls V up.",
        given => MembraneAnswers.Exact(given[0], given[1], -given[2], given[3], given[4]))
    .Almost("That is how far V is from rest; add it to rest.",
        given => MembraneAnswers.Exact(given[0], given[1], given[2], given[3], given[4]) - given[1])
    .Almost("That is the change; add it to v.", given => MembraneAnswers.Exact(given[0], given[1], given[2], given[3], given[4]) - given[0])
    .Almost("tau is the time in which the distance shrinks to 1/e of it, not to a half: Math.Exp, not a power of 2.",
        given => MembraneAnswers.Exact(given[0], given[1], given[2], given[3], given[4] * Math.Log(2)))
    .Almost("tau is missing in the exponent.", given => MembraneAnswers.Exact(given[0], given[1], given[2], 1, given[4]))
    .WithHint("Where does V go if one waits for ever? Its distance from there shrinks.")
    .WithHint("After dt the distance is exp(-dt / tau) times what it was.");

Exercise.Define("largest-step")
    .Given("tau", draw => draw.Between(2, 50))
    .Truth(given => new double[] { given[0], 2 * given[0] })
    .Almost("The two are exchanged.", given => new double[] { 2 * given[0], given[0] })
    .Almost("The first is right; swinging is not yet running away.", given => new double[] { given[0], given[0] })
    .Almost("The second is right; with that step it already swings to the other side.",
        given => new double[] { 2 * given[0], 2 * given[0] })
    .Almost("Both are half of what is possible.", given => new double[] { given[0] / 2, given[0] })
    .Almost("That is so for tau = 1 only. A slow membrane, with a large tau, bears larger steps.", _ => new double[] { 1, 2 })
    .Almost("Both are twice what is possible.", given => new double[] { 2 * given[0], 4 * given[0] })
    .WithHint("By what number is the distance from rest multiplied in one step?")
    .WithHint("By 1 - dt/tau. Overshooting means it is negative, running away that it is below -1.");

Exercise.Define("rheobase")
    .Given("c", draw => draw.Between(0.2, 1.6))
    .Truth(given => given[0] * given[0] / 4)
    .Almost("That is where they meet on the axis of V. Which input brings them there?", given => given[0] / 2)
    .Almost("The half must be squared, too: (c/2)^2.", given => given[0] * given[0] / 2)
    .Almost("That is so for c = 0.8 only. Give it for every c.", _ => 0.16)
    .Almost("The half is squared, but c is not: (c/2)^2.", given => given[0] / 4)
    .WithHint("At a fixed point H = V, so X + V (V - c) = 0: a parabola in V.")
    .WithHint("Its lowest point is at V = c/2, and there V (V - c) = -c^2/4.");
