using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>
/// What a program can do to the machine from inside, tried by shell scripts, in bubblewrap and where bubblewrap is not installed. A script
/// says "through" where it came through.
/// </summary>
public sealed partial class IsolationTests : IDisposable
{
    private const int BecomeReaper = 36; // PR_SET_CHILD_SUBREAPER
    private readonly MadeCourse course = new("slope");
    private readonly Workspace workspace;

    // words that no hand-in may come by, in the course, the home folder, the temporary folder and the environment
    private readonly string[] told =
    [
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), $"snn-told-{Guid.NewGuid():N}.txt"),
        Path.Combine(Path.GetTempPath(), $"snn-told-{Guid.NewGuid():N}.txt"),
    ];

    public IsolationTests()
    {
        workspace = new Workspace(CourseLesson.Read(course.LessonPath));
        foreach (var file in told)
        {
            File.WriteAllText(file, MadeCourse.Secret);
        }

        Environment.SetEnvironmentVariable("SNN_TOLD", MadeCourse.Secret);
    }

    public static TheoryData<string> Sandboxes => ["bubblewrap", "namespaces"];

    public void Dispose()
    {
        foreach (var file in told)
        {
            File.Delete(file);
        }

        workspace.Dispose();
        course.Dispose();
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [MemberData(nameof(Sandboxes))]
    public void It_finds_the_lessons_files_and_nothing_of_the_teacher_of_others_or_of_the_grader(string sandbox)
    {
        // a letter in brackets, so that the search does not find itself
        var said = Run(sandbox, """
            for top in /*; do
                case $top in /usr|/proc|/sys|/dev) ;; *) grep -rIE 'What a line doe[s]|three times, and on[e]' "$top"; esac
            done
            env; cat /proc/*/environ /proc/*/cmdline | tr '\0' '\n'
            """);

        Assert.Contains("words.md:What a line does.", said, StringComparison.Ordinal);
        Assert.Contains("HOME=/tmp", said, StringComparison.Ordinal);
        Assert.DoesNotContain(MadeCourse.Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain("testhost", said, StringComparison.Ordinal);
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [MemberData(nameof(Sandboxes))]
    public void It_writes_to_memory_only_and_not_without_end(string sandbox)
    {
        var said = Run(sandbox, $"""
            for folder in '{course.Folder}' '{AppContext.BaseDirectory}' "$DOTNET_ROOT" \
                / /usr /usr/bin /dev /etc /root /home /var /sys /proc; do
                touch "$folder/was-here" && echo "through: $folder"
            done
            echo was here >>'{workspace.Root}/lessons/words.md' && echo "through: lesson"
            for folder in /tmp /dev/shm '{workspace.Root}'; do
                touch "$folder/here" && echo "writes: $folder"
                for i in 1 2 3 4 5 6; do head -c 4000000 /dev/zero >"$folder/$i"; done && echo "through: too much in $folder"
                rm -f "$folder"/[1-6]
            done
            """);

        Assert.DoesNotContain("through", said, StringComparison.Ordinal);
        Assert.Equal(3, said.Split("writes: ").Length - 1);
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [MemberData(nameof(Sandboxes))]
    public void It_mounts_nothing_anew_and_becomes_nobody(string sandbox)
    {
        var said = Run(sandbox, """
            try() {
                mount -o remount,bind,rw /usr && echo "through: remount"
                mount -t tmpfs tmpfs /usr/bin && touch /usr/bin/was-here && echo "through: mount"
                touch /usr/was-here && echo "through: /usr"
                umount -l /usr && echo "through: umount"
                chroot / true && echo "through: chroot"
            }
            try
            setpriv --reuid 0 --regid 0 --clear-groups id && echo "through: another user"
            grep -E '^Cap(Eff|Prm|Bnd):.*[1-9a-f]' /proc/self/status && echo "through: privileges"
            unshare --user --map-root-user --mount sh -c 'mount -o remount,bind,rw /usr; touch /usr/was-here && echo "through: namespace"'
            echo tried
            """);

        Assert.Contains("tried", said, StringComparison.Ordinal);
        Assert.DoesNotContain("through", said, StringComparison.Ordinal);
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [MemberData(nameof(Sandboxes))]
    public void It_reaches_no_network_and_no_process_and_leaves_none_behind(string sandbox)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var said = Run(sandbox, $$"""
            bash -c 'exec 3<>/dev/tcp/127.0.0.1/{{((IPEndPoint)listener.LocalEndpoint).Port}}' && echo "through: network"
            tr '\0' ' ' </proc/{{Environment.ProcessId}}/cmdline | grep SnnNotebooks.Host.Tests && echo "through: grader"
            kill -STOP $PPID; kill -KILL $PPID
            setsid sh -c 'sleep 600; : snn-left-behind' &
            sleep 0.2
            tr '\0' ' ' </proc/$!/cmdline
            echo tried
            """);

        Assert.Contains("tried", said, StringComparison.Ordinal);
        Assert.Contains("snn-left-behind", said, StringComparison.Ordinal);
        Assert.DoesNotContain("through", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), IsLeftBehind);
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [MemberData(nameof(Sandboxes))]
    public void When_it_is_ended_nothing_of_it_stays_in_the_list_of_processes(string sandbox)
    {
        using var process = Started(sandbox, "sleep 600 & echo up; wait", new GradingLimits());
        Assert.Equal("up", process.StandardOutput.ReadLine());
        var mine = Environment.ProcessId;
        Assert.Equal(0, ProcessControl(BecomeReaper, 1, 0, 0, 0)); // as the first process of a container: what nobody waits for is its own
        try
        {
            ProcessTree.End(process, whole: true);
            process.WaitForExit();

            Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Select(Status), status =>
                status.Contains($"\nPPid:\t{mine}\n", StringComparison.Ordinal)
                && status.Contains("\nState:\tZ", StringComparison.Ordinal));
        }
        finally
        {
            Assert.Equal(0, ProcessControl(BecomeReaper, 0, 0, 0, 0));
        }
    }

    private string Run(string name, string script)
    {
        using var process = Started(name, script, new GradingLimits { Files = 16 << 20 });
        var complaints = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(said.Length > 0, complaints.Result);
        return said;
    }

    private Process Started(string name, string script, GradingLimits limits)
    {
        Sandbox sandbox = name == "bubblewrap" ? BubblewrapSandbox.TryFind()! : NamespaceSandbox.TryFind()!;
        Assert.Equal(name, sandbox.Name);
        var process = Process.Start(sandbox.Inside(["/bin/sh", "-c", script], workspace, limits))!;
        process.StandardInput.Close();
        return process;
    }

    private static string Status(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "status"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool IsLeftBehind(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains("snn-left-behind", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProcessControl(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}
