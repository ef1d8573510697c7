using System.Text.Json.Serialization;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// One line of JSON between the grader and the process of a hand-in. The grader asks, the process answers; what comes back is believed to
/// be an answer and nothing else.
/// </summary>
internal sealed record GradingMessage(string Kind)
{
    /// <summary>The path of the notebook that the cells belong to; answered by <see cref="Ready"/>.</summary>
    public const string Open = "open";
    public const string Ready = "ready";

    /// <summary>A cell to run; answered by <see cref="Finished"/>.</summary>
    public const string Run = "run";
    public const string Finished = "finished";

    /// <summary>Inputs to try an answer on; answered by <see cref="Values"/>.</summary>
    public const string Try = "try";
    public const string Values = "values";

    public int Number { get; init; }
    public double Seconds { get; init; }
    public string? Name { get; init; }
    public string? Text { get; init; }
    public string? Failure { get; init; }
    public Standstill Standstill { get; init; }
    public Cell? Cell { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(GradingMessage))]
internal sealed partial class GradingMessageJson : JsonSerializerContext;
