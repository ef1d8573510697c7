using System.Diagnostics;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>
/// Debian trixie in a folder of the cache, for the PyTorch 2.6 it serves. A program in it has a view of the file system of its own, with
/// the kernel's folders (without <c>/proc</c> PyTorch takes the processor for one without vector units) and what it is lent under
/// <c>/mnt</c>.
/// </summary>
internal static class Trixie
{
    private const string Mirror = "http://deb.debian.org/debian";

    // without OpenBLAS products take ages; without Sleef, preloaded below, TorchInductor compiles loops without vectors and says nothing
    private const string Packages =
        "python3-torch python3-numpy python3-setuptools libtorch-dev g++ libsleef-dev libopenblas0-pthread";

    private static readonly string Cache = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "snn-notebooks");

    private static readonly string Root = Path.Combine(Cache, "trixie");

    /// <summary>Whether it is set up.</summary>
    public static bool IsThere => File.Exists(Path.Combine(Root, "usr", "bin", "python3"))
        && Directory.Exists(Path.Combine(Root, "usr", "lib", "python3", "dist-packages", "torch"));

    /// <summary>Fetches it: some 400 MB from Debian's mirror, 2.1 GB unpacked.</summary>
    /// <returns>The exit code of what was run last.</returns>
    public static int SetUp() => Sh(
        $"""
        test "$(id -u)" = 0 || (echo 'This makes a chroot, which needs root.' >&2; exit 2)
        command -v debootstrap >/dev/null || (echo 'This needs Debian package debootstrap.' >&2; exit 2)
        mkdir -p '{Cache}'
        test -d '{Root}' || (rm -rf '{Root}.part'; debootstrap --variant=minbase trixie '{Root}.part' {Mirror}; mv '{Root}.part' '{Root}')
        chroot '{Root}' dpkg --configure -a # where an earlier set-up was cut short
        chroot '{Root}' apt-get update -q
        chroot '{Root}' env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends {Packages}
        """);

    /// <summary>Program and arguments of a Python in it.</summary>
    /// <param name="lent">Folders it may read, by their names under /mnt.</param>
    /// <param name="settings">Its environment variables, in the form NAME=value.</param>
    /// <param name="arguments">Script and arguments.</param>
    public static (string Program, string[] Arguments) Python(
        IReadOnlyDictionary<string, string> lent, IReadOnlyList<string> settings, IReadOnlyList<string> arguments)
    {
        var mounts = string.Concat(lent.Select(each =>
            $"mkdir -p '{Root}/mnt/{each.Key}'; mount --bind '{each.Value}' '{Root}/mnt/{each.Key}'; "));
        var compiled = $"/var/cache/inductor-{(WithoutAvx512.IsOn ? "256" : "any")}"; // bits; PyTorch does not tell them apart
        return ("unshare",
        [
            "--mount", "--propagation", "private", "sh", "-ec",
            $"mount -t proc proc '{Root}/proc'; mount --rbind /dev '{Root}/dev'; {mounts}exec chroot '{Root}' env -i \"$@\"", "sh",
            "PATH=/usr/bin:/bin", "HOME=/root", $"TORCHINDUCTOR_CACHE_DIR={compiled}", $"SNN_GIVEN_UP={compiled}-given-up",
            "TORCHINDUCTOR_COMPILE_THREADS=1", "LD_PRELOAD=libsleef.so.3", .. WithoutAvx512.Variables, .. settings, "python3", .. arguments,
        ]);
    }

    private static int Sh(string script)
    {
        using var process = Process.Start("sh", ["-ec", script]);
        process.WaitForExit();
        return process.ExitCode;
    }
}
