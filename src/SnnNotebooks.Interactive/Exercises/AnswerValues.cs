using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;

namespace SnnNotebooks.Interactive.Exercises;

/// <summary>
/// What an answer gave on the inputs it was tried on: numbers only, so that they can leave the process that ran the answer and be judged
/// where the truth is (<see cref="Exercise.Judge"/>).
/// </summary>
/// <param name="Answered">Whether there was an answer: neither null nor a <see cref="NotImplementedException"/>.</param>
/// <param name="Error">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Values">What it gave, one for each case.</param>
public sealed record AnswerValues(bool Answered, string? Error, IReadOnlyList<Quantity> Values)
{
    /// <summary>More numbers than this in one answer are an error.</summary>
    public const int MostNumbers = 1_000_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static AnswerValues Open { get; } = new(false, null, []);

    /// <summary>Tries an answer. Nothing of the truth is needed here.</summary>
    /// <param name="answer">
    /// A number, an array of numbers, a tuple of numbers, a tensor, or a function that takes a case's numbers (as <c>double</c>,
    /// <c>float</c>, <c>int</c>, <c>long</c>, <c>double[]</c>, <c>float[]</c> or tensor) and gives one of these. Null, and a function that
    /// gives null or throws <see cref="NotImplementedException"/>, is no answer yet.
    /// </param>
    /// <param name="cases">The inputs; a single case without any where the answer is no function.</param>
    /// <returns>What the answer gave in each case, or why it gave nothing.</returns>
    public static AnswerValues Of(object? answer, IReadOnlyList<ExerciseCase> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var values = new List<Quantity>(cases.Count);
        foreach (var tried in cases)
        {
            using var scope = torch.NewDisposeScope();
            object? given;
            try
            {
                given = answer is Delegate function ? Call(function, tried.Given) : answer;
                if (given is null)
                {
                    return Open;
                }

                values.Add(Read(given));
            }
            catch (NotImplementedException)
            {
                return Open;
            }
            catch (FormatException mismatch)
            {
                return new(true, mismatch.Message, []);
            }
            catch (TargetInvocationException failure) when (failure.InnerException is NotImplementedException)
            {
                return Open;
            }
            catch (TargetInvocationException failure)
            {
                var thrown = failure.InnerException!;
                return new(true, $"On {Described(tried)} it throws {thrown.GetType().Name}: {thrown.Message}", []);
            }
        }

        return new(true, null, values);
    }

    /// <summary>Cases as text, for another process.</summary>
    /// <param name="cases">The cases.</param>
    /// <returns>JSON.</returns>
    public static string WriteCases(IReadOnlyList<ExerciseCase> cases) => JsonSerializer.Serialize(cases, Json);

    /// <summary>Reads what <see cref="WriteCases"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The cases, in their order.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    public static IReadOnlyList<ExerciseCase> ReadCases(string json)
    {
        var cases = Parse<ExerciseCase[]>(json);
        foreach (var quantity in cases.SelectMany(one => one?.Given ?? throw Broken()))
        {
            Require(quantity);
        }

        return cases;
    }

    /// <summary>The values as text, for another process.</summary>
    /// <returns>JSON.</returns>
    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="Write"/> wrote, trusting none of it.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The values.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    public static AnswerValues Read(string json)
    {
        var values = Parse<AnswerValues>(json);
        foreach (var quantity in values.Values)
        {
            Require(quantity);
        }

        return values;
    }

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Json) ?? throw Broken();

    private static void Require(Quantity? quantity)
    {
        var count = 1L;
        foreach (var length in quantity?.Shape ?? throw Broken())
        {
            if (length is < 0 or > MostNumbers || (count *= length) > MostNumbers)
            {
                throw Broken();
            }
        }

        if (count != quantity.Values.Count)
        {
            throw Broken();
        }
    }

    private static JsonException Broken() => new("These are no values of an exercise: a shape and its numbers do not belong together.");

    private static object? Call(Delegate function, IReadOnlyList<Quantity> given)
    {
        var wanted = function.GetType().GetMethod("Invoke")!.GetParameters();
        if (wanted.Length != given.Count)
        {
            throw new FormatException($"The function takes {wanted.Length} argument(s); expected are {given.Count}.");
        }

        return function.DynamicInvoke([.. given.Zip(wanted, (quantity, parameter) => Argument(quantity, parameter))]);
    }

    private static object Argument(Quantity quantity, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        object? value = quantity.IsNumber
            ? Type.GetTypeCode(type) switch
            {
                TypeCode.Double => quantity.Values[0],
                TypeCode.Single => (float)quantity.Values[0],
                TypeCode.Int32 => (int)Math.Round(quantity.Values[0]),
                TypeCode.Int64 => (long)Math.Round(quantity.Values[0]),
                _ => null,
            }
            : type == typeof(float[]) ? quantity.Values.Select(number => (float)number).ToArray()
            : type.IsAssignableFrom(typeof(double[])) ? quantity.ToArray()
            : null;
        return value ?? (type == typeof(torch.Tensor) ? quantity.ToTensor() : throw new FormatException(
            $"The argument {parameter.Name} is {(quantity.IsNumber ? "a number: take it as double" : "an array: take it as double[]")}."));
    }

    private static Quantity Read(object value) => value switch
    {
        bool flag => flag ? 1.0 : 0.0,
        torch.Tensor tensor when tensor.is_complex() => throw new FormatException("A complex tensor; real numbers were expected."),
        torch.Tensor tensor => tensor.numel() <= MostNumbers ? Quantity.FromTensor(tensor) : throw TooMany(),
        IEnumerable<double> many => Quantity.FromArray(Some(many)),
        IEnumerable<float> many => Quantity.FromArray(Some(many.Select(number => (double)number))),
        IEnumerable<int> many => Quantity.FromArray(Some(many.Select(number => (double)number))),
        IEnumerable<long> many => Quantity.FromArray(Some(many.Select(number => (double)number))),
        IEnumerable<bool> many => Quantity.FromArray(Some(many.Select(flag => flag ? 1.0 : 0.0))),
        ITuple tuple => Quantity.FromArray([.. Enumerable.Range(0, tuple.Length).Select(i => ReadNumber(tuple[i]))]),
        IConvertible number when Type.GetTypeCode(number.GetType()) is >= TypeCode.SByte and <= TypeCode.Decimal =>
            number.ToDouble(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new FormatException(
            $"An answer of type {value?.GetType().Name ?? "null"}; expected are numbers, an array or a tensor of them, or a function."),
    };

    private static double ReadNumber(object? part) => part is not (null or ITuple) && Read(part) is { IsNumber: true } number
        ? number.Values[0]
        : throw new FormatException($"A tuple that holds {(part is null ? "null" : part.GetType().Name)}; numbers were expected.");

    private static double[] Some(IEnumerable<double> numbers)
    {
        var taken = numbers.Take(MostNumbers + 1).ToArray();
        return taken.Length <= MostNumbers ? taken : throw TooMany();
    }

    private static FormatException TooMany() => new($"An answer of more than {MostNumbers} numbers.");

    private static string Described(ExerciseCase tried) =>
        tried.Given.Count == 0 ? "this exercise" : string.Join(", ", tried.Given.Select(quantity => quantity.ToString()));
}
