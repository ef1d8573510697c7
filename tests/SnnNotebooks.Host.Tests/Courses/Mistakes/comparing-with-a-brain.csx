//// own-rdm: That is the correlation
Func<torch.Tensor, torch.Tensor> rdm = responses =>
{
    var centred = responses - responses.mean([1], keepdim: true);
    var unit = centred / centred.norm(1, keepdim: true, p: 2);
    return unit.matmul(unit.t());
};
//// own-rdm: The rows' means are still in
Func<torch.Tensor, torch.Tensor> rdm = responses =>
{
    var unit = responses / responses.norm(1, keepdim: true, p: 2);
    return 1 - unit.matmul(unit.t());
};
//// own-rdm: That compares neurons
Func<torch.Tensor, torch.Tensor> rdm = responses =>
{
    var centred = responses - responses.mean([0], keepdim: true);
    var unit = centred / centred.norm(0, keepdim: true, p: 2);
    return 1 - unit.t().matmul(unit);
};
//// own-rdm: Each neuron's mean
Func<torch.Tensor, torch.Tensor> rdm = responses =>
{
    var centred = responses - responses.mean([0], keepdim: true);
    var unit = centred / centred.norm(1, keepdim: true, p: 2);
    return 1 - unit.matmul(unit.t());
};
//// own-rdm: The rows are not divided
Func<torch.Tensor, torch.Tensor> rdm = responses =>
{
    var centred = responses - responses.mean([1], keepdim: true);
    return 1 - centred.matmul(centred.t());
};
//// own-rdm: The rows are divided by their standard deviation
Func<torch.Tensor, torch.Tensor> rdm = responses =>
{
    var centred = responses - responses.mean([1], keepdim: true);
    var unit = centred / responses.std(1, keepdim: true);
    return 1 - unit.matmul(unit.t());
};
//// spearman-brown: That is the correlation of the halves
Func<double, double> reliability = r => r;
//// spearman-brown: That goes the wrong way
Func<double, double> reliability = r => r / (2 - r);
//// spearman-brown: Twice r alone
Func<double, double> reliability = r => 2 * r;
//// spearman-brown: The factor 2 above
Func<double, double> reliability = r => r / (1 + r);
//// spearman-brown: A correlation is at most 1
Func<double, double> reliability = r => 2 * r / (1 - r);
//// spearman-brown: Brackets are missing
Func<double, double> reliability = r => 2 * r / 1 + r;
//// rsa-score: That correlates the numbers themselves
double[] Above(torch.Tensor m) => Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
Func<torch.Tensor, torch.Tensor, double> score = (a, b) =>
{
    var (x, y) = (Above(a), Above(b));
    var (mx, my) = (x.Average(), y.Average());
    return x.Zip(y, (u, v) => (u - mx) * (v - my)).Sum() / Math.Sqrt(x.Sum(u => (u - mx) * (u - mx)) * y.Sum(v => (v - my) * (v - my)));
};
//// rsa-score: The whole matrices
double[] All(torch.Tensor m) => Enumerable.Range(0, 36).Select(i => (double)m[i / 6, i % 6].item<float>()).ToArray();
double[] RanksOf(double[] values) => values.Select(value => (double)values.Count(other => other < value)).ToArray();
Func<torch.Tensor, torch.Tensor, double> score = (a, b) =>
{
    var (x, y) = (RanksOf(All(a)), RanksOf(All(b)));
    var (mx, my) = (x.Average(), y.Average());
    return x.Zip(y, (u, v) => (u - mx) * (v - my)).Sum() / Math.Sqrt(x.Sum(u => (u - mx) * (u - mx)) * y.Sum(v => (v - my) * (v - my)));
};
//// rsa-score: The diagonal is in it
double[] From(torch.Tensor m) => Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i, 6 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
double[] RanksOf(double[] values) => values.Select(value => (double)values.Count(other => other < value)).ToArray();
Func<torch.Tensor, torch.Tensor, double> score = (a, b) =>
{
    var (x, y) = (RanksOf(From(a)), RanksOf(From(b)));
    var (mx, my) = (x.Average(), y.Average());
    return x.Zip(y, (u, v) => (u - mx) * (v - my)).Sum() / Math.Sqrt(x.Sum(u => (u - mx) * (u - mx)) * y.Sum(v => (v - my) * (v - my)));
};
//// rsa-score: One minus the correlation
double[] RanksAbove(torch.Tensor m)
{
    var above = Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
    return above.Select(value => (double)above.Count(other => other < value)).ToArray();
}

Func<torch.Tensor, torch.Tensor, double> score = (a, b) =>
    6 * RanksAbove(a).Zip(RanksAbove(b), (u, v) => (u - v) * (u - v)).Sum() / (15 * 224.0);
//// rsa-score: That is the covariance of the ranks
double[] RanksAbove(torch.Tensor m)
{
    var above = Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
    return above.Select(value => (double)above.Count(other => other < value)).ToArray();
}

Func<torch.Tensor, torch.Tensor, double> score = (a, b) => RanksAbove(a).Zip(RanksAbove(b), (u, v) => (u - 7) * (v - 7)).Average();
//// rsa-score: It is right but for a factor
double[] RanksAbove(torch.Tensor m)
{
    var above = Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
    return above.Select(value => (double)above.Count(other => other < value)).ToArray();
}

Func<torch.Tensor, torch.Tensor, double> score = (a, b) => RanksAbove(a).Zip(RanksAbove(b), (u, v) => (u - 7) * (v - 7)).Sum();
//// rsa-score: The factor 6 is missing
double[] RanksAbove(torch.Tensor m)
{
    var above = Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
    return above.Select(value => (double)above.Count(other => other < value)).ToArray();
}

Func<torch.Tensor, torch.Tensor, double> score = (a, b) =>
    1 - RanksAbove(a).Zip(RanksAbove(b), (u, v) => (u - v) * (u - v)).Sum() / (15 * 224.0);
//// p-value: This can be 0
Func<double, double[], double> p = (score, shuffled) => shuffled.Count(value => value >= score) / (double)shuffled.Length;
//// p-value: The unshuffled order is counted above
Func<double, double[], double> p = (score, shuffled) => (1.0 + shuffled.Count(value => value >= score)) / shuffled.Length;
//// p-value: That is the share below
Func<double, double[], double> p = (score, shuffled) => shuffled.Count(value => value < score) / (double)shuffled.Length;
//// p-value: That is the share at most
Func<double, double[], double> p = (score, shuffled) => (1.0 + shuffled.Count(value => value <= score)) / (1 + shuffled.Length);
//// p-value: That is 0 for every input
Func<double, double[], double> p = (score, shuffled) => (1 + shuffled.Count(value => value >= score)) / (1 + shuffled.Length);
//// p-value: That is how many
Func<double, double[], double> p = (score, shuffled) => 1 + shuffled.Count(value => value >= score);
//// own-rdm: That is the Euclidean distance. One minus the correlation is asked for.
Func<torch.Tensor, torch.Tensor> rdm = responses => torch.cdist(responses, responses);
//// own-rdm: The sign of the correlation is lost: responses that go opposite ways are the least alike.
Func<torch.Tensor, torch.Tensor> rdm = responses => 1 - responses.corrcoef().abs();
//// own-rdm: One mean of all responses is taken off. Each scene (row) has its own.
Func<torch.Tensor, torch.Tensor> rdm = responses => { var c = responses - responses.mean(); var u = c / c.norm(1, keepdim: true, p: 2); return 1 - u.matmul(u.t()); };
//// spearman-brown: The root is the correlation with a mean without any noise. Here both sets have noise.
Func<double, double> reliability = r => Math.Sqrt(r);
//// spearman-brown: That is for four times as many trials. All the trials are twice as many as a half.
Func<double, double> reliability = r => 4 * r / (1 + 3 * r);
//// rsa-score: That is the order (which number is the smallest, which the next), not the rank of each.
double[] Above(torch.Tensor m) => Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
double[] Order(double[] v) => Enumerable.Range(0, v.Length).OrderBy(i => v[i]).Select(i => (double)i).ToArray();
double Corr(double[] x, double[] y) { var (mx, my) = (x.Average(), y.Average()); return x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / Math.Sqrt(x.Sum(a => (a - mx) * (a - mx)) * y.Sum(b => (b - my) * (b - my))); }
Func<torch.Tensor, torch.Tensor, double> score = (a, b) => Corr(Order(Above(a)), Order(Above(b)));
//// rsa-score: In the formula n is how many numbers are ranked, 15, not how many scenes there are.
double[] Above(torch.Tensor m) => Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(i + 1, 5 - i).Select(j => (double)m[i, j].item<float>())).ToArray();
double[] Ranks(double[] v) => v.Select(x => (double)v.Count(o => o < x)).ToArray();
Func<torch.Tensor, torch.Tensor, double> score = (a, b) => 1 - 6 * Ranks(Above(a)).Zip(Ranks(Above(b)), (x, y) => (x - y) * (x - y)).Sum() / (6.0 * 35);
//// p-value: The unshuffled order is counted below the line, but not above it.
Func<double, double[], double> p = (score, shuffled) => shuffled.Count(v => v >= score) / (shuffled.Length + 1.0);
//// p-value: Scores far below zero are counted, too. Only those at least as high are asked for.
Func<double, double[], double> p = (score, shuffled) => (1.0 + shuffled.Count(v => Math.Abs(v) >= score)) / (1 + shuffled.Length);
