namespace SnnNotebooks.Datasets;

/// <summary>Compares what is here of a data set with the registry.</summary>
public static class DatasetCheck
{
    /// <summary>Checks every file with a known checksum, and that the rest is there.</summary>
    /// <param name="entry">The data set.</param>
    /// <returns>How many files have the checksum they should have, and how many files and folders are merely there.</returns>
    /// <exception cref="DatasetException">The data set is not on this machine, or a file is damaged.</exception>
    public static (int Sums, int Present) Run(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var folder = DatasetLocator.Folder(entry);
        foreach (var file in entry.Files)
        {
            DatasetLocator.Read(entry, file.Name);
        }

        var (sums, present) = (entry.Files.Count, 0);
        foreach (var content in entry.Contents ?? [])
        {
            var path = Path.Combine(folder, content.Path);
            if (content.Md5 is not { } expected)
            {
                present++;
            }
            else if (FileChecksum.Md5(path) is var found && found != expected)
            {
                throw new DatasetException(
                    $"{path} is not the file it should be: it has MD5 {found}, expected {expected}. Remove it and get it again. "
                    + $"{DatasetLocator.HowToGet(entry)}");
            }
            else
            {
                sums++;
            }
        }

        return (sums, present);
    }
}
