using SnnNotebooks.Datasets.Neural;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>A generated session with its stimuli and the truth behind it.</summary>
public sealed class SyntheticCortexData : IDisposable
{
    private readonly IReadOnlyDictionary<string, (Tensor Scenes, Tensor Movie)> rates;

    internal SyntheticCortexData(Tensor scenes, Tensor movie, NeuralSession session, IReadOnlySet<long> unresponsive,
        IReadOnlyDictionary<string, (Tensor Scenes, Tensor Movie)> rates)
    {
        (Scenes, Movie, Session, Unresponsive, this.rates) = (scenes, movie, session, unresponsive, rates);
    }

    /// <summary>[scenes, 1, H, W], float32, 0 to 1.</summary>
    public Tensor Scenes { get; }

    /// <summary>[frames, 1, H, W], float32, 0 to 1, 30 frames per second.</summary>
    public Tensor Movie { get; }

    /// <summary>Spikes and presentation tables, named as in the Allen Visual Coding recordings.</summary>
    public NeuralSession Session { get; }

    /// <summary>Ids of units that fire alike whatever is shown; their split-half reliability is zero but for chance.</summary>
    public IReadOnlySet<long> Unresponsive { get; }

    /// <summary>The noise-free response to each scene in an area.</summary>
    /// <param name="area">Its name.</param>
    /// <returns>[scenes, N] in spikes per second, every unit of the area in the session's order; owned by this object.</returns>
    /// <exception cref="KeyNotFoundException">There is no such area.</exception>
    public Tensor SceneRates(string area) => rates[area].Scenes;

    /// <summary>The noise-free response to each movie frame in an area.</summary>
    /// <param name="area">Its name.</param>
    /// <returns>[frames, N] in spikes per second; owned by this object.</returns>
    /// <exception cref="KeyNotFoundException">There is no such area.</exception>
    public Tensor MovieRates(string area) => rates[area].Movie;

    /// <inheritdoc/>
    public void Dispose()
    {
        Scenes.Dispose();
        Movie.Dispose();
        foreach (var (scenes, movie) in rates.Values)
        {
            scenes.Dispose();
            movie.Dispose();
        }
    }
}
