using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Training;
using TorchSharp;

namespace SnnNotebooks.Interactive;

/// <summary>
/// The data a paper's notebook learns from, by a name that <c>snn train --data</c> knows, and the scale it runs at. Where the data are not
/// on this machine the next smaller scale takes their place, with its own data; tables say so (<see cref="Marks"/>).
/// </summary>
/// <param name="Scale">The scale that is run.</param>
/// <param name="Source">The data set; null where the notebook generates its data.</param>
/// <param name="Partial">Whether a part of the data set is taken, unchecked.</param>
/// <param name="Instead">Why these are not the data asked for, a sentence; null where they are.</param>
public sealed record PaperData(Scale Scale, DataSource? Source, bool Partial, string? Instead)
{
    private const string GeneratedName = "generated data";

    /// <summary>Its name.</summary>
    public string Name => Source?.Name ?? GeneratedName;

    /// <summary>One row for the table that ends the notebook where these are not the data asked for; else none.</summary>
    public IReadOnlyList<ReproducedResult> Marks => Instead is null
        ? []
        : [new ReproducedResult("DATA: NOT THOSE ASKED FOR", "-", $"{Name}, scale {Word(Scale)}", Instead)];

    /// <summary>Takes the data asked for, or else the first that is here of those a notebook has for its scales, from this scale
    /// down.</summary>
    /// <param name="asked">The name asked for; empty for the notebook's own data.</param>
    /// <param name="partial">Whether a part of the data set is taken, unchecked; at laptop one of the notebook's own is in any
    /// case.</param>
    /// <param name="own">The notebook's own data for quick, laptop and paper, in order of preference; empty for generated ones.</param>
    /// <returns>The data, or that the notebook generates its own, and why.</returns>
    /// <exception cref="Datasets.DatasetException">There is no data set of that name; the message lists those there are.</exception>
    /// <exception cref="ArgumentException">Own data are given for fewer scales than there are.</exception>
    public static PaperData Choose(string asked, bool partial, params IReadOnlyList<IReadOnlyList<string>> own)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(own);
        if (own.Count != Enum.GetValues<Scale>().Length)
        {
            throw new ArgumentException($"Data are given for {own.Count} scales; expected quick, laptop and paper.", nameof(own));
        }

        var wanted = Parameters.Scale;
        var names = asked.Length > 0 ? [asked] : own[(int)wanted];
        partial |= asked.Length == 0 && wanted == Scale.Laptop;
        if (Found(names, partial) is { } found)
        {
            return new PaperData(wanted, found, partial, null);
        }

        if (names.Count == 0)
        {
            return new PaperData(wanted, null, false, null);
        }

        var missing = DataSources.Get(names[0]);
        var reason = $"{missing.Name} is not on this machine, so the notebook ran at a smaller scale with its data. {missing.HowToGet}";
        for (var scale = wanted - 1; scale >= Scale.Quick; scale--)
        {
            if (own[(int)scale].Count == 0 || Found(own[(int)scale], partial: true) is not null)
            {
                return new PaperData(scale, Found(own[(int)scale], partial: true), scale == Scale.Laptop, reason);
            }
        }

        throw new Datasets.DatasetException($"{missing.Name} is not on this machine, and nothing is in its place. {missing.HowToGet}");

        static DataSource? Found(IReadOnlyList<string> names, bool partial) =>
            names.Select(DataSources.Get).FirstOrDefault(source => source.IsHere(partial));
    }

    /// <summary>The inputs a network is given: small pictures as they are, all else at a size and T of its own.</summary>
    /// <param name="size">Rows and columns of pictures that have no common size, of event frames and of clips, in pixels.</param>
    /// <param name="timeSteps">T.</param>
    /// <returns>One input by its axes.</returns>
    /// <exception cref="InvalidOperationException">The notebook generates its data.</exception>
    public InputShape Input(int size, int timeSteps)
    {
        var own = Opened.Shape;
        return own.Kind == InputKind.Images && own.Height > 0
            ? own with { TimeSteps = timeSteps }
            : own with { TimeSteps = timeSteps, Height = size, Width = size };
    }

    /// <summary>Opens them as <c>snn train</c> does.</summary>
    /// <param name="input">One input as the network takes it.</param>
    /// <param name="limit">At most so many inputs to learn from and to test on; 0 for all.</param>
    /// <returns>The data; the caller disposes them.</returns>
    /// <exception cref="Datasets.DatasetException">They are incomplete or damaged.</exception>
    /// <exception cref="InvalidOperationException">The notebook generates its data.</exception>
    public LabelledData Open(InputShape input, int limit = 0) =>
        Opened.Open(new DataRequest(input) { Limit = limit, Partial = Partial });

    /// <summary>
    /// The recipe of a paper for these data at the size of their inputs. Left out, by name: half precision on the processor, and what the
    /// data cannot follow.
    /// </summary>
    /// <param name="paper">spikformer, spikingformer, cml, qkformer or svformer, or the name of a recipe.</param>
    /// <param name="data">The data, open.</param>
    /// <returns>The recipe.</returns>
    public TrainingRecipe Recipe(string paper, LabelledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var name = TrainingRecipes.All.ContainsKey(paper) ? paper : TrainingRecipes.NameFor(paper, Name, data.Shape);
        var recipe = TrainingRecipes.All[name].AtSize(data.Shape);
        RecipePart[] half = Parameters.Device.type == DeviceType.CPU ? [RecipePart.MixedPrecision] : [];
        RecipePart[] colours = recipe.Normalisation is { } scale && scale.Mean.Count != data.Shape.Channels
            ? [RecipePart.Normalisation]
            : [];
        return recipe.Without([.. half, .. colours, .. recipe.NotFollowed(data.Train, data.Test)]);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}, scale {Word(Scale)}{(Partial ? ", as much as is here" : string.Empty)}{(Instead is null ? "" : $". {Instead}")}";

    private DataSource Opened =>
        Source ?? throw new InvalidOperationException("The notebook generates its data: there is nothing to open.");

    private static string Word(Scale scale) => scale.ToString().ToLowerInvariant();
}
