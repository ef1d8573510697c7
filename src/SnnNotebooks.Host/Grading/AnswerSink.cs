using System.Text;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Grading;

/// <summary>Keeps the beginning of what a hand-in prints, for a person to read; nothing that it shows counts.</summary>
internal sealed class AnswerSink : IOutputSink
{
    /// <summary>Characters kept of one cell.</summary>
    public const int Longest = 4000;

    private readonly Lock gate = new();
    private readonly StringBuilder text = new();

    /// <summary>What was printed since the last call.</summary>
    public string Take()
    {
        lock (gate)
        {
            var taken = text.ToString();
            text.Clear();
            return taken;
        }
    }

    public void Stream(string name, string text) => Add(text);

    public void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult) =>
        Add(data.GetValueOrDefault("text/plain", "") + "\n");

    public void Update(string id, IReadOnlyDictionary<string, string> data)
    {
    }

    public void Clear(bool wait)
    {
    }

    public string? Ask(string prompt, bool isPassword) => null;

    private void Add(string more)
    {
        lock (gate)
        {
            text.Append(more.AsSpan(0, Math.Min(more.Length, Math.Max(0, Longest - text.Length))));
        }
    }
}
