using System.CommandLine;
using SnnNotebooks.Cli;
using SnnNotebooks.Cli.Bench;
using SnnNotebooks.Cli.Commands;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Jupyter;
using SnnNotebooks.Host.Running;

// hidden: the process a notebook runs in, started by `run`
if (args is [NotebookWorker.Verb, ..])
{
    return await NotebookWorker.RunAsync(args[1..], [KitExtension.Create()]);
}

// hidden: the process a hand-in runs in, started by `course grade`
if (args is [GradingWorker.Verb, ..])
{
    return await GradingWorker.RunAsync(args[1..], [KitExtension.Create()]);
}

// hidden: the kernel a Jupyter server starts
if (args is ["jupyter", "kernel", var connectionFile, .. var options])
{
    return await JupyterKernel.RunAsync(connectionFile, options is ["--any-address"], [KitExtension.Create()]);
}

// hidden: the process that times the kit, started by `bench gpu`
if (args is ["bench", KitWorker.Verb, var plan])
{
    Tuning.Refusal();
    return KitWorker.Run(plan);
}

// these compute nothing in this process
if (args is not ["run" or "convert" or "sweep" or "course", ..] && Tuning.Refusal() is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return ExitCode.Usage;
}

const string About = "SnnNotebooks: spiking neural networks and models of the visual cortex, in notebooks that run anywhere.";

// a notebook's own output keeps its colours; what other verbs show comes from files
if (args is not ["run", ..])
{
    TerminalText.Protect();
}

// making some of the verbs loads libtorch: for those that do without it, a third of their time
var root = args is ["run", ..]
    ? new RootCommand(About) { RunCommand.Create() }
    : args is ["convert", ..] ? new RootCommand(About) { ConvertCommand.Create() }
    : args is ["serve", ..] ? new RootCommand(About) { ServeCommand.Create() }
    : args is ["course", ..] ? new RootCommand(About) { CourseCommand.Create() }
    : args is ["sweep", ..] ? new RootCommand(About) { SweepCommand.Create() }
    : new RootCommand(About)
{
    RunCommand.Create(),
    BenchCommand.Create(),
    DataCommand.Create(),
    ConformCommand.Create(),
    ConvertCommand.Create(),
    CourseCommand.Create(),
    JupyterCommand.Create(),
    MermaidCommand.Create(),
    NirCommand.Create(),
    DoctorCommand.Create(),
    IndexCommand.Create(),
    LatentsCommand.Create(),
    LaunchCommand.Create(),
    MemristorCommand.Create(),
    NeuralCommand.Create(),
    EvalCommand.Create(),
    EventsCommand.Create(),
    ModelsCommand.Create(),
    RecipesCommand.Create(),
    ScalingCommand.Create(),
    ServeCommand.Create(),
    SimilarityCommand.Create(),
    SweepCommand.Create(),
    TrainCommand.Create(),
    WeightsCommand.Create(),
};

var parsed = root.Parse(args);

// Ctrl-C stops the work; what there is must still be written
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
