namespace SnnNotebooks.Benchmarks;

/// <summary>A bench that works in a folder of its own, which is removed at its end.</summary>
internal static class FolderBench
{
    /// <summary>Runs it.</summary>
    /// <param name="measure">Gets the folder; an <see cref="InvalidOperationException"/> says what failed.</param>
    /// <returns>0, or 1 where something failed, which is printed.</returns>
    public static int Run(Action<string> measure)
    {
        var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
        try
        {
            measure(folder);
            return 0;
        }
        catch (InvalidOperationException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
