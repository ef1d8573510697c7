namespace SnnNotebooks.Cli.Sweeps;

/// <summary>What a sweep is to do.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Tasks">Its tasks, each of another id.</param>
/// <param name="Slurm">How it is submitted.</param>
internal sealed record SweepPlan(string Title, IReadOnlyList<SweepTask> Tasks, SlurmOptions Slurm);

/// <summary>How a sweep is submitted to Slurm.</summary>
/// <param name="AtOnce">How many tasks of an array run at once; 0 for as many as Slurm allows.</param>
/// <param name="Options">Options of <c>sbatch</c>, such as <c>--time=04:00:00</c>.</param>
/// <param name="Setup">Lines of bash that are run before a task.</param>
internal sealed record SlurmOptions(int AtOnce, IReadOnlyList<string> Options, IReadOnlyList<string> Setup);
