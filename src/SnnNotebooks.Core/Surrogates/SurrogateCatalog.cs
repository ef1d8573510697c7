using System.Text.Json;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Builds surrogates from the names of SpikingJelly's classes and of their constants: the form in which checkpoints and reference files
/// name them.
/// </summary>
public static class SurrogateCatalog
{
    private static readonly Registry<Entry> Entries = new("surrogate")
    {
        { nameof(ATan), new(["alpha"], (c, _) => new ATan(c.Get("alpha", 2))) },
        { nameof(DeterministicPass), new([], (_, _) => new DeterministicPass()) },
        { nameof(Erf), new(["alpha"], (c, _) => new Erf(c.Get("alpha", 2))) },
        { nameof(FakeNumericalGradient), new(["alpha"], (c, _) => new FakeNumericalGradient(c.Get("alpha", 0.3))) },
        { nameof(LeakyKReLU), new(["leak", "k"], (c, _) => new LeakyKReLU(c.Get("leak", 0), c.Get("k", 1))) },
        { nameof(LogTailedReLU), new(["alpha", "release"], (c, release) => new LogTailedReLU(c.Get("alpha", 0), release)) },
        {
            nameof(MultiLevelSpikeCount),
            new(
                ["max_spike_count", "grad_window.0", "grad_window.1"],
                (c, _) => new MultiLevelSpikeCount(c.Whole("max_spike_count", 4), c.Get("grad_window.0"), c.Get("grad_window.1")))
        },
        { nameof(NonzeroSignLogAbs), new(["alpha"], (c, _) => new NonzeroSignLogAbs(c.Get("alpha", 1))) },
        { nameof(PiecewiseExp), new(["alpha"], (c, _) => new PiecewiseExp(c.Get("alpha", 1))) },
        { nameof(PiecewiseLeakyReLU),
            new(["w", "c", "release"], (c, release) => new PiecewiseLeakyReLU(c.Get("w", 1), c.Get("c", 0.01), release)) },
        { nameof(PiecewiseQuadratic), new(["alpha"], (c, _) => new PiecewiseQuadratic(c.Get("alpha", 1))) },
        { nameof(PoissonPass), new([], (_, _) => new PoissonPass()) },
        { nameof(QPseudoSpike), new(["alpha"], (c, _) => new QPseudoSpike(c.Get("alpha", 2))) },
        { nameof(Rect), new(["alpha"], (c, _) => new Rect(c.Get("alpha", 1))) },
        { nameof(S2NN), new(["alpha", "beta"], (c, _) => new S2NN(c.Get("alpha", 4), c.Get("beta", 1))) },
        { nameof(Sigmoid), new(["alpha"], (c, _) => new Sigmoid(c.Get("alpha", 4))) },
        { nameof(SoftSign), new(["alpha"], (c, _) => new SoftSign(c.Get("alpha", 2))) },
        { nameof(SquarewaveFourierSeries),
            new(["n", "T_period"], (c, _) => new SquarewaveFourierSeries(c.Whole("n", 2), c.Get("T_period", 8))) },
        { nameof(SuperSpike), new(["alpha"], (c, _) => new SuperSpike(c.Get("alpha", 1))) },
    };

    /// <summary>The names it knows, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. Entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a surrogate of your own, so that files that name it can be read.</summary>
    /// <param name="name">The name of its class, which no other surrogate has.</param>
    /// <param name="constants">The names of its constants, those of <see cref="Surrogate.Constants"/>.</param>
    /// <param name="make">Makes it of constants; those that are not given keep its defaults.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Add(string name, IReadOnlyList<string> constants, Func<IReadOnlyDictionary<string, double>, Surrogate> make)
    {
        ArgumentNullException.ThrowIfNull(constants);
        ArgumentNullException.ThrowIfNull(make);
        Entries.Add(name, new Entry([.. constants], (values, _) => make(values.Constants)));
    }

    /// <summary>Builds a surrogate.</summary>
    /// <param name="name">The name of its class, for example <c>ATan</c>.</param>
    /// <param name="constants">Its constants; those not named keep SpikingJelly's defaults.</param>
    /// <param name="release">True for the behaviour of SpikingJelly 0.0.0.0.14 where its later versions differ (PiecewiseLeakyReLU,
    /// LogTailedReLU); their constant <c>release</c>, other than 0, means the same.</param>
    /// <returns>The surrogate.</returns>
    /// <exception cref="ArgumentException">There is no such surrogate, or it has no such constant, or a constant is out of
    /// range.</exception>
    public static Surrogate Create(string name, IReadOnlyDictionary<string, double>? constants = null, bool release = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Entries.TryGetValue(name, out var entry))
        {
            throw new ArgumentException($"There is no surrogate called {name}; there are {string.Join(", ", Names)}.", nameof(name));
        }

        constants ??= new Dictionary<string, double>();
        if (constants.Keys.FirstOrDefault(constant => !entry.Constants.Contains(constant)) is { } unknown)
        {
            throw new ArgumentException(
                $"The surrogate {name} has no constant called {unknown}; it has "
                + $"{(entry.Constants.Length == 0 ? "none" : string.Join(", ", entry.Constants))}.", nameof(constants));
        }

        var values = new Values(constants);
        return entry.Build(values, release || values.Get("release", 0) != 0);
    }

    /// <summary>Builds a surrogate from a JSON object that holds its constants, possibly among others that are not read.</summary>
    /// <param name="name">The name of its class.</param>
    /// <param name="constants">An object; an array <c>a</c> counts as the constants <c>a.0</c>, <c>a.1</c>, ...</param>
    /// <param name="release">As in the other overload.</param>
    /// <returns>The surrogate.</returns>
    /// <exception cref="ArgumentException">As in the other overload.</exception>
    public static Surrogate Create(string name, JsonElement constants, bool release = false)
    {
        if (constants.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException(
                $"The constants of the surrogate {name} are {constants.ValueKind}; expected a JSON object.", nameof(constants));
        }

        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        if (name is not null && Entries.TryGetValue(name, out var entry))
        {
            foreach (var constant in entry.Constants)
            {
                var (array, index) = constant.Split('.') is [var stem, var place]
                    ? (stem, int.Parse(place, System.Globalization.CultureInfo.InvariantCulture))
                    : (constant, -1);
                if (!constants.TryGetProperty(array, out var value) || value.ValueKind == JsonValueKind.Null)
                {
                    continue;
                }

                var number = value.ValueKind == JsonValueKind.Array && index >= 0 && index < value.GetArrayLength() ? value[index] : value;
                values[constant] = number.ValueKind == JsonValueKind.Number
                    ? number.GetDouble()
                    : throw new ArgumentException(
                        $"The constant {constant} of the surrogate {name} is {number.GetRawText()}; expected a number.", nameof(constants));
            }
        }

        return Create(name!, values, release);
    }

    private sealed record Entry(string[] Constants, Func<Values, bool, Surrogate> Build);

    private readonly record struct Values(IReadOnlyDictionary<string, double> Constants)
    {
        public double Get(string name, double fallback) => Constants.GetValueOrDefault(name, fallback);

        public double? Get(string name) => Constants.TryGetValue(name, out var value) ? value : null;

        public int Whole(string name, int fallback)
        {
            var value = Get(name, fallback);
            return value == Math.Round(value) && Math.Abs(value) <= int.MaxValue
                ? (int)value
                : throw new ArgumentOutOfRangeException(nameof(name), value, $"The constant {name} must be a whole number.");
        }
    }
}
