using System.CommandLine;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>What <c>snn train</c> leaves.</summary>
internal sealed class OutputOptions
{
    private readonly Option<int> every = new("--save-every")
    {
        Description = "Steps between two savings of the state.", DefaultValueFactory = _ => 50,
    };

    private readonly Option<string?> state = new("--state")
    {
        Description = "File that keeps the state; where it exists the run goes on from it.",
    };

    private readonly Option<bool> resume = new("--resume") { Description = "As --state with the name of --out and the ending .state." };

    private readonly Option<string> output = new("--out")
    {
        Description = "The safetensors file with the trained weights; those of the best epoch go beside it (.best).", Required = true,
    };

    private readonly Option<bool> pytorch = new("--pytorch") { Description = "Write the weights as PyTorch's .pt files, too." };

    private readonly Option<string?> log = new("--log")
    {
        Description = "File for the metrics, JSON lines; a run taken up again goes on in it.",
    };

    private readonly Option<string?> board = new("--tensorboard") { Description = "Folder for an event file that TensorBoard shows." };

    private readonly Option<string?> report = new("--report") { Description = "HTML page of the run, which opens offline." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { every, state, resume, output, pytorch, log, board, report })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The file of the weights.</summary>
    public string Out(ParseResult parsed) => parsed.GetValue(output)!;

    /// <summary>The files of the weights, nothing written yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="timeSteps">T of the network, which they say.</param>
    public TrainedWeights Weights(ParseResult parsed, int timeSteps) => new(Out(parsed), timeSteps, parsed.GetValue(pytorch));

    /// <summary>Where the run's state is kept, if at all.</summary>
    public string? StateFile(ParseResult parsed) =>
        parsed.GetValue(state) ?? (parsed.GetValue(resume) ? Path.ChangeExtension(Out(parsed), ".state") : null);

    /// <summary>Steps between two savings of it.</summary>
    public int SaveEvery(ParseResult parsed) => parsed.GetValue(every);

    /// <summary>The file of the page, if one is wanted.</summary>
    public string? Page(ParseResult parsed) => parsed.GetValue(report);

    /// <summary>Refuses, before anything long begins, a page that cannot be written.</summary>
    public void TryPage(ParseResult parsed)
    {
        if (Page(parsed) is { } page)
        {
            AtomicFile.RemoveAbandoned(page);
            AtomicFile.EnsureWritable(page);
        }
    }

    /// <summary>The files that are told of every step.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="about">What the log says of the run.</param>
    public IEnumerable<IProgress<TrainingProgress>> Logs(ParseResult parsed, object about)
    {
        if (parsed.GetValue(log) is { } file)
        {
            yield return new TrainingLog(file, about);
        }

        if (parsed.GetValue(board) is { } folder)
        {
            yield return new TensorBoardLog(folder);
        }
    }
}
