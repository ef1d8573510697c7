using System.Text;

namespace SnnNotebooks.Host.Documents;

/// <summary>Reads the text of a document, whatever its bytes.</summary>
internal static class DocumentText
{
    /// <summary>Documents beyond this many bytes are refused: one that large is a mistake, and <c>/dev/zero</c> never ends.</summary>
    public const long LargestFile = 512L << 20;

    /// <summary>The text of a file: UTF-8, or UTF-16 where a byte order mark says so.</summary>
    /// <exception cref="NotebookException">Missing, a folder, unreadable, or too large.</exception>
    public static string Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new NotebookException($"{path} is a folder, not a notebook. Name the .dib file inside it.");
        }

        if (!File.Exists(path))
        {
            throw new NotebookException($"There is no notebook at {Path.GetFullPath(path)}. Check the path; it is taken relative to {Directory.GetCurrentDirectory()}.");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                if (bytes.Length + read > LargestFile)
                {
                    throw new NotebookException($"{path} is larger than {LargestFile >> 20} MB, which no notebook is.");
                }

                bytes.Write(buffer, 0, read);
            }

            bytes.Position = 0;
            using var reader = new StreamReader(bytes, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
