using SnnNotebooks.Models.VisualCortex;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Features;

/// <summary>
/// Reads features from layers of any network, by the rules of the two papers: still images one by one, the state forgotten after
/// each, mean over T; movies as one uninterrupted sequence, a row for each frame. The network is set to evaluation mode.
/// </summary>
public sealed class FeatureExtractor
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly IReadOnlyList<ScoredLayer> layers;
    private readonly int depth;
    private readonly FeatureOptions options;

    /// <summary>Prepares a network that knows its layers.</summary>
    /// <param name="network">The network; it must be an <see cref="IScoredNetwork"/>. All its layers but the classifier are read.</param>
    /// <param name="options">How features are read.</param>
    /// <exception cref="ArgumentException">The network does not say which layers are scored.</exception>
    public FeatureExtractor(nn.Module<Tensor, Tensor> network, FeatureOptions? options = null)
        : this(
            network,
            network is IScoredNetwork scored
                ? [.. scored.ScoredLayers.SkipLast(1)]
                : throw new ArgumentException($"{network?.GetName()} does not say which layers are scored: name them.", nameof(network)),
            ((IScoredNetwork)network).ScoredLayers[^1].Depth,
            options)
    {
    }

    /// <summary>Prepares any network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">The layers to read, by module path.</param>
    /// <param name="depth">Depth of the whole network.</param>
    /// <param name="options">How features are read.</param>
    /// <exception cref="ArgumentException">No layer is named.</exception>
    public FeatureExtractor(nn.Module<Tensor, Tensor> network, IReadOnlyList<ScoredLayer> layers, int depth, FeatureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
        {
            throw new ArgumentException("At least one layer must be named.", nameof(layers));
        }

        (this.network, this.layers, this.depth, this.options) = (network, layers, depth, options ?? new FeatureOptions());
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.ChunkFrames, 1);
    }

    /// <summary>Features of still images: each alone, the state forgotten after it, mean over T.</summary>
    /// <param name="images">[S, C, H, W] as the network takes them.</param>
    /// <param name="model">What to call the network.</param>
    /// <returns>The features; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The images have another number of axes, or a layer is missing.</exception>
    public FeatureSet Images(Tensor images, string model)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4)
        {
            throw new ArgumentException($"Images are [{string.Join(", ", images.shape)}]; expected [S, C, H, W].", nameof(images));
        }

        var meanOverTime = options.TimeFirst ?? network is SequenceNetwork;
        return Read(model, images.shape[0],
            Enumerable.Range(0, (int)images.shape[0]).Select(i => (Func<Tensor>)(() => images.narrow(0, i, 1))), resets: true,
            answer => meanOverTime ? answer.mean([0], keepdim: true) : answer);
    }

    /// <summary>Features of a movie: the network sees it as one sequence, its state going on from frame to frame.</summary>
    /// <param name="frames">[F, C, H, W].</param>
    /// <param name="model">What to call the network.</param>
    /// <returns>A row for each frame; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The frames have another number of axes, the network takes no sequences, or a layer is
    /// missing.</exception>
    public FeatureSet Movie(Tensor frames, string model)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.dim() != 4)
        {
            throw new ArgumentException($"Frames are [{string.Join(", ", frames.shape)}]; expected [F, C, H, W].", nameof(frames));
        }

        if (!(options.TimeFirst ?? network is SequenceNetwork))
        {
            throw new ArgumentException(
                $"{network.GetName()} is no network over time: its frames are still images, use Images.", nameof(frames));
        }

        var (count, chunk) = (frames.shape[0], (long)options.ChunkFrames);
        var chunks = Enumerable.Range(0, (int)((count + chunk - 1) / chunk))
            .Select(i => (Func<Tensor>)(() => frames.narrow(0, i * chunk, Math.Min(chunk, count - (i * chunk))).unsqueeze(1)));
        return Read(model, count, chunks, resets: false, answer => answer);
    }

    private FeatureSet Read(string model, long stimuli, IEnumerable<Func<Tensor>> inputs, bool resets, Func<Tensor, Tensor> combine)
    {
        network.eval();
        Functional.Reset(network);
        using var off = no_grad();
        var device = ComputeDevice.Of(network);
        var stores = new List<FeatureStore>();
        try
        {
            using var recorder = new LayerRecorder(network, [.. layers.Select(layer => layer.Path)]);
            foreach (var input in inputs)
            {
                using var scope = NewDisposeScope();
                network.call(input().to(device));
                if (resets)
                {
                    Functional.Reset(network);
                }

                for (var i = 0; i < layers.Count; i++)
                {
                    var answer = combine(recorder.Take(layers[i].Path)).flatten(1);
                    if (stores.Count == i)
                    {
                        stores.Add(FeatureStore.Create(options.Folder, $"{model}, {layers[i].Path}", stimuli, answer.shape[1]));
                    }

                    stores[i].Append(answer);
                }
            }

            Functional.Reset(network);
            return new FeatureSet(model, layers, depth, [.. stores.Select(store => store.Finish(options.Standardise))]);
        }
        finally
        {
            stores.ForEach(store => store.Dispose());
        }
    }
}
