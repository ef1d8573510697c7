using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Labelled inputs, whatever they are: what a trainer needs of a data set.</summary>
/// <param name="count">How many inputs there are.</param>
/// <param name="classNames">A name for each class.</param>
/// <param name="batches">
/// Inputs and labels [B] in batches of a size, in an order that depends on the seed alone (null: as they are); the caller disposes them.
/// </param>
public sealed class TrainingSet(
    int count,
    IReadOnlyList<string> classNames,
    Func<int, int?, IEnumerable<(Tensor Inputs, Tensor Labels)>> batches)
{
    private readonly Func<int, int?, Func<int, bool>, IEnumerable<(Tensor Inputs, Tensor Labels)>>? chosen;

    /// <summary>A set that can make some of its batches without the others, as the ranks of a run want them.</summary>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="batches">
    /// Those batches of a size and a seed whose number, from 0, is wanted; asked for each in turn. What a batch holds does not depend on
    /// which are wanted.
    /// </param>
    public TrainingSet(
        int count,
        IReadOnlyList<string> classNames,
        Func<int, int?, Func<int, bool>, IEnumerable<(Tensor Inputs, Tensor Labels)>> batches)
        : this(count, classNames, (size, seed) => batches(size, seed, _ => true)) => chosen = batches;

    /// <summary>How many inputs there are.</summary>
    public int Count { get; } = count;

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames { get; } = classNames;

    /// <summary>
    /// Pieces of each input that are tested on, one after another along the batch axis: inputs [B Views, ...], labels [B]. Their scores
    /// are summed.
    /// </summary>
    public int Views { get; init; } = 1;

    /// <summary>The parts of recipes that <see cref="Prepare"/> follows.</summary>
    public IReadOnlyList<RecipePart> Follows { get; init; } = [];

    /// <summary>Makes the inputs those a recipe wants, for learning (true) or for a test; null where they stay as they are.</summary>
    public Func<TrainingRecipe, bool, TrainingSet>? Prepare { get; init; }

    /// <summary>The inputs in batches.</summary>
    /// <param name="size">Inputs of a batch, at least 1; the last may have fewer.</param>
    /// <param name="seed">What the order and every draw depend on; null for the order of the data.</param>
    /// <returns>Inputs, <see cref="Views"/> for each label, and labels, int64 [B]; the caller disposes them.</returns>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(int size, int? seed) => batches(size, seed);

    /// <summary>Some of these batches, in their order.</summary>
    /// <param name="size">As above.</param>
    /// <param name="seed">As above.</param>
    /// <param name="wanted">Whether the batch of a number, from 0, is; asked for each in turn, perhaps ahead and on another thread.</param>
    /// <returns>Inputs and labels as above; the caller disposes them.</returns>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(int size, int? seed, Func<int, bool> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return chosen?.Invoke(size, seed, wanted) ?? Filtered();

        IEnumerable<(Tensor Inputs, Tensor Labels)> Filtered()
        {
            var number = 0;
            foreach (var batch in batches(size, seed))
            {
                if (wanted(number++))
                {
                    yield return batch;
                }
                else
                {
                    batch.Inputs.Dispose();
                    batch.Labels.Dispose();
                }
            }
        }
    }

    /// <summary>The inputs as a recipe wants them to be learned from.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The set, augmented as the recipe says.</returns>
    public TrainingSet ForLearning(TrainingRecipe recipe) => Prepare?.Invoke(recipe, true) ?? this;

    /// <summary>The inputs as a recipe wants them to be tested on.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The set, resized and cropped as the recipe says, without chance.</returns>
    public TrainingSet ForTest(TrainingRecipe recipe) => Prepare?.Invoke(recipe, false) ?? this;

    /// <summary>The same set with every batch of inputs changed, after a recipe has prepared it.</summary>
    /// <param name="change">Makes new inputs of a batch of them; the former are disposed.</param>
    /// <returns>A new set over the same data.</returns>
    public TrainingSet Map(Func<Tensor, Tensor> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new TrainingSet(Count, ClassNames,
            (size, seed, wanted) => Batches(size, seed, wanted).Select(batch => (Changed(batch.Inputs), batch.Labels)))
        {
            Views = Views, Follows = Follows, Prepare = Prepare is null
                ? null
                : (recipe, learning) => Prepare(recipe, learning).Map(change),
        };

        Tensor Changed(Tensor inputs)
        {
            using (inputs)
            using (var scope = NewDisposeScope())
            {
                var changed = change(inputs);
                return (ReferenceEquals(changed, inputs) ? inputs.alias() : changed).MoveToOuterDisposeScope();
            }
        }
    }
}
