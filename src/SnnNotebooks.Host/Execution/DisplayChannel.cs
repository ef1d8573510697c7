using System.Globalization;

namespace SnnNotebooks.Host.Execution;

/// <summary>The one way from the code of cells to the outputs of the notebook this process runs.</summary>
public static class DisplayChannel
{
    // two processes of one notebook, before and after a restart, must not use the same ids
    private static readonly string Prefix = Guid.NewGuid().ToString("N")[..8];
    private static long counter;

    /// <summary>Receives the outputs; null where this process runs no notebook.</summary>
    public static IOutputSink? Sink { get; set; }

    /// <summary>Shows representations.</summary>
    /// <param name="data">Representation by mime type.</param>
    /// <param name="isResult">Whether it is the value of a cell's last expression.</param>
    /// <returns>The id for <see cref="Update"/>.</returns>
    /// <exception cref="InvalidOperationException">This process runs no notebook.</exception>
    public static string Show(IReadOnlyDictionary<string, string> data, bool isResult = false)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Interlocked.Increment(ref counter)}");
        Current().Display(id, ViewBundle.With(data), isResult);
        return id;
    }

    /// <summary>Replaces what a display shows.</summary>
    /// <param name="id">What <see cref="Show"/> returned.</param>
    /// <param name="data">Representation by mime type.</param>
    /// <exception cref="InvalidOperationException">This process runs no notebook.</exception>
    public static void Update(string id, IReadOnlyDictionary<string, string> data) => Current().Update(id, ViewBundle.With(data));

    /// <summary>Removes what the running cell has shown.</summary>
    /// <param name="wait">Whether it stays until the next output comes.</param>
    /// <exception cref="InvalidOperationException">This process runs no notebook.</exception>
    public static void Clear(bool wait) => Current().Clear(wait);

    /// <summary>Asks the reader.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="isPassword">Whether the answer must not be shown.</param>
    /// <param name="asker">What the error calls the question; null for the prompt.</param>
    /// <exception cref="InvalidOperationException">This process runs no notebook, or nobody can be asked.</exception>
    public static string Ask(string prompt, bool isPassword, string? asker = null) => Current().Ask(prompt, isPassword)
        ?? throw new InvalidOperationException(
            $"Nobody can answer \"{asker ?? prompt}\" here: there is no input, because the notebook runs headless or its front end takes "
            + "none. Read a parameter from an environment variable instead (snn run --set).");

    private static IOutputSink Current()
    {
        CellGuard.CheckWhileShowing();
        return Sink ?? throw new InvalidOperationException(
            "Nothing can be displayed here: this process runs no notebook. Run the notebook with `snn run`.");
    }
}
