namespace SnnNotebooks.Cli;

/// <summary>What the tool tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>
    /// The work failed: a cell threw, a file is damaged, a known data set is not on this machine, a check found something.
    /// </summary>
    public const int Failure = 1;

    /// <summary>The command line cannot be followed: an unknown word, or a name, file or folder to read that is not there.</summary>
    public const int Usage = 2;

    /// <summary>Training was told to stop, by Ctrl-C or a signal; where a state is kept, the same command goes on from there.</summary>
    public const int Stopped = 3;

    /// <summary>What a failure tells the shell: the command line names what is not there or cannot be opened, or work failed.</summary>
    /// <param name="failed">The failure.</param>
    public static int Of(Exception failed) =>
        failed is FileNotFoundException or DirectoryNotFoundException or KeyNotFoundException or UnauthorizedAccessException
            ? Usage
            : Failure;
}
