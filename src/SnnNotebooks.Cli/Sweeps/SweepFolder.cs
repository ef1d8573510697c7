using System.Text.Json;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>
/// The folder of a sweep: <c>plan.json</c>, a row for each task that ended in <c>rows</c>, reports and output in <c>tasks</c>, locks in
/// <c>claims</c>, what went to Slurm in <c>submissions</c>.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class SweepFolder(string path)
{
    private const long MostBytes = 64 << 20;

    /// <summary>Its full path.</summary>
    public string Root { get; } = Path.GetFullPath(path);

    private string PlanPath => Path.Combine(Root, "plan.json");

    /// <summary>Where scripts and job numbers are.</summary>
    public string Submissions => Path.Combine(Root, "submissions");

    /// <summary>The page with all figures.</summary>
    public string Page => Path.Combine(Root, "index.html");

    /// <summary>Whether tasks have left rows here.</summary>
    public bool HasRows => Directory.Exists(Path.Combine(Root, "rows")) && Directory.EnumerateFiles(Path.Combine(Root, "rows")).Any();

    /// <summary>A task's row.</summary>
    public string RowPath(string id) => Path.Combine(Root, "rows", id + ".json");

    /// <summary>A task's own folder.</summary>
    public string TaskPath(string id) => Path.Combine(Root, "tasks", id);

    /// <summary>A task's lock.</summary>
    public string ClaimPath(string id) => Path.Combine(Root, "claims", id + ".lock");

    /// <summary>Keeps the plan.</summary>
    public void Save(SweepPlan plan) => Write(PlanPath, JsonSerializer.Serialize(plan, SweepJson.Options));

    /// <summary>Keeps a row.</summary>
    public void Save(TaskRow row) => Write(RowPath(row.Task), JsonSerializer.Serialize(row, SweepJson.Options));

    /// <summary>Removes the row of an attempt that failed, if there is one: the next begins.</summary>
    public void Remove(string id)
    {
        Directory.CreateDirectory(Path.Combine(Root, "rows"));
        File.Delete(RowPath(id));
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ExportFile.Write(path, text + "\n");
    }

    /// <summary>The plan of the last run in this folder.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged.</exception>
    public SweepPlan Load()
    {
        if (!File.Exists(PlanPath))
        {
            throw new InvalidDataException($"{Root} is no folder of a sweep: there is no plan.json in it.");
        }

        var plan = Parse<SweepPlan>(PlanPath, out var wrong);
        return plan is not null && plan.Tasks.All(IsSound)
            ? plan
            : throw new InvalidDataException($"{PlanPath} is damaged{(wrong is null ? string.Empty : $" ({wrong})")}. Run the sweep again "
                + "with --resume: that writes it anew and keeps the rows.");
    }

    /// <summary>A task's row; null where it has none or the file is damaged.</summary>
    /// <param name="id">The task.</param>
    /// <param name="damaged">Whether there is a file that cannot be read as its row.</param>
    public TaskRow? Row(string id, out bool damaged)
    {
        try
        {
            var row = Parse<TaskRow>(RowPath(id), out _);
            damaged = row?.Task != id || row.Curves.Values.Any(curve => curve is null);
            return damaged ? null : row;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            // asked for beforehand it could be there and gone when it is read: a task that begins anew removes its row
            damaged = false;
            return null;
        }
    }

    /// <summary>Whether a task has ended well.</summary>
    public bool IsDone(string id) => Row(id, out _) is { Exit: 0 };

    private static T? Parse<T>(string path, out string? wrong)
        where T : class
    {
        wrong = null;
        try
        {
            return new FileInfo(path).Length <= MostBytes
                ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), SweepJson.Options)
                : null;
        }
        catch (Exception damaged) when (damaged is JsonException or NotSupportedException)
        {
            wrong = damaged.Message;
            return null;
        }
    }

    private static bool IsSound(SweepTask? task) => task is not null && IsName(task.Id)
        && (task.Notebook is null) != (task.Network is null)
        && task.Varied.All(name => name is not null && task.Parameters.ContainsKey(name));

    private static bool IsName(string id) => id.Length is > 0 and <= 100 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
