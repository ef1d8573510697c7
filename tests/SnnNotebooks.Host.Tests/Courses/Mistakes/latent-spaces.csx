//// enough-components: The variances are no shares
Func<double[], double, int> count = (variances, wanted) =>
{
    var sum = 0.0;
    for (var i = 0; i < variances.Length; i++)
    {
        sum += variances[i];
        if (sum >= wanted) return i + 1;
    }

    return variances.Length;
};
//// enough-components: That counts the components
Func<double[], double, int> count = (variances, wanted) => variances.Count(variance => variance >= wanted * variances[0]);
//// enough-components: That is the share of the number
Func<double[], double, int> count = (variances, wanted) => (int)Math.Ceiling(wanted * variances.Length);
//// enough-components: It is one too small
Func<double[], double, int> count = (variances, wanted) =>
{
    var (sum, total) = (0.0, variances.Sum());
    for (var i = 0; i < variances.Length; i++)
    {
        sum += variances[i];
        if (sum >= wanted * total) return i;
    }

    return variances.Length;
};
//// enough-components: It is one too large
Func<double[], double, int> count = (variances, wanted) =>
{
    var (sum, i) = (0.0, 0);
    while (sum < wanted * variances.Sum()) sum += variances[i++];
    return i + 1;
};
//// enough-components: Begin with the largest
Func<double[], double, int> count = (variances, wanted) =>
{
    var (sum, i) = (0.0, 0);
    while (sum < wanted * variances.Sum()) sum += variances[variances.Length - ++i];
    return i;
};
//// look-back: The leak is missing
Func<double[], double, double[]> smooth = (x, width) =>
{
    var y = 0.0;
    return x.Select(value => y += value / width).ToArray();
};
//// look-back: The input is not divided
Func<double[], double, double[]> smooth = (x, width) =>
{
    var y = 0.0;
    return x.Select(value => y += value - y / width).ToArray();
};
//// look-back: y begins at 0
Func<double[], double, double[]> smooth = (x, width) =>
{
    var y = x[0];
    return x.Select(value => y += (value - y) / width).ToArray();
};
//// look-back: That is the change
Func<double[], double, double[]> smooth = (x, width) =>
{
    var y = 0.0;
    return x.Select(value => y = (value - y) / width).ToArray();
};
//// look-back: The change has the wrong sign
Func<double[], double, double[]> smooth = (x, width) =>
{
    var y = 0.0;
    return x.Select(value => y += (y - value) / width).ToArray();
};
//// look-back: A wide filter follows slowly
Func<double[], double, double[]> smooth = (x, width) =>
{
    var y = 0.0;
    return x.Select(value => y += (value - y) * width).ToArray();
};
//// look-back: It is right, but one step late
Func<double[], double, double[]> smooth = (x, width) =>
{
    var (y, result) = (0.0, new double[x.Length]);
    for (var t = 0; t < x.Length; t++)
    {
        result[t] = y;
        y += (x[t] - y) / width;
    }

    return result;
};
//// look-back: y is not kept
Func<double[], double, double[]> smooth = (x, width) =>
    x.Select((value, t) => t == 0 ? value / width : x[t - 1] + (value - x[t - 1]) / width).ToArray();
//// r-squared: That is the share that is left over
Func<double[], double[], double> r2 = (truth, found) =>
{
    var mean = truth.Average();
    return truth.Zip(found, (a, b) => (a - b) * (a - b)).Sum() / truth.Sum(a => (a - mean) * (a - mean));
};
//// r-squared: The truth's distances are taken from zero
Func<double[], double[], double> r2 = (truth, found) =>
    1 - truth.Zip(found, (a, b) => (a - b) * (a - b)).Sum() / truth.Sum(a => a * a);
//// r-squared: Below the line
Func<double[], double[], double> r2 = (truth, found) =>
{
    var mean = found.Average();
    return 1 - truth.Zip(found, (a, b) => (a - b) * (a - b)).Sum() / found.Sum(a => (a - mean) * (a - mean));
};
//// r-squared: That is the square of the correlation
Func<double[], double[], double> r2 = (truth, found) =>
{
    var (a, b) = (truth.Average(), found.Average());
    var both = truth.Zip(found, (x, y) => (x - a) * (y - b)).Sum();
    return both * both / truth.Sum(x => (x - a) * (x - a)) / found.Sum(y => (y - b) * (y - b));
};
//// r-squared: That is one minus a root
Func<double[], double[], double> r2 = (truth, found) =>
{
    var mean = truth.Average();
    return 1 - Math.Sqrt(truth.Zip(found, (a, b) => (a - b) * (a - b)).Sum() / truth.Sum(a => (a - mean) * (a - mean)));
};
//// r-squared: A mean stands above the line
Func<double[], double[], double> r2 = (truth, found) =>
{
    var mean = truth.Average();
    return 1 - truth.Zip(found, (a, b) => (a - b) * (a - b)).Average() / truth.Sum(a => (a - mean) * (a - mean));
};
//// poisson-likelihood: The expected number of spikes must
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log(r)).Sum();
//// poisson-likelihood: That is in bits
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log2(r) - r).Sum();
//// poisson-likelihood: That is base 10
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log10(r) - r).Sum();
//// poisson-likelihood: The expected number of spikes is added
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log(r) + r).Sum();
//// poisson-likelihood: The term ln(count!)
Func<double[], double[], double> likelihood = (counts, rates) =>
    counts.Zip(rates, (k, r) => k * Math.Log(r) - r - Enumerable.Range(1, (int)k).Sum(i => Math.Log(i))).Sum();
//// poisson-likelihood: That is the mean over the bins
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log(r) - r).Average();
//// poisson-likelihood: The sign is the other way round
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => r - k * Math.Log(r)).Sum();
//// enough-components: The variances are squares already: add them up as they are.
Func<double[], double, int> count = (variances, wanted) => { var (s, t, i) = (0.0, variances.Sum(v => v * v), 0); while (s < wanted * t) s += variances[i] * variances[i++]; return i; };
//// enough-components: That many hold the share 1 - wanted.
Func<double[], double, int> count = (variances, wanted) => { var (s, t, i) = (0.0, variances.Sum(), 0); while (s < (1 - wanted) * t) s += variances[i++]; return i; };
//// enough-components: That is how many are left out.
Func<double[], double, int> count = (variances, wanted) => { var (s, t, i) = (0.0, variances.Sum(), 0); while (s < wanted * t) s += variances[i++]; return variances.Length - i; };
//// enough-components: That counts the components above the mean. Add up, and stop when it is enough.
Func<double[], double, int> count = (variances, wanted) => variances.Count(v => v > variances.Average());
//// look-back: That is the filter of continuous time, exp(-1/width). In a bin y goes the part 1/width of the way.
Func<double[], double, double[]> smooth = (x, width) => { var y = 0.0; return x.Select(v => y = v + (y - v) * Math.Exp(-1 / width)).ToArray(); };
//// look-back: The weights are exchanged: y keeps 1 - 1/width of itself and takes 1/width of x.
Func<double[], double, double[]> smooth = (x, width) => { var y = 0.0; return x.Select(v => y = y / width + v * (1 - 1 / width)).ToArray(); };
//// look-back: That looks ahead. Begin with the first bin.
Func<double[], double, double[]> smooth = (x, width) => { var y = 0.0; return x.Reverse().Select(v => y += (v - y) / width).Reverse().ToArray(); };
//// r-squared: That is the correlation. It sees neither what is too high nor what is too small.
Func<double[], double[], double> r2 = (truth, found) => { var (a, b) = (truth.Average(), found.Average()); return truth.Zip(found, (x, y) => (x - a) * (y - b)).Sum() / Math.Sqrt(truth.Sum(x => (x - a) * (x - a)) * found.Sum(y => (y - b) * (y - b))); };
//// r-squared: These are absolute values; squares are asked for.
Func<double[], double[], double> r2 = (truth, found) => { var a = truth.Average(); return 1 - truth.Zip(found, (x, y) => Math.Abs(x - y)).Sum() / truth.Sum(x => Math.Abs(x - a)); };
//// r-squared: Those are the squared errors. Which share are they of the truth's squared distances from its mean?
Func<double[], double[], double> r2 = (truth, found) => truth.Zip(found, (x, y) => (x - y) * (x - y)).Sum();
//// r-squared: The fraction is upside down.
Func<double[], double[], double> r2 = (truth, found) => { var a = truth.Average(); return 1 - truth.Sum(x => (x - a) * (x - a)) / truth.Zip(found, (x, y) => (x - y) * (x - y)).Sum(); };
//// r-squared: The errors are not squared: those up and those down cancel.
Func<double[], double[], double> r2 = (truth, found) => { var a = truth.Average(); return 1 - truth.Zip(found, (x, y) => x - y).Sum() / truth.Sum(x => (x - a) * (x - a)); };
//// poisson-likelihood: A count can be 0, and the logarithm of 0 is minus infinity: take that of the rate.
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => r * Math.Log(k) - k).Sum();
//// poisson-likelihood: That is the likelihood. Its logarithm is asked for: the sum, without Math.Exp.
Func<double[], double[], double> likelihood = (counts, rates) => Math.Exp(counts.Zip(rates, (k, r) => k * Math.Log(r) - r).Sum());
//// poisson-likelihood: That is the mean over the spikes; the sum over the bins is asked for.
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log(r) - r).Sum() / counts.Sum();
//// poisson-likelihood: The count is subtracted; it is the expected number, the rate.
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * Math.Log(r) - k).Sum();
//// poisson-likelihood: The count is missing before the logarithm: every spike counts.
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => Math.Log(r) - r).Sum();
//// poisson-likelihood: Brackets are in it that should not: the rate is subtracted once, not once for each spike.
Func<double[], double[], double> likelihood = (counts, rates) => counts.Zip(rates, (k, r) => k * (Math.Log(r) - r)).Sum();
