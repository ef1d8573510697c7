using System.Net;
using System.Net.Sockets;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>A class of students that was graded once: right, wrong, hostile and odd.</summary>
public sealed class GradedClass : IAsyncLifetime, IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, string> attacks;
    private readonly MadeCourse course;

    public GradedClass()
    {
        listener.Start();
        attacks = Attacks.All(((IPEndPoint)listener.LocalEndpoint).Port);
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
        Environment.SetEnvironmentVariable("SNN_TOLD", MadeCourse.Secret);
        var right = course.HandIn(attacks.Select(_ => MadeCourse.Right)) + $"#!markdown\n\n{MadeCourse.Secret}\n";
        Write("anna/lines.dib", right);
        Write("bert/mine.dib", course.HandIn(attacks.Select((_, i) => (i % 5) switch
        {
            0 => Attacks.Wrong,
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

        var (all, cell) = (TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(5));
        var grader = Grader(new() { Time = all, CellTime = cell, Memory = 3L << 30, Tasks = 200 }, Sandbox.Find());
        Grades = await grader.GradeAsync(Course.Read(course.Lessons), HandIns, 1, new Progress<HandInGrade>(), default);
        new GradePages(Grades).Write(Out);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(HandIns, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
