namespace SnnNotebooks.Interactive;

/// <summary>The notebook host that runs the current process: shows HTML in the running cell and replaces it later.</summary>
public interface INotebookDisplay
{
    /// <summary>Shows a display in the running cell.</summary>
    /// <param name="html">The display as an HTML fragment.</param>
    /// <param name="plain">The same as plain text, for readers without HTML.</param>
    /// <returns>The id that <see cref="Update"/> takes.</returns>
    string Show(string html, string plain);

    /// <summary>Replaces a display.</summary>
    /// <param name="id">What <see cref="Show"/> returned.</param>
    /// <param name="html">The display as an HTML fragment.</param>
    /// <param name="plain">The same as plain text.</param>
    void Update(string id, string html, string plain);

    /// <summary>Says how far the running cell has come; a host without a place for it ignores it.</summary>
    /// <param name="done">The share that is done, from 0 to 1.</param>
    /// <param name="left">How long the rest will take, or null where that is not known.</param>
    /// <param name="text">The same in words.</param>
    void Progress(double done, TimeSpan? left, string text)
    {
    }
}

/// <summary>Where library code finds the notebook host it runs in.</summary>
public static class NotebookDisplay
{
    /// <summary>The host, or null outside our notebook host; library code then degrades quietly.</summary>
    public static INotebookDisplay? Current { get; set; }
}
