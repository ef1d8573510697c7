using System.CommandLine;
using SnnNotebooks.Cli.Commands;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>Where, how long and from which draws <c>snn train</c> trains.</summary>
internal sealed class RunOptions
{
    private const int UsualEpochs = 10; // of networks of any size, which are for trials
    private const int UsualBatch = 64;
    private const double MostMinutes = 1_000_000; // two years

    private readonly Option<string> device = DeviceOption.Create("Where to train");

    private readonly Option<bool> deterministic = new("--deterministic")
    {
        Description =
            "On a GPU, only algorithms that give the same bits on every run: slower, and operations that have none fail. The CPU gives "
            + "the same bits in any case.",
    };

    private readonly Option<bool> recompute = new("--recompute")
    {
        Description =
            "Of the network's blocks training keeps only the input, and computes them a second time: less memory, more time, the same "
            + "bits. A run may go on with it or without.",
    };

    private readonly Option<int?> epochs = new("--epochs")
    {
        Description = $"Epochs; those of the recipe by default, {UsualEpochs} for a network in a size of one's own.",
    };

    private readonly Option<int?> batch = new("--batch")
    {
        Description = $"Inputs of a pass; that of the recipe by default, {UsualBatch} for a network in a size of one's own.",
    };

    private readonly Option<double?> minutes = new("--minutes")
    {
        Description =
            "Ends the run after so many minutes: no epoch is begun that would end later. The schedule is that of all epochs: choose "
            + "--epochs so that they fit.",
    };

    private readonly Option<int> seed = new("--seed")
    {
        Description = "Decides initial weights, order and every draw.", DefaultValueFactory = _ => 1,
    };

    public RunOptions() => minutes.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<double?>() is { } given && !(given > 0 && given <= MostMinutes))
        {
            result.AddError($"--minutes is {result.Tokens[0].Value}; expected more than 0 and at most {MostMinutes}.");
        }
    });

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { device, deterministic, recompute, epochs, batch, minutes, seed })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Where to train, in words of <see cref="ComputeDevice"/>.</summary>
    public string Device(ParseResult parsed) => parsed.GetValue(device)!;

    /// <summary>Whether the network's blocks are computed a second time.</summary>
    public bool Recomputes(ParseResult parsed) => parsed.GetValue(recompute);

    /// <summary>How long the run may take; null for no limit.</summary>
    public TimeSpan? Budget(ParseResult parsed) =>
        parsed.GetValue(minutes) is { } given ? TimeSpan.FromMinutes(given) : null;

    /// <summary>What decides all chance.</summary>
    public int Seed(ParseResult parsed) => parsed.GetValue(seed);

    /// <summary>A recipe with the epochs and the batch that were asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="isPublished">Whether the network is one that its paper trained.</param>
    public TrainingRecipe Sized(ParseResult parsed, TrainingRecipe recipe, bool isPublished) => (recipe with
    {
        BatchSize = parsed.GetValue(batch) ?? (isPublished ? recipe.BatchSize : UsualBatch),
        Deterministic = parsed.GetValue(deterministic),
    }).Shortened(parsed.GetValue(epochs) ?? (isPublished ? recipe.Epochs : UsualEpochs));
}
