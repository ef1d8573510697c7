namespace SnnNotebooks.Host.Grading;

/// <summary>A learning platform from which hand-ins were downloaded.</summary>
internal enum Platform
{
    /// <summary>Moodle: a number for each participant of an assignment.</summary>
    Moodle,

    /// <summary>Canvas: a number for each user.</summary>
    Canvas,
}
