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
//// break-even: That is how much dearer a MAC is. At how many spikes are the two bills equal?
Func<double, double, double, double> spikes = (mac, ac, fetch) => (mac + fetch) - (ac + fetch);
//// break-even: Fetching costs on top of computing: it is added, not multiplied.
Func<double, double, double, double> spikes = (mac, ac, fetch) => mac / ac * fetch;
//// layer-energy: A spike comes from each of the inputs: their number is missing.
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * outputs * 0.9 / 1000;
//// layer-energy: More steps, more additions: multiply by T, do not divide.
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate / T * inputs * outputs * 0.9 / 1000;
//// layer-energy: That is the bill of an ordinary layer: every connection multiplies once. Here spikes add.
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => inputs * outputs * 4.6 / 1000;
//// layer-energy: 1000 pJ are 1 nJ: divide by 1000, do not multiply.
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => rate * T * inputs * outputs * 0.9 * 1000;
//// layer-energy: Silence is charged, not spikes: the rate is the share of the steps with a spike.
Func<int, int, double, int, double> nanojoule = (inputs, outputs, rate, T) => (1 - rate) * T * inputs * outputs * 0.9 / 1000;
//// sparse-first: Each spike causes fanOut additions: multiply, do not add.
Func<double[], double[], int> layer = (spikes, fanOut) => { var s = spikes.Zip(fanOut, (a, b) => a + b).ToList(); return s.IndexOf(s.Max()); };
//// sparse-first: That layer has the fewest spikes. Where are the most additions to be saved?
Func<double[], double[], int> layer = (spikes, fanOut) => Array.IndexOf(spikes, spikes.Min());
//// sparse-first: That layer has the smallest fan-out: a spike less saves the least there.
Func<double[], double[], int> layer = (spikes, fanOut) => Array.IndexOf(fanOut, fanOut.Min());
