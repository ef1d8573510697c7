using SnnNotebooks.Models.VisualCortex;

namespace SnnNotebooks.Similarity.Features;

/// <summary>What the layers of a network answered to the same stimuli: one matrix for each layer.</summary>
public sealed class FeatureSet : IDisposable
{
    private readonly IReadOnlyList<ResponseMatrix> responses;

    /// <summary>Takes over matrices.</summary>
    /// <param name="model">The network's name.</param>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="depth">Depth of the whole network, its classifier included.</param>
    /// <param name="responses">A matrix [stimuli, features] for each layer.</param>
    /// <exception cref="ArgumentException">There are not as many matrices as layers, or they differ in stimuli.</exception>
    public FeatureSet(string model, IReadOnlyList<ScoredLayer> layers, int depth, IReadOnlyList<ResponseMatrix> responses)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(responses);
        if (layers.Count == 0 || layers.Count != responses.Count || responses.Any(matrix => matrix.Rows != responses[0].Rows))
        {
            throw new ArgumentException(
                $"{layers.Count} layers and {responses.Count} matrices were given; expected one for each layer, all with the same stimuli.",
                nameof(responses));
        }

        (Model, Layers, Depth, this.responses) = (model, layers, depth, responses);
    }

    /// <summary>The network's name.</summary>
    public string Model { get; }

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<ScoredLayer> Layers { get; }

    /// <summary>Depth of the whole network, its classifier included.</summary>
    public int Depth { get; }

    /// <summary>Number of stimuli.</summary>
    public long Stimuli => responses[0].Rows;

    /// <summary>The responses of one layer [stimuli, features]; they belong to the set.</summary>
    /// <param name="layer">Its place in <see cref="Layers"/>.</param>
    public ResponseMatrix this[int layer] => responses[layer];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrix in responses)
        {
            matrix.Dispose();
        }
    }
}
