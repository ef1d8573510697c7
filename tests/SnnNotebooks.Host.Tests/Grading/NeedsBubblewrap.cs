namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>Where Debian's package puts it.</summary>
internal static class NeedsBubblewrap
{
    public const string Path = "/usr/bin/bwrap";
    public const string Package = "bubblewrap";
}
