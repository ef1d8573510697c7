using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Benchmarks.Peers;
using SnnNotebooks.Exchange;
using SnnNotebooks.Similarity;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>rsa</c>: RSA of float32 responses in turns with numpy, and what of its time the products need at the speed at which
/// libtorch multiplies. One thread; medians of rounds.
/// </summary>
internal static class RsaCost
{
    private const int Stimuli = 118;
    private const int Features = 50_000;
    private const int Neurons = 1_758;
    private const int Rounds = 5;
    private const int Runs = 7;
    private const int Side = 1024; // of the matrices whose product says how fast this processor multiplies

    /// <summary>Measures, prints, and where a file is named writes the tables there as a question of <c>results</c>.</summary>
    /// <param name="arguments">FOLDER with the libblas.so.3 that numpy is to use (OpenBLAS), its version, and a file.</param>
    /// <returns>0, or 2 where something else was given.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Count is < 2 or > 3 || !File.Exists(Path.Combine(arguments[0], "libblas.so.3")))
        {
            Console.Error.WriteLine("Expected: rsa FOLDER VERSION [FILE], where FOLDER holds OpenBLAS's libblas.so.3.");
            return 2;
        }

        set_num_threads(1);
        var machine = PeerMachine.Describe(1);
        using var scope = NewDisposeScope();
        using var model = SimilarityComparison.Responses(Stimuli, Features, seed: 1);
        using var neural = SimilarityComparison.Responses(Stimuli, Neurons, seed: 2);
        var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
        try
        {
            var (modelFile, neuralFile) = (Path.Combine(folder, "model.npy"), Path.Combine(folder, "neural.npy"));
            NumpyWriter.Write(modelFile, model);
            NumpyWriter.Write(neuralFile, neural);
            var wide = model.to(ScalarType.Float64);
            var gram = zeros(Stimuli, Stimuli, ScalarType.Float64);
            var (a, b) = (rand(Side, Side, ScalarType.Float64), rand(Side, Side, ScalarType.Float64));
            var c = zeros(Side, Side, ScalarType.Float64);
            var found = new Dictionary<string, List<double>>();
            void Add(string what, double ms) => (found.TryGetValue(what, out var list) ? list : found[what] = []).Add(ms);
            for (var round = 0; round < Rounds; round++)
            {
                Add("kit", SimilarityComparison.Time(() => new Rsa().Score(model, neural), Runs));
                Add("numpy", SimilarityComparison.Peer("rsa", modelFile, neuralFile, Runs, arguments[0]).GetProperty("ms").GetDouble());
                Add("reading", SimilarityComparison.Time(() => Read(model), Runs));
                Add("products", SimilarityComparison.Time(() => SymmetricProduct.AddLower(gram, wide), Runs));
                Add("peak", SimilarityComparison.Time(() => Multiply(a, b, c), Runs));
            }

            double Median(string what) => found[what].Order().ElementAt(Rounds / 2);
            var flops = (double)Stimuli * (Stimuli + 1) * Features; // of one triangle, an addition and a multiplication each
            string Speed(double flop, string what) => Text($"{flop / Median(what) / 1e6:0.0}");
            var peak = 2.0 * Side * Side * Side / Median("peak");
            var tables = new MeasuredTable[]
            {
                Table(
                    [new("responses"), new("kit, ms"), new("numpy, ms"), new("numpy / kit", $"NumPy 1.24 with {arguments[1]}")],
                    [[Text($"{Stimuli} x {Features:N0} and {Stimuli} x {Neurons:N0}"), Text($"{Median("kit"):0.0}"),
                        Text($"{Median("numpy"):0.0}"), Text($"{Median("numpy") / Median("kit"):0.00}")]]),
                Table(
                    [
                        new("part"), new("ms"), new("GFLOP/s, float64"),
                        new("part / the whole", "this kit, RSA as above"),
                        new("speed / libtorch's", $"this kit, libtorch's product of {Side} x {Side} in float64"),
                    ],
                    [
                        ["reading and centring, twice over the responses", Text($"{Median("reading"):0.0}"), "", Share("reading"), ""],
                        ["products of the 50,000 features, one triangle", Text($"{Median("products"):0.0}"), Speed(flops, "products"),
                            Share("products"), Text($"{flops / Median("products") / peak:0.00}")],
                    ]),
            };
            foreach (var row in tables.SelectMany(table => table.Rows))
            {
                Console.WriteLine(string.Join(" | ", row));
            }

            if (arguments.Count == 3)
            {
                new Question(
                    "How fast it is: RSA against NumPy, and where its time goes",
                    [
                        "Float32 responses, which both sides compare in float64 (`numpy.corrcoef` does so, too), one thread; medians of "
                        + "five turns.",
                    ],
                    tables, [], []).Save(arguments[2]);
            }

            return 0;

            string Share(string what) => Text($"{Median(what) / Median("kit"):0.00}");
            MeasuredTable Table(IReadOnlyList<MeasuredColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows) => new(
                "dotnet run -c Release --project tests/SnnNotebooks.Benchmarks -- rsa FOLDER VERSION FILE",
                DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, null, columns, rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What RSA reads: a pass for the sums of rows, and one in which each row is read without its mean.</summary>
    private static void Read(Tensor responses)
    {
        using var scope = NewDisposeScope();
        using var matrix = ResponseMatrix.FromTensor(responses);
        var summary = ResponseSummary.Of(matrix);
        matrix.ForEachBlock(_ => { }, summary.RowSums / matrix.Columns);
    }

    private static void Multiply(Tensor a, Tensor b, Tensor c) => c.addmm_(a, b, beta: 0);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
