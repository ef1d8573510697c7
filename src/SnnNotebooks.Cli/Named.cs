using SnnNotebooks.Datasets;

namespace SnnNotebooks.Cli;

/// <summary>
/// What a command line names. What is not there is a mistake of the command line, not of the work (<see cref="ExitCode"/>).
/// </summary>
internal static class Named
{
    /// <summary>A folder to read.</summary>
    /// <param name="folder">As it was given.</param>
    /// <param name="expected">What should be in it.</param>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Folder(string folder, string expected) => Directory.Exists(folder) ? folder
        : throw new DirectoryNotFoundException($"{folder} is no folder; expected one with {expected}.");

    /// <summary>A data set of a registry.</summary>
    /// <param name="find">Asks the registry.</param>
    /// <exception cref="KeyNotFoundException">It has none of that name; the message lists those there are.</exception>
    public static T Of<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (DatasetException unknown)
        {
            throw new KeyNotFoundException(unknown.Message, unknown);
        }
    }
}
