using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace SnnNotebooks.Host.Exporting;

/// <summary>
/// A local copy of mermaid's script. It is never loaded from the network by a page; without it a diagram's source is shown.
/// </summary>
public static class MermaidScript
{
    /// <summary>The version that <see cref="Fetch"/> takes.</summary>
    public const string Version = "12.3.0";

    private static string FilePath => Path.Combine(HostCache.Root, "mermaid", "mermaid.min.js");

    /// <summary>The script, fit to stand inside a <c>script</c> element; null where no copy was fetched.</summary>
    public static string? Read() =>
        File.Exists(FilePath) ? File.ReadAllText(FilePath).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase) : null;

    /// <summary>Fetches the script from the npm registry, with the user's own npm.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="NotebookException">npm is missing, or the package could not be had.</exception>
    public static string Fetch()
    {
        var folder = Directory.CreateTempSubdirectory("snn-mermaid-").FullName;
        try
        {
            using var npm = Process.Start(
                new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
                    ["pack", $"mermaid@{Version}", "--silent"]) { WorkingDirectory = folder, RedirectStandardOutput = true,
                        RedirectStandardError = true })!;
            var errors = npm.StandardError.ReadToEndAsync();
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            var package = Directory.GetFiles(folder, "*.tgz").FirstOrDefault();
            if (npm.ExitCode != 0 || package is null)
            {
                throw new NotebookException(
                    $"npm could not fetch mermaid {Version} ({ProcessEnd.Describe(npm.ExitCode)}): "
                    + errors.GetAwaiter().GetResult().Trim());
            }

            Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
            ExportFile.Write(FilePath, Unpack(package));
            return FilePath;
        }
        catch (Win32Exception e)
        {
            throw new NotebookException($"npm did not start: {e.Message} Install Node.js, then run this again.", e);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Unpack(string package)
    {
        using var file = File.OpenRead(package);
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == "package/dist/mermaid.min.js" && entry.DataStream is { } content)
            {
                using var reader = new StreamReader(content);
                return reader.ReadToEnd();
            }
        }

        throw new NotebookException($"mermaid {Version} from the npm registry has no dist/mermaid.min.js.");
    }
}
