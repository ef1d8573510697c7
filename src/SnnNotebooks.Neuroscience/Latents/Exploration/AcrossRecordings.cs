using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents.Controls;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Exploration;

/// <summary>
/// Whether recordings of several sessions or animals share a latent space: the linear maps between their mean trajectories in the
/// conditions that all of them have.
/// </summary>
/// <param name="Recordings">How well each recording's latents are a linear map of each other's.</param>
/// <param name="Controls">The same of their controls.</param>
/// <param name="Shuffled">Mean held-out R2 where the trials of all but the first have each other's conditions: of 20 shuffles the mean, and
/// where 95 % of them lie.</param>
public sealed record AcrossRecordings(ConsistencyTable Recordings, ConsistencyTable Controls, Estimate Shuffled)
{
    private const int Shuffles = 20;
    private const int Stream = 99;

    /// <summary>Compares explorations, each of a recording of its own.</summary>
    /// <param name="explorations">At least two, by one model, whose recordings have conditions; they share at least two of these.</param>
    /// <returns>The comparison, that of the controls, and that with shuffled conditions.</returns>
    /// <exception cref="ArgumentException">There are fewer, a recording has no conditions, or they share fewer than two.</exception>
    public static AcrossRecordings Of(IReadOnlyList<LatentExploration> explorations)
    {
        ArgumentNullException.ThrowIfNull(explorations);
        if (explorations.FirstOrDefault(of => of.Recording.Conditions is null) is { } without)
        {
            throw new ArgumentException(
                $"{without.Recording.Name} has no conditions; expected recordings whose trials differ in something, by which they are "
                + "compared.", nameof(explorations));
        }

        ConsistencyTable Table(Func<LatentExploration, Tensor> latents, Func<int, IReadOnlyList<string>> conditions) =>
            LatentConsistency.AcrossRecordings(
                [.. explorations.Select((of, place) => (of.Recording.Name, latents(of), conditions(place)))]);
        IReadOnlyList<string> Own(int place) => explorations[place].Recording.Conditions!;
        var own = Table(of => of.Latents, Own);
        var draws = new SeededDraws(explorations[0].Options.Seed, Stream);
        IReadOnlyList<string> Mixed(int place)
        {
            string[] names = [.. Own(place)];
            if (place > 0)
            {
                draws.Shuffle(names.AsSpan());
            }

            return names;
        }

        double[] shuffled = [.. Enumerable.Range(0, Shuffles).Select(_ => Table(of => of.Latents, Mixed).HeldOutMean)];
        return new AcrossRecordings(own, Table(of => of.ControlLatents, Own), Estimate.Of(shuffled.Average(), shuffled));
    }
}
