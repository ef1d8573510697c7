using SnnNotebooks.Host.Tests.Courses;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>What a hostile student puts into gaps.</summary>
internal static class Attacks
{
    public const string Wrong = "Func<double, double> f = x => 0;";

    // an answer that is right only if the attack came through
    private const string IfThrough = "Func<double, double> f = x => through ? (3 * x) + 1 : 0;";

    /// <summary>
    /// Prints every line of a small file, of its environment and of that of other processes that holds <see cref="MadeCourse.Secret"/>:
    /// below <c>ROOT</c>, but for the system's programs.
    /// </summary>
    public const string Searching = """
        const string Words = "three times" + ", and";
        void Tell(string path)
        {
            try
            {
                foreach (var line in File.ReadLines(path).Where(line => line.Contains(Words))) { Console.WriteLine(path + ": " + line); }
            }
            catch (Exception) { }
        }

        void Search(string folder)
        {
            try
            {
                foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
                {
                    var isFolder = entry is DirectoryInfo && entry.LinkTarget is null;
                    if (entry is FileInfo { Length: < 100_000 }) { Tell(entry.FullName); }
                    else if (isFolder && entry.FullName is not ("/usr" or "/proc" or "/sys" or "/dev")) { Search(entry.FullName); }
                }
            }
            catch (Exception) { }
        }

        Search("ROOT");
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if ($"{variable.Value}".Contains(Words)) { Console.WriteLine($"{variable.Key}={variable.Value}"); }
        }

        foreach (var process in Directory.EnumerateDirectories("/proc")) { Tell(process + "/environ"); Tell(process + "/cmdline"); }
        """;

    /// <summary>Answers by the names of their exercises.</summary>
    /// <param name="port">Where a server listens outside of the sandbox.</param>
    public static Dictionary<string, string> All(int port) => new()
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
        ["files"] = Searching.Replace("ROOT", "/", StringComparison.Ordinal) + "\n" + Wrong,
        ["aside"] = """
            static class Aside
            {
                [System.Runtime.InteropServices.DllImport("libc")] public static extern nint write(int file, byte[] bytes, nint count);
            }

            var line = new byte[1 << 20];
            Array.Fill(line, (byte)'a');
            for (var i = 0; i < 1000; i++) { Aside.write(1 + (i % 2), line, line.Length); }
            """ + "\n" + Wrong,
        ["markup"] = """
            Console.WriteLine("\u001b[2J\u001b]0;title\u0007<script>alert(1)</script>");
            throw new Exception("\u001b[31m<script>alert(1)</script><img src=x>");
            """,
        ["long-message"] = "throw new Exception(new string('x', 40_000_000));",
        ["long-answer"] = "Func<double, double> f = x => 0" + string.Concat(Enumerable.Repeat(" + 0", 30_000)) + ";",
        ["static-constructor"] = """
            class Early
            {
                public static readonly int Value = 1;
                static Early() { Console.WriteLine("static-constructor: right"); Environment.Exit(0); }
            }

            Func<double, double> f = x => Early.Value;
            """,
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
