using System.Text;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// Console text gathered for a moment, so that ten thousand lines are not ten thousand messages. Whoever sends something else between
/// takes <see cref="Gate"/> and calls <see cref="Flush"/> first, so that the order stays.
/// </summary>
internal sealed class GatheredText : IDisposable
{
    private const int Enough = 1 << 16;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly Action<string, string> send;
    private readonly StringBuilder text = new();
    private readonly Timer timer;
    private string stream = "stdout";

    /// <summary>Gathers nothing yet.</summary>
    /// <param name="send">Sends a text of a stream, <c>stdout</c> or <c>stderr</c>; the gate is held.</param>
    public GatheredText(Action<string, string> send)
    {
        this.send = send;
        timer = new Timer(_ => Flush());
    }

    /// <summary>What is held while something is sent.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Adds to a stream.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="added">The text.</param>
    public void Add(string name, string added)
    {
        lock (Gate)
        {
            if (name != stream)
            {
                Flush();
                stream = name;
            }

            if (text.Length == 0)
            {
                timer.Change(Moment, Timeout.InfiniteTimeSpan);
            }

            text.Append(added);
            if (text.Length >= Enough)
            {
                Flush();
            }
        }
    }

    /// <summary>Sends what was gathered.</summary>
    public void Flush()
    {
        lock (Gate)
        {
            if (text.Length > 0)
            {
                var gathered = text.ToString();
                text.Clear();
                send(stream, gathered);
            }
        }
    }

    public void Dispose() => timer.Dispose();
}
