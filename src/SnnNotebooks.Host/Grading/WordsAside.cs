namespace SnnNotebooks.Host.Grading;

/// <summary>
/// What a process writes past the grader's pipe. All of it is read, so that the process need not wait; only the beginning is kept, so that
/// a line without end fills nothing.
/// </summary>
internal sealed class WordsAside
{
    private const int Longest = 200;
    private readonly Lock gate = new();
    private string beginning = "";

    /// <summary>Its first line that is not empty, or the beginning of that; empty where there is none.</summary>
    public string FirstLine
    {
        get
        {
            lock (gate)
            {
                return beginning.Split('\n')[0].TrimEnd();
            }
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <param name="reader">What the process writes.</param>
    public async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[1 << 14];
        try
        {
            for (var read = 1; read > 0;)
            {
                read = await reader.ReadAsync(buffer).ConfigureAwait(false);
                lock (gate)
                {
                    var more = beginning.Length < Longest ? beginning + new string(buffer, 0, Math.Min(read, Longest)) : beginning;
                    beginning = more.TrimStart()[..Math.Min(Longest, more.TrimStart().Length)];
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // the process was disposed of
        }
    }
}
