using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Grading;

/// <summary>Who handed something in, as the downloads of Moodle and Canvas write it into the names of files and folders.</summary>
/// <param name="Name">The name as it stands there.</param>
/// <param name="Platform">Where the number counts.</param>
/// <param name="Number">The number of the participant (Moodle) or user (Canvas): names may be alike.</param>
internal sealed partial record Submitter(string Name, Platform Platform, string Number)
{
    /// <summary>Name and number.</summary>
    public string Student => $"{Name} ({Number})";

    /// <summary>Who is named; null where a file or folder has another name.</summary>
    /// <param name="entry">
    /// <c>Anna Berg_1234_assignsubmission_file</c> (Moodle, a folder, or the beginning of a file's name), or
    /// <c>berganna_LATE_12_3456_lesson.dib</c> (Canvas).
    /// </param>
    public static Submitter? Of(string entry) =>
        OfMoodle().Match(entry) is { Success: true } moodle ? new(moodle.Groups[1].Value, Platform.Moodle, moodle.Groups[2].Value)
        : OfCanvas().Match(entry) is { Success: true } canvas ? new(canvas.Groups[1].Value, Platform.Canvas, canvas.Groups[2].Value)
        : null;

    [GeneratedRegex(@"^([^_]+)_([0-9]+)_assignsubmission_", RegexOptions.CultureInvariant)]
    private static partial Regex OfMoodle();

    [GeneratedRegex(@"^([^_]+)_(?:LATE_)?([0-9]+)_[0-9]{3,}_.+\.", RegexOptions.CultureInvariant)]
    private static partial Regex OfCanvas();
}
