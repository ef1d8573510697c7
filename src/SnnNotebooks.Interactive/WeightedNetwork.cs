using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive;

/// <summary>A published network with learned weights: from a file, or trained here by its recipe; the caller disposes it.</summary>
/// <param name="Name">Its name in <c>snn models</c>.</param>
/// <param name="Network">The network; null where there are neither weights nor data.</param>
/// <param name="How">Where its weights are from, or why there are none.</param>
public sealed record WeightedNetwork(string Name, nn.Module<Tensor, Tensor>? Network, string How) : IDisposable
{
    private static readonly string[] Endings = [".safetensors", ".pt", ".pth"];

    /// <summary>
    /// Loads NAME.safetensors, NAME.pt or NAME.pth of a folder; where there is none and the data are here, trains the network as
    /// <c>snn train</c> does and leaves the file there. A training that was stopped goes on.
    /// </summary>
    /// <param name="name">A network of <c>snn models</c> that takes the data.</param>
    /// <param name="folder">The folder of weights; may be empty for none.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="size">Rows and columns of the pictures it learns; 0 for its own.</param>
    /// <param name="epochs">Epochs; 0 for the recipe's.</param>
    /// <param name="limit">At most so many pictures to learn from; 0 for all.</param>
    /// <param name="seed">Decides initial weights, order and every draw.</param>
    /// <returns>The network, or null in its place, and where its weights are from.</returns>
    /// <exception cref="CheckpointException">The file is damaged or of another network.</exception>
    /// <exception cref="Datasets.DatasetException">The data are incomplete or damaged.</exception>
    public static WeightedNetwork Find(
        string name, string folder, PaperData data, int size = 0, int epochs = 0, int limit = 0, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(data);
        var preset = ModelPresets.Get(name);
        if (folder.Length > 0 && Endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists) is { } file)
        {
            var loaded = preset.Create();
            using var checkpoint = Checkpoint.Read(file);
            checkpoint.LoadInto(loaded);
            return new WeightedNetwork(name, loaded.to(Parameters.Device), $"weights of {file}");
        }

        if (data.Source is null)
        {
            return new WeightedNetwork(
                name, null, $"no weights: put {name}.safetensors, .pt or .pth into WeightsFolder, or name data to train it on");
        }

        using var opened = data.Open(preset.ShapeFor(data.Source.Shape, size: size > 0 ? size : null), limit);
        var published = preset.Recipe ?? "plain";
        var recipe = data.Recipe(published, opened);
        recipe = recipe.Shortened(epochs > 0 ? epochs : recipe.Epochs);
        manual_seed(seed);
        var network = preset.For(opened.Shape, opened.ClassNames.Count).to(Parameters.Device);
        var history = new Trainer(recipe, seed).Fit(
            network, opened.Train, opened.Test, new LiveTraining(), folder.Length > 0 ? Path.Combine(folder, name + ".state") : null);
        if (folder.Length > 0)
        {
            using var weights = Checkpoint.Of(network, opened.Shape.TimeSteps);
            weights.Write(Path.Combine(folder, name + Endings[0]));
        }

        return new WeightedNetwork(
            name, network,
            FormattableString.Invariant(
                $"trained here on {opened.Name}: {history.Epochs.Count} epochs, {opened.Train.ForLearning(recipe).Count} inputs, ")
            + FormattableString.Invariant(
                $"{100 * history.Epochs[^1].TestAccuracy:0.0} % of {opened.Test.ForTest(recipe).Count} to test on, recipe {published}")
            + (recipe.LeftOut.Count > 0 ? $" without {string.Join(", ", recipe.LeftOut)}" : string.Empty));
    }

    /// <inheritdoc/>
    public void Dispose() => Network?.Dispose();
}
