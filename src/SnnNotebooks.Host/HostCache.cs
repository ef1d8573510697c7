namespace SnnNotebooks.Host;

/// <summary>Where this host keeps what it can make or fetch again.</summary>
public static class HostCache
{
    // the library's CacheFolder is the same place, but touching the library loads libtorch

    /// <summary><c>$SNN_CACHE</c>, else <c>snn-notebooks</c> in the platform's cache folder; it may not exist yet.</summary>
    public static string Root => Environment.GetEnvironmentVariable("SNN_CACHE") is { Length: > 0 } chosen
        ? Path.GetFullPath(chosen)
        : Path.Combine(PlatformCache(), "snn-notebooks");

    private static string PlatformCache()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named ? named
            : Path.Combine(home, ".cache");
    }
}
