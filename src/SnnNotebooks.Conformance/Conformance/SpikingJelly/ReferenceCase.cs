using System.Security.Cryptography;
using System.Text.Json;
using SnnNotebooks.Exchange;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>One case of a reference file: its constants, its arrays, and what has been found to differ from them so far.</summary>
internal sealed class ReferenceCase(string name, JsonElement constants, NumpyArchive arrays, bool isRelease)
{
    private readonly List<string> differences = [];
    private readonly Dictionary<string, string> bits = new(StringComparer.Ordinal);
    private int compared;

    public string Name { get; } = name;

    /// <summary>The constants as the index has them.</summary>
    public JsonElement Constants { get; } = constants;

    /// <summary>True where the numbers are those of 0.0.0.0.14.</summary>
    public bool IsRelease { get; } = isRelease;

    /// <summary>The fields there is an array for.</summary>
    public IEnumerable<string> Fields =>
        arrays.Names.Where(key => key.StartsWith(Name + ".", StringComparison.Ordinal)).Select(key => key[(Name.Length + 1)..]);

    /// <summary>What the comparisons came to.</summary>
    public ConformanceResult Result =>
        (differences.Count > 0 ? ConformanceResult.Fail(Name, string.Join("; ", differences))
        : compared == 0 ? ConformanceResult.Fail(Name, "it holds none of the fields this suite compares")
        : ConformanceResult.Pass(Name)) with { Bits = bits };

    /// <summary>Whether what is compared from now on is meant to have the same bits on every device.</summary>
    public bool HasSameBitsEverywhere { get; set; }

    public bool Has(string field) => arrays.Contains($"{Name}.{field}");

    /// <summary>An array as a tensor of the current dispose scope.</summary>
    public Tensor Tensor(string field) => arrays.Tensor($"{Name}.{field}");

    /// <summary>Another case of the same file, or null where it has no arrays.</summary>
    public ReferenceCase? Sibling(string other) =>
        arrays.Names.Any(key => key.StartsWith(other + ".", StringComparison.Ordinal))
            ? new ReferenceCase(other, default, arrays, IsRelease)
            : null;

    /// <summary>The shape of an array.</summary>
    public IReadOnlyList<long> Shape(string field) => arrays.Array($"{Name}.{field}").Shape;

    /// <summary>
    /// Gives a module the parameters of the fields <c>param_...</c>, in the type of the input; a parameter without a field is an error.
    /// </summary>
    public void LoadParameters(nn.Module module)
    {
        using var off = no_grad();
        if (Has("x"))
        {
            module.to(arrays.Array($"{Name}.x").Type);
        }

        foreach (var (key, parameter) in module.named_parameters())
        {
            parameter.copy_(Tensor("param_" + key));
        }
    }

    /// <summary>Compares the gradients of a module's parameters with the fields <c>grad_...</c>.</summary>
    public void CloseGradients(nn.Module module, double tolerance = 2e-5)
    {
        // sums over all neurons, which devices add in orders of their own
        var sameBits = HasSameBitsEverywhere;
        HasSameBitsEverywhere = false;
        foreach (var (key, parameter) in module.named_parameters())
        {
            Close("grad_" + key, parameter.grad ?? zeros_like(parameter), tolerance);
        }

        HasSameBitsEverywhere = sameBits;
    }

    /// <summary>A list of numbers among the constants.</summary>
    public IReadOnlyList<double> Numbers(string constant) =>
        Constants.TryGetProperty(constant, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(number => number.GetDouble())]
            : throw Missing(constant);

    /// <summary>A number among the constants.</summary>
    public double Number(string constant, double? fallback = null) =>
        Constants.TryGetProperty(constant, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : fallback ?? throw Missing(constant);

    /// <summary>A truth value among the constants; also 0 and 1.</summary>
    public bool Flag(string constant, bool? fallback = null) =>
        !Constants.TryGetProperty(constant, out var value) ? fallback ?? throw Missing(constant)
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble() != 0
        : value.GetBoolean();

    /// <summary>A text among the constants; null where it is null or missing.</summary>
    public string? Text(string constant) =>
        Constants.TryGetProperty(constant, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether a field has exactly these values. A field that the file does not have is passed over.</summary>
    public void Same(string field, Tensor found)
    {
        if (Expected(field, found) is not { } expected)
        {
            return;
        }

        var same = expected.equal(found.to(expected.dtype)).logical_or(Both(expected, found, isnan));
        if (same.logical_not().sum().item<long>() is > 0 and var places)
        {
            differences.Add($"{field} differs in {places} of {expected.numel()} places{First(expected, found, same)}");
        }
    }

    /// <summary>
    /// Whether a field has these values within <paramref name="tolerance"/>, absolute plus relative (1e-12 for float64, whose
    /// arithmetic leaves no more room). Infinities must be equal and NaN must be NaN. A field that the file does not have is passed over.
    /// </summary>
    public void Close(string field, Tensor found, double tolerance = 2e-5)
    {
        if (Expected(field, found) is not { } expected)
        {
            return;
        }

        var bound = expected.dtype == ScalarType.Float64 ? 1e-12 : tolerance;
        var given = found.detach().to(expected.dtype);
        var error = (expected - given).abs();
        var near = error.le((expected.abs() * bound) + bound).logical_or(expected.eq(given)).logical_or(Both(expected, given, isnan));
        near = near.logical_and(expected.isinf().logical_not().logical_or(expected.eq(given)));
        if (near.logical_not().sum().item<long>() is > 0 and var places)
        {
            differences.Add(
                $"{field} is off by more than {bound.ToString("0.#e-0", System.Globalization.CultureInfo.InvariantCulture)} in "
                + $"{places} of {expected.numel()} places{First(expected, given, near)}");
        }
    }

    /// <summary>Notes something else that is not as the reference has it.</summary>
    public void Differs(string what) => differences.Add(what);

    /// <summary>Counts something compared by other means.</summary>
    public void Compared() => compared++;

    private Tensor? Expected(string field, Tensor found)
    {
        if (!Has(field))
        {
            return null;
        }

        compared++;
        if (HasSameBitsEverywhere)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            RawTensor.Bytes(found, hash.AppendData);
            bits[field] = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        var expected = Tensor(field);
        if (expected.shape.SequenceEqual(found.shape))
        {
            return expected;
        }

        differences.Add($"{field} has shape [{string.Join(", ", found.shape)}], expected [{string.Join(", ", expected.shape)}]");
        return null;
    }

    private static Tensor Both(Tensor one, Tensor other, Func<Tensor, Tensor> test) => test(one).logical_and(test(other));

    private static string First(Tensor expected, Tensor found, Tensor agrees)
    {
        var place = agrees.flatten().to(ScalarType.Int32).argmin().item<long>();
        string At(Tensor values) => values.detach().flatten()[place].to(ScalarType.Float64).item<double>()
            .ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        return $", first at {place}: {At(found)}, expected {At(expected)}";
    }

    private InvalidDataException Missing(string constant) => new($"The case {Name} does not say its constant {constant}.");
}
