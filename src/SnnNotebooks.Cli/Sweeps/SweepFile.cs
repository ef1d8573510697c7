using System.Text.Json;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>Reads the file of a sweep: notebooks and trainings, what they have in common, what varies, and seeds.</summary>
internal static class SweepFile
{
    private const int MostBytes = 1 << 20;
    private static readonly Dictionary<string, string> EmptySettings = [];

    /// <summary>Reads and unfolds it.</summary>
    /// <param name="path">JSON; comments are allowed. Notebooks are named as seen from its folder.</param>
    /// <param name="instead">Values of parameters that go before those of the file, in all its runs.</param>
    /// <exception cref="InvalidDataException">It cannot be followed; the message says where and why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static SweepPlan Read(string path, IReadOnlyDictionary<string, string>? instead = null)
    {
        using var document = Parse(Bytes(path));
        var whole = new SweepField(SweepSettings.Replaced(document.RootElement, instead ?? EmptySettings), string.Empty);
        var fields = whole.Known("title", "runs", "slurm");
        if (!fields.TryGetValue("runs", out var runs))
        {
            throw whole.Wrong("has no field \"runs\": the list of what to run.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var tasks = new List<SweepTask>();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var run in runs.Items())
        {
            foreach (var (task, work) in new SweepRun(run, folder).Unfold(SweepRun.MostTasks - tasks.Count))
            {
                if (!places.TryAdd(work, run.Place))
                {
                    throw run.Wrong($"runs a task twice: {task.Title} does what {places[work]} does already.");
                }

                tasks.Add(task);
            }
        }

        var title = fields.TryGetValue("title", out var named) ? named.Line() : Path.GetFileNameWithoutExtension(path);
        return new SweepPlan(title, tasks, Slurm(fields));
    }

    private static byte[] Bytes(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[MostBytes + 1];
        var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count <= MostBytes
            ? bytes[..count]
            : throw new InvalidDataException($"{path} has more than {MostBytes >> 20} MiB, which no sweep needs: is it the right file?");
    }

    private static JsonDocument Parse(byte[] text)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
            });
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"The file is no JSON that a sweep can follow: {wrong.Message}", wrong);
        }
    }

    private static SlurmOptions Slurm(Dictionary<string, SweepField> fields)
    {
        if (!fields.TryGetValue("slurm", out var slurm))
        {
            return new SlurmOptions(0, [], []);
        }

        var known = slurm.Known("atOnce", "options", "setup");
        return new SlurmOptions(
            known.TryGetValue("atOnce", out var most) ? most.Number(1, 100_000) : 0,
            known.TryGetValue("options", out var options) ? [.. options.Items().Select(Option)] : [],
            known.TryGetValue("setup", out var setup) ? [.. setup.Items().Select(line => line.Line())] : []);
    }

    private static string Option(SweepField field)
    {
        var option = field.Line();
        var name = option.Split('=')[0];
        return !option.StartsWith("--", StringComparison.Ordinal)
            ? throw field.Wrong($"is \"{option}\"; expected an option of sbatch such as \"--time=04:00:00\".")
            : name is "--array" or "--output" or "--open-mode" or "--wrap"
            ? throw field.Wrong($"is \"{option}\", which the sweep sets itself: leave it away.")
            : option;
    }
}
