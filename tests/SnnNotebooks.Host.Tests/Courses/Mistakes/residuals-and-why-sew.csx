//// passing-threshold: That is what an IF neuron
Func<double, double> threshold = tau => 1;
//// passing-threshold: That is what is left
Func<double, double> threshold = tau => 1 - 1 / tau;
//// passing-threshold: That is so for tau = 2 only
Func<double, double> threshold = tau => 0.5;
//// passing-threshold: In a whole step
Func<double, double> threshold = tau => 1 - Math.Exp(-1 / tau);
//// passing-threshold: It is the reciprocal
Func<double, double> threshold = tau => tau;
//// connect: In IAND the block's spike
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s * x, (1 - x) * s);
//// connect: ADD adds
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s | x, s & x, (1 - s) * x);
//// connect: AND and IAND are exchanged
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, (1 - s) * x, s * x);
//// connect: 1 - s x turns
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s * x, 1 - s * x);
//// connect: In IAND only s is turned
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s * x, (1 - s) * (1 - x));
//// connect: IAND lets x pass
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s * x, 1 - s);
//// connect: The first and the third number is right
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s + x - 1, (1 - s) * x);
//// pile-up: The spike that went in
Func<int, int> largest = blocks => blocks;
//// pile-up: A block adds its own spike
Func<int, int> largest = blocks => (int)Math.Pow(2, blocks);
//// pile-up: A sum of spikes is not cut off
Func<int, int> largest = blocks => 1;
//// pile-up: A block adds one spike, not two
Func<int, int> largest = blocks => 1 + 2 * blocks;
//// pile-up: It is one too large
Func<int, int> largest = blocks => blocks + 2;
//// two-counts: The two are exchanged
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Count(x => x != 0) * fanOut, inputs.Sum() * fanOut);
//// two-counts: Each input reaches fanOut neurons
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Sum(), inputs.Count(x => x != 0));
//// two-counts: The share is that of the inputs
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Sum() * fanOut, inputs.Length * fanOut);
//// two-counts: The first is right. The second must be
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) =>
    (inputs.Sum() * fanOut, inputs.Count(x => x != 0) * fanOut / (double)inputs.Length);
//// two-counts: The second counts only inputs that are 1
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Sum() * fanOut, inputs.Count(x => x == 1) * fanOut);
//// two-counts: It is a mean
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) =>
    (inputs.Average() * fanOut, inputs.Average(x => x != 0 ? 1 : 0) * fanOut);
//// passing-threshold: That is what is left of V after a time of one step. How far does one spike charge V from 0, in a whole step?
Func<double, double> threshold = tau => Math.Exp(-1 / tau);
//// connect: ADD adds: two spikes give 2, not 0.
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s ^ x, s & x, (1 - s) * x);
//// connect: x - s is -1 for a spike of the block alone. IAND is a product.
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s * x, x - s);
//// connect: AND is 1 only where both are: that is an OR.
Func<int, int, (int Add, int And, int Iand)> connect = (s, x) => (s + x, s | x, (1 - s) * x);
//// pile-up: A block adds one spike, not two. What goes into the first block?
Func<int, int> largest = blocks => 2 * blocks;
//// pile-up: 2 can come out of one block. The next one adds to that.
Func<int, int> largest = blocks => 2;
//// two-counts: The first is right. In the second, too, each input reaches fanOut neurons.
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Sum() * fanOut, inputs.Count(x => x != 0));
//// two-counts: Both count by spikes. By share a 2 counts once.
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Sum() * fanOut, inputs.Sum() * fanOut);
//// two-counts: Both count by share. By spikes a 2 counts twice.
Func<double[], int, (double BySpikes, double ByShare)> additions = (inputs, fanOut) => (inputs.Count(x => x != 0) * fanOut, inputs.Count(x => x != 0) * fanOut);
