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
