using System.Text.Json.Serialization;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Running;

/// <summary>One line of JSON between a notebook's process and the one that started it.</summary>
internal sealed record WorkerMessage(string Kind)
{
    public const string Request = "request";
    public const string Stop = "stop";
    public const string Started = "started";
    public const string Stream = "stream";
    public const string Display = "display";
    public const string Update = "update";
    public const string Clear = "clear";
    public const string Finished = "finished";
    public const string Done = "done";

    public int Cell { get; init; }
    public string? Name { get; init; }
    public string? Text { get; init; }
    public IReadOnlyDictionary<string, string>? Data { get; init; }
    public bool IsResult { get; init; }
    public CellFailure? Failure { get; init; }
    public IReadOnlyList<Cell>? Cells { get; init; }
    public double? CellSeconds { get; init; }
    public bool KeepGoing { get; init; }
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }
}

/// <summary>Generated readers and writers: reflection would cost a tenth of a second at start.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(WorkerMessage))]
internal sealed partial class WorkerMessageJson : JsonSerializerContext;
