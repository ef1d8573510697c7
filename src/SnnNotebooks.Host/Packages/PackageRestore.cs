using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Host.Grading;

namespace SnnNotebooks.Host.Packages;

/// <summary>
/// Restores packages through the .NET SDK, in a project made for that: the user's sources, credentials and cache are used.
/// </summary>
internal static class PackageRestore
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Restores a set of packages; the same set is answered from a cache while all its files are there.</summary>
    /// <param name="packages">The packages, all at once, so that their dependencies agree.</param>
    /// <param name="sources">Folders or addresses beside the user's own sources.</param>
    /// <param name="configFolder">Where the search for <c>nuget.config</c> files starts.</param>
    /// <param name="cancellationToken">Ends the SDK.</param>
    /// <exception cref="NotebookException">Unknown package or version, a conflict, no SDK; the message has NuGet's own words.</exception>
    public static async Task<RestoredPackages> RestoreAsync(
        IReadOnlyList<PackageRequest> packages, IReadOnlyList<string> sources, string configFolder, CancellationToken cancellationToken)
    {
        var project = Project(packages, sources, configFolder);
        var folder = Path.Combine(
            HostCache.Root, "packages", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..24]);
        var answer = Path.Combine(folder, "restored.json");

        // patterns may match a newer version tomorrow
        async Task<RestoredPackages?> CachedAsync() => packages.All(package => package.IsExact) && File.Exists(answer)
            && Read(await File.ReadAllTextAsync(answer, cancellationToken).ConfigureAwait(false)) is { } cached && Exists(cached)
                ? cached
                : null;

        if (await CachedAsync().ConfigureAwait(false) is { } known)
        {
            return known;
        }

        // notebooks that run beside each other often ask for the same set, and the SDK works in files of the folder
        Directory.CreateDirectory(folder);
        using var turn = await FolderTurn.TakeAsync(folder, cancellationToken).ConfigureAwait(false);
        if (await CachedAsync().ConfigureAwait(false) is { } meanwhile)
        {
            return meanwhile;
        }

        ExportFile.Write(Path.Combine(folder, "notebook.csproj"), project);
        var json = await RunSdkAsync(folder, packages, cancellationToken).ConfigureAwait(false);
        var restored = Read(json)
            ?? throw new NotebookException(
                $"#r: the .NET SDK restored the packages but did not say where they are. It printed: {json[..Math.Min(json.Length, 400)]}");
        ExportFile.Write(answer, json);
        return restored;
    }

    private static string Project(IReadOnlyList<PackageRequest> packages, IReadOnlyList<string> sources, string configFolder)
    {
        var references = string.Concat(packages.OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase)
            .Select(package => $"    <PackageReference Include=\"{package.Id}\" Version=\"{package.Range}\" />\n"));
        var extra = sources.Count == 0
            ? ""
            : $"    <RestoreAdditionalProjectSources>{SecurityElement.Escape(string.Join(';', sources))}"
                + "</RestoreAdditionalProjectSources>\n";
        return $"""
            <Project>
              <PropertyGroup>
                <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
                <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
                <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
              </PropertyGroup>
              <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.{Environment.Version.Minor}</TargetFramework>
                <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <UseAppHost>false</UseAppHost>
                <RestoreRootConfigDirectory>{SecurityElement.Escape(configFolder)}</RestoreRootConfigDirectory>
            {extra}  </PropertyGroup>
              <ItemGroup>
            {references}  </ItemGroup>
              <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
            </Project>

            """;
    }

    private static async Task<string> RunSdkAsync(
        string folder, IReadOnlyList<PackageRequest> packages, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetProgram())
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in new[] { "msbuild", "notebook.csproj", "-restore", "-nologo", "-v:q", "-nodeReuse:false",
            "-t:ResolvePackageAssets", "-getItem:ResolvedCompileFileDefinitions", "-getItem:RuntimeCopyLocalItems",
            "-getItem:NativeCopyLocalItems" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            using var process = Process.Start(start)!;
            using var end = limit.Token.Register(() => ProcessTree.End(process, whole: false));
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (ProcessEnd.IsBySignal(process.ExitCode))
            {
                throw new NotebookException(limit.IsCancellationRequested
                    ? $"#r: the .NET SDK was restoring packages for {Longest.TotalMinutes:0} minutes and was stopped."
                    : $"#r: the .NET SDK was ended while it restored packages ({ProcessEnd.Describe(process.ExitCode)}). Run the cell "
                        + "again.");
            }

            return process.ExitCode == 0
                ? await output.ConfigureAwait(false)
                : throw Failed(packages, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NotebookException(
                $"#r: packages are restored by the .NET SDK, and `dotnet` did not start: {e.Message} Install the SDK, or put it on PATH.",
                e);
        }
    }

    private static NotebookException Failed(IReadOnlyList<PackageRequest> packages, string output)
    {
        var lines = output.Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Contains("error ", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("error ", StringComparison.Ordinal) + "error ".Length)..])
            .Distinct()
            .ToArray();
        var advice = lines.Any(line => line.StartsWith("NU1101", StringComparison.Ordinal))
            ? "Check the package's id, or add its source with #i \"nuget: folder or address\" or a nuget.config beside the notebook."
            : lines.Any(line => line.StartsWith("NU1102", StringComparison.Ordinal)) ? "Ask for a version that is there."
            : lines.Any(
                line => line.StartsWith("NU1605", StringComparison.Ordinal) || line.StartsWith("NU1107", StringComparison.Ordinal)
                    || line.StartsWith("NU1608", StringComparison.Ordinal))
                    ? "The packages disagree about a version: ask for one that suits all of them."
            : "See the lines above; `dotnet restore` of a project with these packages shows the same.";
        return new NotebookException(
            $"#r: {string.Join(", ", packages.Select(package => $"{package.Id} {package.Version ?? "(newest)"}"))} could not be "
            + $"restored:\n{string.Join('\n', lines.Length > 0 ? lines : [output.Trim()])}\n{advice}");
    }

    private static RestoredPackages? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var items = document.RootElement.GetProperty("Items");
            return new RestoredPackages(Paths(items, "ResolvedCompileFileDefinitions"), Paths(items, "RuntimeCopyLocalItems"),
                Paths(items, "NativeCopyLocalItems"), Origins(items));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string[] Paths(JsonElement items, string name) =>
        [.. items.GetProperty(name).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];

    private static Dictionary<string, PackageOrigin> Origins(JsonElement items)
    {
        var origins = new Dictionary<string, PackageOrigin>(StringComparer.Ordinal);
        foreach (var item in new[] { "ResolvedCompileFileDefinitions", "RuntimeCopyLocalItems" }.SelectMany(
            name => items.GetProperty(name).EnumerateArray()))
        {
            if (item.TryGetProperty("NuGetPackageId", out var id) && item.TryGetProperty("NuGetPackageVersion", out var version))
            {
                origins[item.GetProperty("Identity").GetString()!] = new PackageOrigin(id.GetString()!, version.GetString()!);
            }
        }

        return origins;
    }

    private static bool Exists(RestoredPackages packages) =>
        packages.Reference.Concat(packages.Runtime).Concat(packages.Native).All(File.Exists);

    private static string DotnetProgram()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var program = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Environment.ProcessPath;
        if (program is not null && Path.GetFileName(program).Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            return program;
        }

        // beside the runtime this process runs on
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return File.Exists(Path.Combine(root, name)) ? Path.Combine(root, name) : name;
    }
}
