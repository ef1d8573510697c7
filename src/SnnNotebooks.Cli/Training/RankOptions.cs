using System.CommandLine;
using System.Globalization;
using SnnNotebooks.Distributed;
using SnnNotebooks.Training;
using SnnNotebooks.Training.Parallel;
using TorchSharp;

namespace SnnNotebooks.Cli.Training;

/// <summary>How <c>snn train</c> shares its work among ranks.</summary>
internal sealed class RankOptions
{
    // so that 1, 2, 4 and 8 ranks have the same bits without being told how to cut the batch
    private const int UsualMicroBatches = 8;

    private readonly Option<int?> microBatches = new("--micro-batches")
    {
        Description =
            "Parts that a total batch is cut into, each whole on one rank, with batch normalisation of its own. On several ranks by "
            + "default the recipe's devices, or 8. The result's bits depend on this, not on the ranks.",
    };

    private readonly Option<bool> fast = new("--fast")
    {
        Description = "Sums of ranks are added in the library's order: less is sent, but the bits depend on the number of ranks.",
    };

    private readonly Option<bool> synchronised = new("--sync-batch-norm")
    {
        Description = "With --fast: batch normalisation over all ranks, as one rank would over the whole batch.",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(microBatches);
        command.Options.Add(fast);
        command.Options.Add(synchronised);
    }

    /// <summary>Joins the ranks, or makes this process one rank where the command line speaks of micro-batches.</summary>
    /// <returns>Null where this process trains alone.</returns>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    /// <exception cref="DistributedException">This process was started as a rank, and there is no MPI library.</exception>
    public IReducer? Join(ParseResult parsed)
    {
        var isFast = parsed.GetValue(fast);
        if (parsed.GetValue(synchronised) && !isFast)
        {
            throw new ArgumentException(
                "--sync-batch-norm needs --fast: statistics over all ranks change in their last bits with the number of ranks.");
        }

        return MpiReducer.IsLaunched ? new MpiReducer()
            : isFast || parsed.GetValue(microBatches) is not null ? new SingleRank()
            : null;
    }

    /// <summary>The device of a rank: of several GPUs of a machine each rank takes its own, where only <c>cuda</c> is asked for.</summary>
    public static string DeviceOf(IReducer? ranks, string name) =>
        ranks is { Size: > 1 } && string.Equals(name, "cuda", StringComparison.OrdinalIgnoreCase)
        && torch.cuda.device_count() is > 1 and var devices
            ? string.Create(CultureInfo.InvariantCulture, $"cuda:{MpiReducer.LocalRank % devices}")
            : name;

    /// <summary>How gradients travel in fast mode, by NCCL where that can be; null where there is nothing to choose.</summary>
    public static string? JoinGpus(DataParallel plan, torch.Device device) =>
        plan is { Deterministic: false, Reducer: MpiReducer { Size: > 1 } ranks } ? ranks.JoinGpus(device) : null;

    /// <summary>The recipe with its total batch cut, and how it is shared.</summary>
    /// <exception cref="ArgumentException">The total batch cannot be cut so.</exception>
    public (TrainingRecipe Recipe, DataParallel Plan) Share(ParseResult parsed, TrainingRecipe recipe, IReducer ranks)
    {
        var isFast = parsed.GetValue(fast);
        var plan = new DataParallel(ranks)
        {
            Deterministic = !isFast, SynchronisedBatchNorm = parsed.GetValue(synchronised),
        };
        var asked = parsed.GetValue(microBatches);
        var fits = recipe.Passes >= ranks.Size && !plan.SynchronisedBatchNorm;
        if (asked is null && (isFast ? fits : recipe.Passes > 1))
        {
            return (recipe, plan);
        }

        var total = (long)recipe.BatchSize * recipe.Passes;
        var parts = asked ?? (isFast ? ranks.Size : UsualMicroBatches);
        if (parts < 1 || total % parts != 0)
        {
            throw new ArgumentException(
                $"A total batch of {total} inputs cannot be cut into {parts} equal micro-batches: give another --batch or "
                + "--micro-batches.");
        }

        return (recipe with { BatchSize = (int)(total / parts), Devices = parts, Accumulation = 1 }, plan);
    }
}
