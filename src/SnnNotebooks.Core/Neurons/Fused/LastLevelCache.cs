using System.Globalization;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>The largest cache of the processor.</summary>
internal static class LastLevelCache
{
    private const string Caches = "/sys/devices/system/cpu/cpu0/cache";
    private const long Usual = 32 << 20; // where the system does not say it

    /// <summary>Its length; set where a test is to see what happens beyond it.</summary>
    public static long Bytes { get; set; } = Found() is > 0 and var found ? found : Usual;

    private static long Found()
    {
        try
        {
            // a number of kibibytes and a K, in a folder for each cache
            return Directory.GetDirectories(Caches, "index*").Max(folder => 1024
                * long.Parse(File.ReadAllText(Path.Combine(folder, "size")).Trim().TrimEnd('K'), CultureInfo.InvariantCulture));
        }
        catch (Exception unknown) when (
            unknown is IOException or UnauthorizedAccessException or FormatException or OverflowException or InvalidOperationException)
        {
            return 0;
        }
    }
}
