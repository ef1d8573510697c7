using System.IO.Compression;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>A zip archive that a student handed in: its notebooks are read where they are, and nothing is unpacked.</summary>
internal static class HandInArchive
{
    private const int MostNotebooks = 100;

    /// <summary>Whether a file is one by its name.</summary>
    public static bool IsOne(string file) => Path.GetExtension(file).Equals(".zip", StringComparison.OrdinalIgnoreCase);

    /// <summary>The notebooks of an archive, or one refusal. Names in it are shown, and lead nowhere.</summary>
    /// <param name="student">Who handed it in.</param>
    /// <param name="file">Its path, relative to the folder of all hand-ins.</param>
    /// <param name="bytes">The archive.</param>
    /// <param name="most">The most bytes that its notebooks may unpack to, all together.</param>
    public static IReadOnlyList<HandIn> Read(string student, string file, byte[] bytes, long most)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            if (archive.Entries.Any(entry => Submitter.Of(entry.FullName) is not null))
            {
                return [new(student, file, "It is what Moodle or Canvas downloads, of many students. Unpack it, and grade the folder.")];
            }

            ZipArchiveEntry[] notebooks = [.. archive.Entries.Where(entry => NotebookFile.IsNotebook(entry.FullName) && IsSeen(entry))
                .Take(MostNotebooks + 1)];
            if (notebooks.Length is 0 or > MostNotebooks)
            {
                return [new(student, file, notebooks.Length == 0 ? "There is no notebook (.dib or .ipynb) in this archive."
                    : $"There are more than {MostNotebooks} notebooks in this archive. Ask for those of the course alone.")];
            }

            var found = new List<HandIn>();
            foreach (var entry in notebooks)
            {
                if (Unpack(entry, most) is not { } text)
                {
                    return [new(student, file, "Its notebooks unpack to too many bytes. Ask for them without their outputs.")];
                }

                most -= text.Length;
                found.Add(HandIn.Parse(student, $"{file}/{entry.FullName}", text));
            }

            return found;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or IOException)
        {
            return [new(student, file, "It is no zip archive that can be read: damaged, protected by a password, or of another kind. "
                + "Ask for the notebooks themselves.")];
        }
    }

    // as in a folder; and macOS adds a folder of its own
    private static bool IsSeen(ZipArchiveEntry entry) =>
        !entry.FullName.Split('/').Any(part => part == "__MACOSX" || (part.StartsWith('.') && part.Trim('.').Length > 0));

    // what an entry says of its length is not believed
    private static byte[]? Unpack(ZipArchiveEntry entry, long most)
    {
        using var packed = entry.Open();
        using var unpacked = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
        {
            if (unpacked.Length + read > most)
            {
                return null;
            }

            unpacked.Write(buffer, 0, read);
        }

        return unpacked.ToArray();
    }
}
