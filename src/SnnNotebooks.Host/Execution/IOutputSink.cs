namespace SnnNotebooks.Host.Execution;

/// <summary>Where the outputs of running cells go; called from any thread.</summary>
public interface IOutputSink
{
    /// <summary>Console text.</summary>
    /// <param name="name"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">Any part of a line, or several lines.</param>
    void Stream(string name, string text);

    /// <summary>A new display.</summary>
    /// <param name="id">Its id, unique in the run.</param>
    /// <param name="data">Representation by mime type.</param>
    /// <param name="isResult">Whether it is the value of a cell's last expression.</param>
    void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult);

    /// <summary>New content for an earlier display.</summary>
    /// <param name="id">The id it was shown with.</param>
    /// <param name="data">Representation by mime type.</param>
    void Update(string id, IReadOnlyDictionary<string, string> data);

    /// <summary>Removes what the running cell has shown.</summary>
    /// <param name="wait">Whether it stays until the next output comes.</param>
    void Clear(bool wait);

    /// <summary>Asks the reader for a line of text.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="isPassword">Whether the answer must not be shown.</param>
    /// <returns>The answer, or null where nobody can be asked.</returns>
    string? Ask(string prompt, bool isPassword);

    /// <summary>How far the running cell has come; most sinks have no place for it.</summary>
    /// <param name="done">The share that is done, from 0 to 1.</param>
    /// <param name="left">How long the rest will take, or null where that is not known.</param>
    /// <param name="text">The same in words.</param>
    void Progress(double done, TimeSpan? left, string text)
    {
    }
}
