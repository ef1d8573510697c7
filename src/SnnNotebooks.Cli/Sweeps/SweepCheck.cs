using SnnNotebooks.Cli.Commands;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>Finds slips in a plan before the first task runs: an array of a thousand that all fail in a second helps nobody.</summary>
internal static class SweepCheck
{
    /// <summary>Refuses parameters that a notebook does not read, and what <c>snn train</c> would refuse.</summary>
    /// <exception cref="InvalidDataException">One cannot be followed.</exception>
    public static void Refuse(SweepPlan plan)
    {
        foreach (var notebook in plan.Tasks.Where(task => task.Notebook is not null).GroupBy(task => task.Notebook!))
        {
            RefuseUnread(notebook.Key, [.. notebook]);
        }

        var trainings = plan.Tasks.Where(task => task.Network is not null).ToArray();
        if (trainings.Length > 0)
        {
            var train = TrainCommand.Create();
            foreach (var task in trainings)
            {
                if (train.Parse(task.Arguments("folder")[1..]).Errors is [var error, ..])
                {
                    throw new InvalidDataException($"{task.Title}: `snn train` refuses it: {error.Message}");
                }
            }
        }
    }

    private static void RefuseUnread(string path, SweepTask[] tasks)
    {
        var notebook = Read(path);
        var names = tasks.SelectMany(task => task.Parameters.Keys).Where(name => name != "Scale").Distinct();
        if (names.FirstOrDefault(name => !notebook.Has(name)) is { } unread)
        {
            throw new InvalidDataException($"{path} reads no parameter {unread}."
                + (notebook.Nearest(unread) is { } near ? $" Did you mean {near}?" : string.Empty));
        }

        if (tasks.Any(task => task.Seed is not null) && !notebook.Has("Seed"))
        {
            throw new InvalidDataException(
                $"{path} reads no parameter Seed, so that all seeds would give the same: let it read one, or leave \"seeds\" away.");
        }
    }

    private static NotebookParameters Read(string path)
    {
        try
        {
            return new NotebookParameters(path);
        }
        catch (NotebookException wrong)
        {
            throw new InvalidDataException(wrong.Message, wrong);
        }
    }
}
