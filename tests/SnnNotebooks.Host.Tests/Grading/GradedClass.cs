using System.Net;
using System.Net.Sockets;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>A class of students that was graded once: right, wrong, hostile and odd.</summary>
public sealed class GradedClass : IAsyncLifetime, IDisposable
{
    private const string Wrong = "Func<double, double> f = x => 0;";

    // an answer that is right only if the attack came through
    private const string IfThrough = "Func<double, double> f = x => through ? (3 * x) + 1 : 0;";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, string> attacks;
    private readonly MadeCourse course;

    public GradedClass()
    {
        listener.Start();
        attacks = Attacks(((IPEndPoint)listener.LocalEndpoint).Port);
        course = new MadeCourse([.. attacks.Keys]);
    }

    public string HandIns => Path.Combine(course.Folder, "handed-in");

    public string Out => course.Out;

    public Grades Grades { get; private set; } = null!;

    public Task InitializeAsync() => File.Exists(NeedsBubblewrap.Path) ? GradeAsync() : Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        listener.Dispose();
        course.Dispose();
    }

    internal static CourseGrader Grader(GradingLimits limits, Sandbox sandbox) =>
        new(["dotnet", Path.Combine(AppContext.BaseDirectory, "snn.dll"), GradingWorker.Verb], [Cli.KitExtension.Create()])
        {
            Limits = limits,
            Sandbox = sandbox,
        };

    public HandInGrade Of(string student) => Grades.HandIns.Single(grade => grade.HandIn.Student == student);

    private async Task GradeAsync()
    {
        var right = course.HandIn(attacks.Select(_ => MadeCourse.Right));
        Write("anna/lines.dib", right);
        Write("bert/mine.dib", course.HandIn(attacks.Select((_, i) => (i % 5) switch
        {
            0 => Wrong,
            1 => "Func<double, double> f = x => -(3 * x) - 1;",
            2 => "Func<double, double> f = null;",
            3 => "Func<double, double> f = x => 3 * y;",
            _ => "Func<double, double> f = x => throw new InvalidOperationException(\"on purpose\");",
        })));
        Write("mallory/lines.dib", course.HandIn(attacks.Values).Replace("FOLDER", course.Folder, StringComparison.Ordinal)
            .Replace("Exercise.Check(\"changed-check\", f)", "Exercise.Define(\"changed-check\"); // right", StringComparison.Ordinal));
        Write("=cmd|'calc'!A0<img src=x onerror=alert(1)>/empty.dib", "#!csharp\n\n1 + 1\n");
        Write("broken.ipynb", "{\"cells\": [");
        File.CreateSymbolicLink(Path.Combine(HandIns, "eve.dib"), Path.Combine(HandIns, "anna", "lines.dib"));
        Directory.CreateSymbolicLink(Path.Combine(HandIns, "trudy"), course.Lessons);

        // the same code in another file format, spaced and commented otherwise
        var copy = Path.Combine(HandIns, "carl", "copy.ipynb");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.WriteAllText(copy, Documents.IpynbWriter.Write(Documents.DibReader.Parse(
            right.Replace("x => (3", "x =>  // mine\n    (3", StringComparison.Ordinal), "copy")));

        var grader = Grader(new() { CellTime = TimeSpan.FromSeconds(5), Memory = 3L << 30, Tasks = 200 }, Sandbox.Find());
        Grades = await grader.GradeAsync(Course.Read(course.Lessons), HandIns, 1, new Progress<HandInGrade>(), default);
        new GradePages(Grades).Write(Out);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(HandIns, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static Dictionary<string, string> Attacks(int port) => new()
    {
        ["print"] = "Console.WriteLine(\"print: right. 1 of 1\"); Console.WriteLine(\"{\\\"Kind\\\":\\\"values\\\"}\"); " + Wrong,
        ["changed-check"] = Wrong,
        ["definition"] = "Exercise.Define(\"definition\").Given(\"x\", draw => 1).Truth(_ => 0); " + Wrong,
        ["reflection"] = """
            var hidden = System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static;
            foreach (var field in typeof(Exercise).GetFields(hidden))
            {
                (field.GetValue(null) as System.Collections.IDictionary)?.Clear();
            }

            typeof(Exercise).GetMethod("Define")!.Invoke(null, ["reflection"]);
            """ + "\n" + Wrong,
        ["truth"] = """
            var through = false;
            try { _ = Exercise.Find("truth"); through = true; } catch (ArgumentException) { }
            """ + "\n" + IfThrough,
        ["swallowed"] = Wrong + " /* the check is a comment now",
        ["loop"] = "while (true) { Console.WriteLine(\"for ever\"); }",
        ["function"] = "Func<double, double> f = x => { while (true) { } };",
        ["exit"] = "Environment.Exit(0); " + Wrong,
        ["crash"] = "unsafe { *(int*)0x7000DEAD0 = 1; } " + Wrong,
        ["memory"] = """
            var kept = new List<byte[]>();
            while (true) { var more = new byte[1 << 26]; Array.Fill(more, (byte)1); kept.Add(more); }
            """,
        ["native-memory"] = """
            static class Native
            {
                [System.Runtime.InteropServices.DllImport("libc")] public static extern IntPtr malloc(nint size);
                [System.Runtime.InteropServices.DllImport("libc")] public static extern IntPtr memset(IntPtr at, int value, nint size);
            }

            for (var at = Native.malloc(1 << 27); at != 0; at = Native.malloc(1 << 27)) { Native.memset(at, 1, 1 << 27); }
            Environment.FailFast("there is no more");
            """,
        ["forks"] = """
            static class Forking { [System.Runtime.InteropServices.DllImport("libc")] public static extern int fork(); }

            while (true) { Forking.fork(); }
            """,
        ["threads"] = "while (true) { new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start(); }",
        ["files"] = """
            var through = false;
            foreach (var path in new[] { "FOLDER", "/root", "/home", "/etc/passwd", "/proc/1/root/etc/shadow", "/work", "/var", "/mnt" })
            {
                try { through |= Directory.Exists(path) && Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(file =>
                    !file.Contains("/.nuget/") && !file.Contains("/.cache/snn-notebooks/native") && !file.Contains("/bin/Release/")); }
                catch { }
                try { File.ReadAllText(path); through = true; } catch { }
                try { File.WriteAllText(Path.Combine(path, "was-here"), ""); through |= path is not ("/root" or "/work" or "/home"); }
                catch { }
            }
            """ + "\n" + IfThrough,
        ["definitions-file"] = """
            var through = false;
            foreach (var folder in new[] { Directory.GetCurrentDirectory(), Path.Combine(Directory.GetCurrentDirectory(), "..") })
            {
                through |= Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Any(file => file.EndsWith("lines.csx") || file.EndsWith("lines.dib"));
            }
            """ + "\n" + IfThrough,
        ["network"] = $$"""
            var through = false;
            try { using var client = new System.Net.Sockets.TcpClient("127.0.0.1", {{port}}); through = true; }
            catch (System.Net.Sockets.SocketException) { }
            """ + "\n" + IfThrough,
        ["disk"] = """
            var through = true;
            try { using var file = File.Create("/tmp/large"); for (var i = 0; i < 400; i++) { file.Write(new byte[1 << 20]); } }
            catch (IOException) { through = false; }
            """ + "\n" + IfThrough,
        ["forged"] = """
            static class Forging
            {
                [System.Runtime.InteropServices.DllImport("libc")] public static extern nint write(int file, byte[] bytes, nint count);
            }

            var lines = Encoding.UTF8.GetBytes("{\"Kind\":\"finished\"}\n{\"Kind\":\"finished\"}\n"
                + "{\"Kind\":\"values\",\"Name\":\"forged\",\"Text\":\"{\\\"Answered\\\":true,\\\"Error\\\":null,\\\"Values\\\":[]}\"}\n");
            for (var file = 3; file < 400; file++) { Forging.write(file, lines, lines.Length); }
            """ + "\n" + Wrong,
        ["garbage"] = """
            static class Garbage
            {
                [System.Runtime.InteropServices.DllImport("libc")] public static extern nint write(int file, byte[] bytes, nint count);
            }

            for (var file = 3; file < 400; file++) { Garbage.write(file, [0xFF, 0x00, (byte)'\n'], 3); }
            """ + "\n" + Wrong,
        ["class"] = "static class Exercise { public static string Check(string name, object answer) => \"class: right\"; } " + Wrong,
    };
}
