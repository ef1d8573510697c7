using System.CommandLine;
using System.Security.Cryptography;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Running;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn course</c>: lessons for a class, and the grades of what came back.</summary>
internal static class CourseCommand
{
    public static Command Create() => new("course", "Makes handouts, solutions and slides of lessons, and grades what students hand in.")
    {
        Build(), Grade(),
    };

    private static Command Build()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of lessons (.dib)." };
        var output = new Option<string>("--out")
        {
            Description = "Receives the course.",
            DefaultValueFactory = _ => "course",
            HelpName = "DIR",
        };
        var withoutChecks = new Option<bool>("--without-checks")
        {
            Description = "Keeps from students what checks their answers, and could be read: answers are judged when they are handed in.",
        };
        var command = new Command("build",
            "Runs lessons and writes of each a student's version, a solution, slides and pages to print; index.html leads to all.")
        {
            folder, output, withoutChecks,
        };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var builder = new CourseBuilder(NotebookRunner.OfThisProgram()) { WithChecks = !parsed.GetValue(withoutChecks) };
            var lessons = Named.Folder(parsed.GetValue(folder)!, "lessons (.dib)");
            var page = await builder.BuildAsync(Course.Read(lessons), parsed.GetValue(output)!,
                new Listener<string>(lesson => Console.WriteLine(lesson)), cancellation).ConfigureAwait(false);
            Console.WriteLine($"wrote {page}");
        }));
        return command;
    }

    private static Command Grade()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "What was handed in: a folder for each student, or a notebook (.dib or .ipynb) or zip archive each; or what "
                + "Moodle or Canvas downloads, unpacked.",
        };
        var course = new Option<string>("--course")
        {
            Description = "The lessons as their teacher wrote them, with the solutions.",
            DefaultValueFactory = _ => "notebooks/lessons",
            HelpName = "DIR",
        };
        var output = new Option<string>("--out")
        {
            Description = "Receives grades.csv, index.html and a page for each student; moodle.csv or canvas.csv where they came from "
                + "there.",
            DefaultValueFactory = _ => "grades",
            HelpName = "DIR",
        };
        var seed = new Option<int?>("--seed")
        {
            Description = "Seed of the inputs on which functions are tried; drawn anew where not given.",
        };
        var unprotected = new Option<bool>("--unprotected")
        {
            Description = "Grades also where nothing keeps hand-ins from this machine's files.",
        };
        var defaults = new GradingLimits();
        var time = Number("--timeout",
            "Seconds a hand-in may take, of the processor and on the clock; three times as many on the clock alone.",
            defaults.Time.TotalSeconds);
        var cellTime = Number("--cell-timeout", "Seconds a cell may take, counted in the same way.", defaults.CellTime.TotalSeconds);
        var memory = Number("--memory", "Gigabytes of memory a hand-in may use.", defaults.Memory / (double)(1 << 30));
        var command = new Command("grade",
            "Runs hand-ins, each in a process without network or files, and judges their answers outside of it.")
        {
            folder, course, output, seed, time, cellTime, memory, unprotected,
        };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var handIns = Named.Folder(parsed.GetValue(folder)!, "what was handed in, unpacked");
            var lessons = Named.Folder(parsed.GetValue(course)!, "the lessons as their teacher wrote them (--course DIR)");
            var grader = new CourseGrader([.. ThisProgram.Command, GradingWorker.Verb], [KitExtension.Create()])
            {
                Limits = defaults with
                {
                    Time = TimeSpan.FromSeconds(parsed.GetValue(time)),
                    CellTime = TimeSpan.FromSeconds(parsed.GetValue(cellTime)),
                    Memory = (long)(parsed.GetValue(memory) * (1 << 30)),
                },
            };
            if (grader.Sandbox.ReachesFiles && !parsed.GetValue(unprotected))
            {
                throw new NotebookException(
                    "There is no bubblewrap here that works, nor namespaces, so the code of hand-ins could read and delete your files. On "
                    + "Linux install bubblewrap (apt-get install bubblewrap); or, where that does no harm, as in a virtual machine, add "
                    + "--unprotected.");
            }

            if (grader.Sandbox.ReachesFiles)
            {
                Console.Error.WriteLine("hand-ins run unprotected");
            }

            foreach (var sentence in grader.Sandbox.NotEnforced)
            {
                Console.Error.WriteLine($"not enforced: {sentence}");
            }

            var grades = await grader.GradeAsync(
                Course.Read(lessons), handIns,
                parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue), new Listener<HandInGrade>(Report), cancellation)
                .ConfigureAwait(false);
            new GradePages(grades).Write(parsed.GetValue(output)!);
            Console.WriteLine($"wrote {Path.Combine(parsed.GetValue(output)!, "index.html")}");
        }));
        return command;
    }

    // a file may be called, and a message may hold, what would steer the terminal
    private static void Report(HandInGrade grade) => Console.WriteLine(
        $"{grade.HandIn.File.Shown()}: "
        + (grade.Lesson is null ? "not graded" : $"{grade.Count(ExerciseOutcome.Right)} of {grade.Exercises.Count} right")
        + string.Concat(grade.Remarks.Select(remark => $"\n  {remark.Shown()}")));

    private static Option<double> Number(string name, string description, double fallback)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1e6))
            {
                result.AddError($"{name} takes a number above 0 and below 1,000,000.");
            }
        });
        return option;
    }

    private static async Task<int> GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (Exception wrong) when (wrong is NotebookException or DirectoryNotFoundException)
        {
            Console.Error.WriteLine(wrong.Message.Shown());
            return ExitCode.Of(wrong);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped; nothing was written");
            return ExitCode.Stopped;
        }
    }

    // Progress<T> would post to a pool and lose the order
    private sealed class Listener<T>(Action<T> listen) : IProgress<T>
    {
        public void Report(T value) => listen(value);
    }
}
