using System.Text.Json.Serialization;

namespace SnnNotebooks.Datasets;

/// <summary>One data set of <c>data/datasets.json</c>.</summary>
/// <param name="Id">Its name on the command line.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="Licence">The licence of the data.</param>
/// <param name="Citation">Whom to cite.</param>
/// <param name="Files">Gzip files it consists of, which stay packed.</param>
/// <param name="Sources">Where they may be found, best first.</param>
/// <param name="Purpose">What the kit and its papers use it for.</param>
/// <param name="Size">How large it is, in words.</param>
/// <param name="Archives">Archives that are unpacked into its folder.</param>
/// <param name="Contents">What must be in its folder once it is complete.</param>
/// <param name="Card">The file in <c>data/cards</c> that describes it; that of its id where it is left out.</param>
public sealed record DatasetEntry(
    string Id,
    string Title,
    string Licence,
    string Citation,
    IReadOnlyList<DatasetFile> Files,
    IReadOnlyList<DatasetSource> Sources,
    string? Purpose = null,
    string? Size = null,
    IReadOnlyList<DatasetArchive>? Archives = null,
    IReadOnlyList<DatasetContent>? Contents = null,
    string? Card = null)
{
    /// <summary>Whether the kit makes it when asked, so that there is nothing to get.</summary>
    [JsonIgnore]
    public bool IsGenerated => Sources.Any(source => source.Kind == DatasetSourceKind.Generated);

    /// <summary>Whether a command can bring it here: it is downloaded, or what a user downloaded is unpacked.</summary>
    [JsonIgnore]
    public bool CanGet => Sources.Any(source => source.Kind == DatasetSourceKind.Url) || Archives is { Count: > 0 };
}

/// <summary>
/// One gzip file of a data set. Size and checksum are those of its content, since distributors compress the same content differently.
/// </summary>
/// <param name="Name">File name, without folder.</param>
/// <param name="Bytes">Size of the unpacked content.</param>
/// <param name="Sha256">SHA-256 of the unpacked content, in lower-case hexadecimal.</param>
public sealed record DatasetFile(string Name, long Bytes, string Sha256);

/// <summary>An archive that is unpacked. Size and checksum are those of the archive itself.</summary>
/// <param name="Name">File name, without folder; it ends in .zip, .tar, .tar.gz or .tgz.</param>
/// <param name="Url">Where it is; null where it takes a registration or a browser, and a user must put it into the data set's
/// folder.</param>
/// <param name="ChecksumSource">Who published the checksum, or why there is none.</param>
/// <param name="Bytes">Its size, where that is known.</param>
/// <param name="Md5">Its MD5, where that is what was published.</param>
/// <param name="Sha256">Its SHA-256, where that is what was published.</param>
public sealed record DatasetArchive(
    string Name, Uri? Url, string ChecksumSource, long? Bytes = null, string? Md5 = null, string? Sha256 = null);

/// <summary>A file or folder of an unpacked data set.</summary>
/// <param name="Path">Relative to the data set's folder, with forward slashes.</param>
/// <param name="Md5">The MD5 of the file, where it is known.</param>
public sealed record DatasetContent(string Path, string? Md5 = null);

/// <summary>Where the files of a data set may be found.</summary>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="At">A folder (relative to the kit's <c>data</c> folder where embedded), the URL that file names are appended to, a page, or
/// what makes it.</param>
/// <param name="Install">The command that brings it, or what to do by hand, where there is one.</param>
public sealed record DatasetSource(DatasetSourceKind Kind, string At, string? Install = null);

/// <summary>The kinds of places.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetSourceKind>))]
public enum DatasetSourceKind
{
    /// <summary>Ships with the kit.</summary>
    Embedded,

    /// <summary>A folder that a distribution's package fills.</summary>
    Folder,

    /// <summary>The authors' own server.</summary>
    Url,

    /// <summary>A page where a person must register, agree or ask.</summary>
    Manual,

    /// <summary>The kit makes it.</summary>
    Generated,
}
