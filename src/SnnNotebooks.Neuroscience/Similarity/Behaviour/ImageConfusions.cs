using MathNet.Numerics.Distributions;

namespace SnnNotebooks.Similarity.Behaviour;

/// <summary>How often each object was taken for the one an image shows: [images, objects], NaN for the object itself.</summary>
internal sealed record ImageConfusions(string[] Images, string[] Truths, string[] Objects, double[][] Rates)
{
    private const double Cap = 5; // of d', above which a few hundred trials say nothing

    /// <summary>A model's: p(distractor) / (p(distractor) + p(object)).</summary>
    public static ImageConfusions Of(RecognitionProbabilities model)
    {
        var objects = model.Objects.Select((name, place) => (name, place)).ToDictionary(found => found.name, found => found.place);
        var rates = model.Values.Select((row, image) =>
        {
            var own = objects[model.Truths[image]];
            return row.Select((p, place) => place == own ? double.NaN : p / (p + row[own])).ToArray();
        });
        return new ImageConfusions([.. model.Images], [.. model.Truths], [.. model.Objects], [.. rates]);
    }

    /// <summary>Subjects': times an object was chosen over times it could be; NaN where it never could.</summary>
    public static ImageConfusions Of(IReadOnlyList<RecognitionTrial> trials)
    {
        var objects = trials.Select(trial => trial.Choice).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var images = trials.GroupBy(trial => trial.Image).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        var rates = images.Select(image => objects.Select(name =>
        {
            double offered = image.Count(trial => trial.Truth == name) + image.Count(trial => trial.Distractor == name);
            return image.First().Truth == name || offered == 0 ? double.NaN : image.Count(trial => trial.Choice == name) / offered;
        }).ToArray());
        return new ImageConfusions([.. images.Select(image => image.Key)], [.. images.Select(image => image.First().Truth)], objects,
            [.. rates]);
    }

    /// <summary>
    /// d' of every image and distractor: z(hits of the image against it) - z(false alarms: how often the image's object was chosen for
    /// images of the distractor), capped; less the mean of its object and distractor.
    /// </summary>
    public ImageConfusions Discriminability()
    {
        var byObject = Truths.Select((truth, image) => (truth, image)).ToLookup(found => found.truth, found => found.image);
        var alarms = Objects.ToDictionary(name => name, name => Objects.Select((_, other) =>
            Mean(byObject[name].Select(image => Rates[image][other]))).ToArray());
        var column = Objects.Select((name, place) => (name, place)).ToDictionary(found => found.name, found => found.place);
        double[][] values = [.. Rates.Select((row, image) => row.Select((rate, place) => double.IsNaN(rate) || !column.TryGetValue(
            Truths[image], out var own)
            ? double.NaN
            : Math.Clamp(Z(1 - rate) - Z(alarms[Objects[place]][own]), -Cap, Cap)).ToArray())];
        foreach (var group in byObject)
        {
            for (var place = 0; place < Objects.Length; place++)
            {
                var mean = Mean(group.Select(image => values[image][place]));
                foreach (var image in group)
                {
                    values[image][place] -= mean;
                }
            }
        }

        return this with { Rates = values };
    }

    private static double Mean(IEnumerable<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    private static double Z(double share) => share switch
    {
        <= 0 => double.NegativeInfinity,
        >= 1 => double.PositiveInfinity,
        _ => Normal.InvCDF(0, 1, share), // NaN stays NaN
    };
}
