using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>A data set by name: what it holds, and how it is opened. Derive from it and <see cref="DataSources.Add"/> your own.</summary>
/// <param name="name">Its name on the command line.</param>
/// <param name="shape">One input; height and width 0 for pictures of all sizes.</param>
public abstract class DataSource(string name, InputShape shape)
{
    /// <summary>Its name on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>One input as the set has it; height and width are 0 where they differ.</summary>
    public InputShape Shape { get; } = shape;

    /// <summary>Whether it is on this machine, whole or not; its files are not looked into.</summary>
    /// <param name="partial">Whether a part in another form counts, too, where the set can be read from one.</param>
    /// <returns>Whether it is.</returns>
    public virtual bool IsHere(bool partial) => DatasetLocator.Find(DatasetRegistry.Get(Name)) is not null;

    /// <summary>How to get it, a sentence.</summary>
    public string HowToGet => DatasetLocator.HowToGet(DatasetRegistry.Get(Name));

    /// <summary>Opens it for a network. Nothing is downloaded.</summary>
    /// <param name="request">What the network takes, and how much is wanted.</param>
    /// <returns>The data; the caller disposes it.</returns>
    /// <exception cref="DatasetException">It is not on this machine (the message says how to get it), incomplete or damaged.</exception>
    public LabelledData Open(DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Load(request).As(request.Shape);
    }

    /// <summary>Opens it in its own kind of input, at the request's size, channels and time steps.</summary>
    /// <param name="request">What is wanted.</param>
    /// <returns>Training and test inputs with their classes.</returns>
    protected abstract LabelledData Load(DataRequest request);

    /// <summary>Refuses other counts than the official ones, unless the request takes them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="train">Inputs found for learning.</param>
    /// <param name="test">Inputs found for tests.</param>
    /// <param name="officialTrain">How many there should be.</param>
    /// <param name="officialTest">How many there should be.</param>
    /// <returns>A sentence where it takes a part, else nothing.</returns>
    /// <exception cref="DatasetException">They differ.</exception>
    protected IReadOnlyList<string> CheckCounts(DataRequest request, int train, int test, int officialTrain, int officialTest)
    {
        ArgumentNullException.ThrowIfNull(request);
        if ((train, test) == (officialTrain, officialTest))
        {
            return [];
        }

        var entry = DatasetRegistry.Get(Name);
        var found = $"{Name} has {train} inputs for training and {test} for testing here; the official set has {officialTrain} and "
            + $"{officialTest}";
        return request.Partial
            ? [found]
            : throw new DatasetException(
                $"{found} (looked in {DatasetLocator.Folder(entry)}). --partial takes what is here. {DatasetLocator.HowToGet(entry)}");
    }

    /// <summary>The folder of the data set.</summary>
    /// <returns>The folder's path.</returns>
    /// <exception cref="DatasetException">It is not on this machine; the message says how to get it.</exception>
    protected string Folder() => DatasetLocator.Folder(DatasetRegistry.Get(Name));
}
