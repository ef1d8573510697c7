//// break-even: That is arithmetic alone
Func<double, double, double, double> spikes = (mac, ac, fetch) => mac / ac;
//// break-even: The spiking layer fetches
Func<double, double, double, double> spikes = (mac, ac, fetch) => (mac + fetch) / ac;
//// break-even: The ordinary layer fetches
Func<double, double, double, double> spikes = (mac, ac, fetch) => mac / (ac + fetch);
//// break-even: Brackets are missing
Func<double, double, double, double> spikes = (mac, ac, fetch) => mac + fetch / ac + fetch;
//// break-even: It is the reciprocal
Func<double, double, double, double> spikes = (mac, ac, fetch) => (ac + fetch) / (mac + fetch);
//// break-even: A weight is fetched for each
Func<double, double, double, double> spikes = (mac, ac, fetch) => mac / ac + fetch;
//// layer-energy: That is charged as multiplications
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * inputs * outputs * 4.6 / 1000;
//// layer-energy: That is one step
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * inputs * outputs * 0.9 / 1000;
//// layer-energy: That is in pJ
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * inputs * outputs * 0.9;
//// layer-energy: Each spike reaches every output
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * inputs * 0.9 / 1000;
//// layer-energy: All are connected
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * (inputs + outputs) * 0.9 / 1000;
//// layer-energy: That charges every connection
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => T * inputs * outputs * 0.9 / 1000;
//// layer-energy: It is 1000 times too small
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * inputs * outputs * 0.9e-6;
//// layer-energy: It is right but for a factor
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * inputs * outputs / 1000;
//// sparse-first: That layer has the most spikes
Func<double[], double[], int> layer = (spikes, fanOut) => Array.IndexOf(spikes, spikes.Max());
//// sparse-first: That layer has the largest fan-out
Func<double[], double[], int> layer = (spikes, fanOut) => Array.IndexOf(fanOut, fanOut.Max());
//// sparse-first: The first layer of the list
Func<double[], double[], int> layer = (spikes, fanOut) =>
{
    var additions = spikes.Zip(fanOut, (s, f) => s * f).ToList();
    return additions.IndexOf(additions.Max()) + 1;
};
//// sparse-first: That layer causes the fewest
Func<double[], double[], int> layer = (spikes, fanOut) =>
{
    var additions = spikes.Zip(fanOut, (s, f) => s * f).ToList();
    return additions.IndexOf(additions.Min());
};
//// sparse-first: Each spike causes fanOut additions
Func<double[], double[], int> layer = (spikes, fanOut) =>
{
    var additions = spikes.Zip(fanOut, (s, f) => s / f).ToList();
    return additions.IndexOf(additions.Max());
};
//// sparse-first: That is how many additions
Func<double[], double[], double> layer = (spikes, fanOut) => spikes.Zip(fanOut, (s, f) => s * f).Max();
