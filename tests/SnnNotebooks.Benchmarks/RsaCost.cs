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
    private const int Block = 400; // features that are multiplied at once, out of the cache as in RSA
    private const int Side = 1024; // of the matrices whose product says how fast this processor multiplies

    private static readonly (string Name, ProductPrecision Precision, ScalarType Type)[] Precisions =
    [
        ("float64", ProductPrecision.Double, ScalarType.Float64), ("float32", ProductPrecision.Single, ScalarType.Float32),
    ];

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
            var gram = zeros(Stimuli, Stimuli, ScalarType.Float64);
            Rsa inDouble = new(), inSingle = new(products: ProductPrecision.Single);
            var found = new Dictionary<string, List<double>>();
            void Add(string what, double ms) => (found.TryGetValue(what, out var list) ? list : found[what] = []).Add(ms);
            for (var round = 0; round < Rounds; round++)
            {
                Add("kit", SimilarityComparison.Time(() => inDouble.Score(model, neural), Runs));
                Add("numpy", SimilarityComparison.Peer("rsa", modelFile, neuralFile, Runs, arguments[0]).GetProperty("ms").GetDouble());
                Add("kit, float32", SimilarityComparison.Time(() => inSingle.Score(model, neural), Runs));
                Add("numpy, float32",
                    SimilarityComparison.Peer("rsa32", modelFile, neuralFile, Runs, arguments[0]).GetProperty("ms").GetDouble());
                foreach (var (name, precision, type) in Precisions)
                {
                    var (a, b, c) = (rand(Side, Side, type), rand(Side, Side, type), zeros(Side, Side, type));
                    Add($"reading, {name}", SimilarityComparison.Time(() => Read(model, type), Runs));
                    using var block = model.narrow(1, 0, Block).to(type).contiguous();
                    Add($"products, {name}", SimilarityComparison.Time(() => Multiply(gram, block), Runs));
                    Add($"peak, {name}", SimilarityComparison.Time(() => c.addmm_(a, b, beta: 0), Runs));
                }
            }

            double Median(string what) => found[what].Order().ElementAt(Rounds / 2);
            var flops = (double)Stimuli * (Stimuli + 1) * Features; // of one triangle, an addition and a multiplication each
            var off = Math.Abs(inSingle.Score(model, neural).OrNaN - inDouble.Score(model, neural).OrNaN);
            var tables = new MeasuredTable[]
            {
                Table(
                    [
                        new("kit's products in"), new("numpy's in"), new("kit, ms"), new("numpy, ms"),
                        new("numpy / kit", $"NumPy 1.24 with {arguments[1]}"), new("kit's score off by"),
                    ],
                    [
                        Row("float64", "float64, as `numpy.corrcoef` has it", "kit", "numpy", null),
                        Row("float32", "float64, as `numpy.corrcoef` has it", "kit, float32", "numpy", off),
                        Row("float32", "float32, by `numpy.corrcoef(x, dtype=float32)`", "kit, float32", "numpy, float32", off),
                    ]),
                Table(
                    [
                        new("part"), new("ms"), new("GFLOP/s"), new("part / the whole", "this kit, RSA as above, of the same type"),
                        new("speed / libtorch's", $"this kit, libtorch's product of {Side} x {Side} of the same type"),
                    ],
                    [
                        .. Precisions.SelectMany(
                            each => Parts(each.Name, each.Precision == ProductPrecision.Single ? "kit, float32" : "kit")),
                    ]),
            };
            foreach (var row in tables.SelectMany(table => table.Rows))
            {
                Console.WriteLine(string.Join(" | ", row));
            }

            if (arguments.Count == 3)
            {
                new Question(
                    $"{WithoutAvx512.Chapter}: RSA against NumPy, and where its time goes",
                    [
                        Text($"Float32 responses, {Stimuli} x {Features:N0} and {Stimuli} x {Neurons:N0}; medians of five turns."),
                        .. WithoutAvx512.Text,
                    ],
                    tables, [], []).Save(arguments[2]);
            }

            return 0;

            string[] Row(string own, string theirs, string kit, string numpy, double? off) =>
                [own, theirs, Text($"{Median(kit):0.0}"), Text($"{Median(numpy):0.0}"), Text($"{Median(numpy) / Median(kit):0.00}"),
                    off is { } by ? Text($"{by:0.0e0}") : ""];

            IEnumerable<IReadOnlyList<string>> Parts(string name, string whole)
            {
                var (reading, took) = (Median($"reading, {name}"), Median($"products, {name}"));
                var peak = 2.0 * Side * Side * Side / Median($"peak, {name}");
                return
                [
                    [$"reading, twice over the responses, and centring in {name}", Text($"{reading:0.0}"), "",
                        Text($"{reading / Median(whole):0.00}"), ""],
                    [Text($"products of the {Features:N0} features, one triangle, {name}"), Text($"{took:0.0}"),
                        Text($"{flops / took / 1e6:0.0}"), Text($"{took / Median(whole):0.00}"), Text($"{flops / took / peak:0.00}")],
                ];
            }

            MeasuredTable Table(IReadOnlyList<MeasuredColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows) => new(
                WithoutAvx512.Command("rsa FOLDER VERSION FILE"),
                DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, null, columns, rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What RSA reads: a pass for the sums of rows, and one in which each row is read without its mean.</summary>
    private static void Read(Tensor responses, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var matrix = ResponseMatrix.FromTensor(responses);
        var summary = ResponseSummary.Of(matrix);
        matrix.ForEachBlock(_ => { }, summary.RowSums / matrix.Columns, type);
    }

    /// <summary>The products of as many features, of one block again and again.</summary>
    private static void Multiply(Tensor gram, Tensor block)
    {
        for (var feature = 0; feature < Features; feature += Block)
        {
            SymmetricProduct.AddLower(gram, block);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
