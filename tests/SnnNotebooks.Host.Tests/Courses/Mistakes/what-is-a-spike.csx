//// first-spike: That is when V would pass
int? step = 1;
//// first-spike: That is not a whole step yet
double? step = Math.Log(1 - (1 / 1.2)) / Math.Log(0.5);
//// first-spike: It is one too small
int? step = 2;
//// first-spike: It is one too large
int? step = 4;
//// first-spike: It is the reciprocal
double? step = 1 / 3.0;
//// first-spike: It does fire
int? step = 0;
//// every-step: With an input of 1
Func<double, double> smallest = tau => 1;
//// every-step: The neuron starts from V = 0
Func<double, double> smallest = tau => tau / (tau - 1);
//// every-step: The way from V to the input
Func<double, double> smallest = tau => tau + 1;
//// every-step: That is so for tau = 2 only
Func<double, double> smallest = tau => 2;
//// every-step: It is the reciprocal
Func<double, double> smallest = tau => 1 / tau;
//// every-step: It is right but for a factor
Func<double, double> smallest = tau => tau / 2;
//// synchrony: These are variances
Func<double, (double Independent, double Shared)> deviations = p => (20 * p * (1 - p), 400 * p * (1 - p));
//// synchrony: The two are exchanged
Func<double, (double Independent, double Shared)> deviations = p => (20 * Math.Sqrt(p * (1 - p)), Math.Sqrt(20 * p * (1 - p)));
//// synchrony: That is the Poisson approximation
Func<double, (double Independent, double Shared)> deviations = p => (Math.Sqrt(20 * p), 20 * Math.Sqrt(p));
//// synchrony: The first is right. With one shared train
Func<double, (double Independent, double Shared)> deviations = p => (Math.Sqrt(20 * p * (1 - p)), Math.Sqrt(20 * p * (1 - p)));
//// synchrony: These are the means
Func<double, (double Independent, double Shared)> deviations = p => (20 * p, 20 * p);
//// synchrony: That is the deviation of a single neuron
Func<double, (double Independent, double Shared)> deviations = p => (Math.Sqrt(p * (1 - p)), Math.Sqrt(p * (1 - p)));
//// synchrony: The second is right. Of independent
Func<double, (double Independent, double Shared)> deviations = p => (20 * Math.Sqrt(p * (1 - p)), 20 * Math.Sqrt(p * (1 - p)));
//// synchrony: The first is right. The second is a variance
Func<double, (double Independent, double Shared)> deviations = p => (Math.Sqrt(20 * p * (1 - p)), 400 * p * (1 - p));
//// synchrony: That is how far the share
Func<double, (double Independent, double Shared)> deviations = p => (Math.Sqrt(p * (1 - p) / 20), Math.Sqrt(p * (1 - p)));
//// synchrony: The second number is right
Func<double, (double Independent, double Shared)> deviations = p => (20 * p * (1 - p), 20 * Math.Sqrt(p * (1 - p)));
//// soft-reset: The reset is a hard one
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        v += (current[t] - v) / tau;
        if (v >= 1) { spikes[t] = 1; v = 0; }
    }

    return spikes;
};
//// soft-reset: The reset is missing
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var v = 0.0;
    return current.Select(x => (v += (x - v) / tau) >= 1 ? 1.0 : 0.0).ToArray();
};
//// soft-reset: V is lowered in every step
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        v += (current[t] - v) / tau;
        if (v >= 1) spikes[t] = 1;
        v -= 1;
    }

    return spikes;
};
//// soft-reset: The leak is missing: charge by (X - V) / tau
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        v += current[t];
        if (v >= 1) { spikes[t] = 1; v -= 1; }
    }

    return spikes;
};
//// soft-reset: The leak is missing: V loses
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        v += current[t] / tau;
        if (v >= 1) { spikes[t] = 1; v -= 1; }
    }

    return spikes;
};
//// soft-reset: The leak has the wrong sign
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        v += (current[t] + v) / tau;
        if (v >= 1) { spikes[t] = 1; v -= 1; }
    }

    return spikes;
};
//// soft-reset: The input is not divided by tau
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        v += current[t] - v / tau;
        if (v >= 1) { spikes[t] = 1; v -= 1; }
    }

    return spikes;
};
//// soft-reset: V does not keep its charge
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        var h = v + (current[t] - v) / tau;
        spikes[t] = h >= 1 ? 1 : 0;
        v -= spikes[t];
    }

    return spikes;
};
//// soft-reset: These are potentials
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, h) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        h[t] = v + (current[t] - v) / tau;
        v = h[t] >= 1 ? h[t] - 1 : h[t];
    }

    return h;
};
//// soft-reset: It is right, but one step late
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++)
    {
        if (v >= 1) { spikes[t] = 1; v -= 1; }
        v += (current[t] - v) / tau;
    }

    return spikes;
};
//// every-step: The exponential belongs to continuous time. In a whole step V goes the part 1/tau of the way.
Func<double, double> smallest = tau => 1 / (1 - Math.Exp(-1 / tau));
//// soft-reset: V is kept only where the neuron fires. In the other steps it must keep its charge, too.
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++) { var h = v + (current[t] - v) / tau; spikes[t] = h >= 1 ? 1 : 0; if (h >= 1) v = h - 1; }
    return spikes;
};
//// soft-reset: That is the leak of continuous time, exp(-1/tau). In a whole step V goes the part 1/tau of the way.
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var (v, spikes) = (0.0, new double[current.Length]);
    for (var t = 0; t < current.Length; t++) { v = current[t] + (v - current[t]) * Math.Exp(-1 / tau); if (v >= 1) { spikes[t] = 1; v -= 1; } }
    return spikes;
};
//// soft-reset: That looks at each input alone: V keeps its charge from step to step.
Func<double[], double, double[]> spikesOf = (current, tau) =>
{
    var spikes = new double[current.Length];
    for (var t = 0; t < current.Length; t++) spikes[t] = current[t] / tau >= 1 ? 1 : 0;
    return spikes;
};
