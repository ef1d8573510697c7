using System.Text;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Exporting;

// not the library's AtomicFile: touching the library loads libtorch, which the process that starts notebooks does not need

/// <summary>Writes an exported file whole or not at all.</summary>
public static class ExportFile
{
    /// <summary>Writes a text to a temporary name beside the file, flushes it to disk, then renames it.</summary>
    /// <param name="path">The file; what was there stays until all of the new text is on disk.</param>
    /// <param name="text">Written as UTF-8 without byte order mark.</param>
    /// <exception cref="NotebookException">The disk is full or the folder cannot be written; no temporary file stays.</exception>
    public static void Write(string path, string text)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            // open until it has its name: to other processes it is in use, not left behind
            using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            using var writer = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            writer.Write(text);
            writer.Flush();
            file.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw new NotebookException(
                $"{Printable.Name(path)} could not be written: {Printable.Name(e.Message)} Free space or name another folder with --out; "
                + "what was there before is unchanged.", e);
        }
    }

    /// <summary>
    /// Finds out whether a file can be written, before the work whose results it is for; removes what killed processes left of earlier
    /// ones.
    /// </summary>
    /// <param name="path">The file; it is not touched.</param>
    /// <exception cref="NotebookException">Its folder cannot be made or written to, or a folder has its name.</exception>
    public static void Prepare(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var probe = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var left in Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".*.tmp")
                .Where(left => IsTemporary(left[..^".tmp".Length])))
            {
                RemoveLeft(left);
            }

            File.WriteAllText(probe, " ");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(probe);
            throw new NotebookException(
                $"{Printable.Name(path)} cannot be written: {Printable.Name(e.Message)} Name another folder with --out.", e);
        }

        if (Directory.Exists(path))
        {
            throw new NotebookException(
                $"{Printable.Name(path)} cannot be written: there is a folder of that name. Remove it, or name another folder with --out.");
        }
    }

    private static bool IsTemporary(string path) => Guid.TryParseExact(Path.GetExtension(path).TrimStart('.'), "N", out _);

    private static void RemoveLeft(string temporary)
    {
        try
        {
            // fails while a process still writes it
            using (new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }

            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it is another process's own, and does no harm
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the first error is the one to tell
        }
    }
}
