using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>Runs the cells of one notebook, and of those it imports, one after another in this process.</summary>
public sealed class NotebookSession
{
    private const string LeftBehind =
        "; code of a library that it called did not end, and goes on in the background until it returns or the notebook is restarted";

    private readonly string path;
    private readonly CellRunner runner;
    private readonly Lock gate = new();
    private CellTurn? current;
    private string? endReason;

    /// <summary>A session without state.</summary>
    /// <param name="path">Path of the notebook; imports and references are relative to its folder.</param>
    /// <param name="extensions">Libraries the embedding program lends to the cells.</param>
    /// <param name="parameters">What the command line sets; overrides <c>#!set</c> in cells marked <c>parameters</c>.</param>
    public NotebookSession(string path, IReadOnlyList<HostExtension>? extensions = null,
        IReadOnlyDictionary<string, string>? parameters = null)
    {
        this.path = Path.GetFullPath(path);
        runner = new CellRunner(this.path, extensions ?? [], parameters ?? new Dictionary<string, string>());
    }

    /// <summary>The compiler of its C# cells.</summary>
    internal CSharpEngine Engine => runner.Engine;

    /// <summary>Runs one cell; what it shows goes to <see cref="DisplayChannel.Sink"/>.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="number">Its number in the notebook, from 1.</param>
    /// <param name="source">What errors and stack traces call the text of the cell; null for the notebook's path. Its folder is that of the
    /// notebook.</param>
    /// <returns>Null where the cell succeeded.</returns>
    public async Task<CellFailure?> RunAsync(Cell cell, int number, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        using var turn = Begin();
        return await RunAsync(turn, cell, number, source).ConfigureAwait(false);
    }

    /// <summary>Begins the turn of a request: from here on <see cref="StopAsync"/> stops it.</summary>
    internal CellTurn Begin()
    {
        var turn = new CellTurn(this, new CellRun());
        lock (gate)
        {
            current = turn;
        }

        if (IsOver)
        {
            _ = turn.Run.StopAsync(endReason!);
        }

        return turn;
    }

    /// <summary>Ends a turn, which no stop will find any more.</summary>
    internal void End(CellTurn turn)
    {
        lock (gate)
        {
            current = ReferenceEquals(current, turn) ? null : current;
        }
    }

    /// <summary>Runs one cell of a turn, as <see cref="RunAsync(Cell, int, string?)"/> does.</summary>
    internal async Task<CellFailure?> RunAsync(CellTurn turn, Cell cell, int number, string? source = null)
    {
        var run = turn.Run;
        try
        {
            run.Stopping.ThrowIfCancellationRequested();
            await runner.RunAsync(source ?? path, cell, number, run).ConfigureAwait(false);
            return null;
        }
        catch (CellException e)
        {
            return e.Failure;
        }
        catch (OperationCanceledException) when (run.StopReason is { } reason)
        {
            var words = reason[(reason.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            return new CellFailure(reason.Split(':')[0], run.LeftCodeBehind ? words + LeftBehind : words, source ?? path, number);
        }
    }

    /// <summary>Stops the running cell, if any; what it declared and showed stays.</summary>
    /// <param name="reason">Name and words of the failure it ends with, for example <c>Timeout: the cell ran longer than 5 s</c>.</param>
    /// <returns>Whether its code has ended; a library that neither waits nor shows anything cannot be stopped.</returns>
    public async Task<bool> StopAsync(string reason)
    {
        CellTurn? turn;
        lock (gate)
        {
            turn = current;
        }

        return turn is null || await turn.Run.StopAsync(reason).ConfigureAwait(false);
    }

    /// <summary>Whether <see cref="EndAsync"/> was called: no further cell runs.</summary>
    public bool IsOver
    {
        get
        {
            lock (gate)
            {
                return endReason is not null;
            }
        }
    }

    /// <summary>Stops the running cell and lets none follow.</summary>
    /// <param name="reason">As for <see cref="StopAsync"/>.</param>
    public Task EndAsync(string reason)
    {
        lock (gate)
        {
            endReason ??= reason;
        }

        return StopAsync(reason);
    }

    /// <summary>Runs an expression and returns its value's representations, showing nothing.</summary>
    /// <param name="turn">The turn on whose behalf this happens.</param>
    /// <param name="expression">C#.</param>
    /// <param name="number">Number of its cell.</param>
    /// <returns>Either representations or a failure.</returns>
    internal async Task<(IReadOnlyDictionary<string, string>? Data, CellFailure? Failure)> EvaluateAsync(
        CellTurn turn, string expression, int number)
    {
        try
        {
            var value = await runner.EvaluateAsync(path, expression, number, turn.Run).ConfigureAwait(false);
            return (value ?? ObjectFormatting.Represent(null), null);
        }
        catch (CellException e)
        {
            return (null, e.Failure);
        }
    }
}
