using System.Text.Json.Serialization;

namespace SnnNotebooks.Datasets;

/// <summary>One data set of <c>data/datasets.json</c>.</summary>
/// <param name="Id">Its name on the command line.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="Licence">The licence of the data.</param>
/// <param name="Citation">Whom to cite.</param>
/// <param name="Files">The files it consists of.</param>
/// <param name="Sources">Where they may be found, best first.</param>
public sealed record DatasetEntry(
    string Id,
    string Title,
    string Licence,
    string Citation,
    IReadOnlyList<DatasetFile> Files,
    IReadOnlyList<DatasetSource> Sources);

/// <summary>
/// One gzip file of a data set. Size and checksum are those of its content, since distributors compress the same content differently.
/// </summary>
/// <param name="Name">File name, without folder.</param>
/// <param name="Bytes">Size of the unpacked content.</param>
/// <param name="Sha256">SHA-256 of the unpacked content, in lower-case hexadecimal.</param>
public sealed record DatasetFile(string Name, long Bytes, string Sha256);

/// <summary>Where the files of a data set may be found.</summary>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="At">A folder (relative to the kit's <c>data</c> folder where embedded), or the URL that file names are appended to.</param>
/// <param name="Install">The command that brings it, where there is one.</param>
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
}
