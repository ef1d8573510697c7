namespace SnnNotebooks;

/// <summary>Where the kit keeps what it can make again: patched libraries and downloaded data.</summary>
public static class CacheFolder
{
    /// <summary>
    /// The full path of the cache: <c>$SNN_CACHE</c> where it is set, else <c>snn-notebooks</c> in the platform's cache folder
    /// (<c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> on Linux, <c>~/Library/Caches</c> on macOS, <c>%LOCALAPPDATA%</c> on Windows). It may not
    /// exist yet.
    /// </summary>
    public static string Root
    {
        get
        {
            var chosen = Environment.GetEnvironmentVariable("SNN_CACHE");
            return string.IsNullOrEmpty(chosen) ? Path.Combine(PlatformCache(), "snn-notebooks") : Path.GetFullPath(chosen);
        }
    }

    private static string PlatformCache()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(home, "Library", "Caches");
        }

        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return string.IsNullOrEmpty(xdg) ? Path.Combine(home, ".cache") : xdg;
    }
}
