using System.CommandLine;
using System.Runtime.InteropServices;
using SnnNotebooks.Cli;
using SnnNotebooks.Cli.Bench;
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
    Tuning.Refusal(needsLibTorch: true);
    return KitWorker.Run(plan);
}

// a notebook's own output keeps its colours; what other verbs show comes from files
if (args is not ["run", ..])
{
    TerminalText.Protect();
}

var parsed = Verbs.Root(args).Parse(args);
if (Verbs.Computes(parsed) && Tuning.Refusal(Verbs.NeedsLibTorch(parsed)) is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return ExitCode.Usage;
}

// Ctrl-C stops the work; what there is must still be written
var configuration = new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
    EnableDefaultExceptionHandler = false,
};
try
{
    var exitCode = await parsed.InvokeAsync(configuration);
    return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
}
catch (OperationCanceledException)
{
    return ExitCode.Failure; // Ctrl-C: who pressed it knows
}
catch (Exception failed)
{
    // what no verb foresaw, such as too little memory; of a mistake of ours all is said
    Console.Error.WriteLine(failed is ExternalException or OutOfMemoryException ? failed.Sentence() : failed.ToString());
    return ExitCode.Failure;
}
