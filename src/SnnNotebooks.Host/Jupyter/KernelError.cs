using System.Text.Json.Nodes;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Failures as the protocol has them: the content of a reply whose status is error.</summary>
internal static class KernelError
{
    /// <summary>A cell's failure.</summary>
    public static JsonObject Of(CellFailure failure) =>
        Of(failure.ErrorName, failure.Message, [.. failure.ToString().Split('\n'), .. failure.Trace ?? []]);

    /// <summary>A failure by its parts.</summary>
    public static JsonObject Of(string name, string message, IEnumerable<string> trace) => new()
    {
        ["status"] = "error",
        ["ename"] = name,
        ["evalue"] = message,
        ["traceback"] = new JsonArray([.. trace.Select(line => JsonValue.Create(line))]),
    };
}
