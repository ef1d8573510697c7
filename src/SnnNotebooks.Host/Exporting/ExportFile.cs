using System.Text;

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
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                using var writer = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                writer.Write(text);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw new NotebookException($"{path} could not be written: {e.Message} Free space or name another folder with --out; what was there before is unchanged.", e);
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
