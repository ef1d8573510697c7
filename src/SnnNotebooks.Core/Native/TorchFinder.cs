namespace SnnNotebooks.Native;

/// <summary>
/// Looks for PyTorch in the Python environments of this machine, without running any Python: the active environment, those of conda, venv
/// and pyenv in their usual places, <c>pip --user</c>, <c>/opt</c>, the Pythons on the search path.
/// </summary>
public static class TorchFinder
{
    private const int MostFolders = 1000; // of one kind, such as the environments of conda
    private const int LargestList = 1 << 20; // bytes of conda's list of environments

    /// <summary>Every PyTorch found; those that this kit runs with first, and of them those with CUDA.</summary>
    /// <returns>Where each is and of what version; empty where there is none.</returns>
    public static IReadOnlyList<FoundTorch> Find() => Find(Prefixes(
        Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Environment.CurrentDirectory));

    /// <summary>The same under given prefixes of Python installations.</summary>
    internal static IReadOnlyList<FoundTorch> Find(IEnumerable<string> prefixes) =>
    [
        .. prefixes.SelectMany(Packages).Select(packages => Path.Combine(packages, "torch", "lib")).Where(Directory.Exists)
            .DistinctBy(Real).Select(Described).OrderBy(found => found.Refusal is not null).ThenBy(found => !found.HasCuda),
    ];

    /// <summary>Where Pythons may be installed: folders that hold <c>lib/python3.N</c>.</summary>
    /// <param name="variable">Environment variables.</param>
    /// <param name="home">The user's folder.</param>
    /// <param name="current">The working folder.</param>
    internal static IReadOnlyList<string> Prefixes(Func<string, string?> variable, string home, string current)
    {
        var prefixes = new List<string>();
        prefixes.AddRange(new[] { variable("VIRTUAL_ENV"), variable("CONDA_PREFIX") }.OfType<string>());
        foreach (var folder in new[] { current, home })
        {
            prefixes.AddRange([Path.Combine(folder, ".venv"), Path.Combine(folder, "venv")]);
        }

        prefixes.Add(Path.Combine(home, ".local"));
        prefixes.AddRange(Listed(Path.Combine(home, ".conda", "environments.txt")));
        foreach (var many in new[] { ".virtualenvs", ".pyenv/versions", ".local/share/pipx/venvs", ".conda/envs" })
        {
            prefixes.AddRange(Within(Path.Combine(home, many)));
        }

        string[] condas =
        [
            .. new[] { "miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba" }.Select(name => Path.Combine(home, name)),
            .. Within("/opt"),
        ];
        foreach (var conda in condas)
        {
            prefixes.Add(conda);
            prefixes.AddRange(Within(Path.Combine(conda, "envs")));
        }

        // .../bin/python3 on the search path, and where its link leads
        foreach (var folder in (variable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var python = Path.Combine(folder, "python3");
            if (File.Exists(python))
            {
                prefixes.AddRange(new[] { python, Real(python) }.Select(file => Path.GetDirectoryName(Path.GetDirectoryName(file)))
                    .OfType<string>());
            }
        }

        return [.. prefixes.Concat(["/usr", "/usr/local"]).Where(prefix => prefix.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Packages(string prefix)
    {
        foreach (var lib in new[] { "lib", "lib64" }.Select(name => Path.Combine(prefix, name)))
        {
            foreach (var python in Within(lib, "python3*"))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }
    }

    private static FoundTorch Described(string folder) => new(
        folder, ChosenLibTorch.Version(folder), File.Exists(Path.Combine(folder, "libtorch_cuda.so")), ChosenLibTorch.Refusal(folder));

    private static string[] Within(string folder, string pattern = "*")
    {
        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateDirectories(folder, pattern).Take(MostFolders).Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string[] Listed(string file)
    {
        try
        {
            return File.Exists(file) && new FileInfo(file).Length <= LargestList
                ? [.. File.ReadLines(file).Select(line => line.Trim()).Where(Path.IsPathFullyQualified).Take(MostFolders)]
                : [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A path without links, those above it included: a venv's <c>lib64</c> is its <c>lib</c>.</summary>
    private static string Real(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            var real = Path.GetPathRoot(full)!;
            foreach (var name in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                real = Path.Combine(real, name);
                FileSystemInfo info = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
                real = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? real;
            }

            return real;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
