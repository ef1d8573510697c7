using System.Globalization;

namespace SnnNotebooks.Host.Execution;

/// <summary>The one way from the code of cells to the outputs of the notebook this process runs.</summary>
public static class DisplayChannel
{
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
        var id = "d" + Interlocked.Increment(ref counter).ToString(CultureInfo.InvariantCulture);
        Current().Display(id, data, isResult);
        return id;
    }

    /// <summary>Replaces what a display shows.</summary>
    /// <param name="id">What <see cref="Show"/> returned.</param>
    /// <param name="data">Representation by mime type.</param>
    /// <exception cref="InvalidOperationException">This process runs no notebook.</exception>
    public static void Update(string id, IReadOnlyDictionary<string, string> data) => Current().Update(id, data);

    private static IOutputSink Current() =>
        Sink ?? throw new InvalidOperationException("Nothing can be displayed here: this process runs no notebook. Run the notebook with `snn run`.");
}
