using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Traces of imaged regions in an NWB file: its series of the type <c>RoiResponseSeries</c>, wherever they lie.</summary>
internal static class NwbTraces
{
    private const string Kind = "RoiResponseSeries";
    private const string Preferred = "DfOverF";
    private const int Deepest = 4;
    private const int MostNames = 10_000;
    private static readonly string[] Groups = ["processing", "acquisition", "analysis"];

    /// <summary>The paths of all series.</summary>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public static IReadOnlyList<string> Find(Hdf5File file)
    {
        List<string> found = [];
        var seen = 0;
        Array.ForEach(Groups, group => Walk(group, 1));
        return found;

        void Walk(string group, int depth)
        {
            foreach (var path in file.Names(group).Select(name => $"{group}/{name}").Where(path => file.LeadsToGroup(path)))
            {
                if (++seen > MostNames)
                {
                    return;
                }

                if (file.Attribute(path, "neurodata_type") == Kind)
                {
                    found.Add(path);
                }
                else if (depth < Deepest)
                {
                    Walk(path, depth + 1);
                }
            }
        }
    }

    /// <summary>The series that is meant: the one that is named, else the only dF/F, else the only one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What to call the file.</param>
    /// <param name="asked">A series' path, or the end of it; null where none is named.</param>
    /// <exception cref="DatasetException">There is none, or several; the message lists them.</exception>
    public static string Choose(Hdf5File file, string path, string? asked)
    {
        var all = Find(file);
        var fitting = asked is null
            ? all.Where(series => file.Attribute(series[..series.LastIndexOf('/')], "neurodata_type") == Preferred).ToArray()
            : [.. all.Where(series => series == asked || series.EndsWith($"/{asked}", StringComparison.Ordinal))];
        return fitting is [var only] || (asked is null && fitting.Length == 0 && all.Count == 1 && (only = all[0]).Length > 0)
            ? only
            : throw new DatasetException(
                $"{path} has {(all.Count == 0 ? "no traces of regions" : $"the traces {string.Join(", ", all)}")}; expected "
                + (asked is null ? "one, or its name by --series." : $"one that is called {asked}."));
    }

    /// <summary>Reads a series.</summary>
    /// <returns>Its frames [T, N], and a name for each region; the caller disposes the frames.</returns>
    /// <exception cref="DatasetException">It has other axes, times that do not ascend or no rate, or too many numbers.</exception>
    public static (TimedRows Rows, IReadOnlyList<string> Regions) Read(Hdf5File file, string path, string series)
    {
        var shape = file.Shape($"{series}/data");
        var regions = file.Contains($"{series}/rois") && file.IsNumeric($"{series}/rois") ? file.ReadLongs($"{series}/rois") : null;
        if (shape.Count is not (1 or 2) || shape.Any(axis => axis == 0)
            || shape.Aggregate(1.0, (product, axis) => product * axis) > TrialRecording.MostCounts)
        {
            throw new DatasetException(
                $"{series} of {path} is [{string.Join(", ", shape)}]; expected [frames, regions], at most {TrialRecording.MostCounts} "
                + "numbers.");
        }

        var (frames, count) = (shape[0], shape.Count == 2 ? shape[1] : 1);
        var turned = regions is not null && regions.Length != count && regions.Length == frames; // some write [regions, frames]
        using var numbers = tensor(Array.ConvertAll(file.ReadDoubles($"{series}/data"), value => (float)value), frames, count);
        var values = (turned ? numbers.t() : numbers).contiguous();
        var names = Enumerable.Range(0, (int)values.shape[1])
            .Select(region => $"{(regions?.Length == values.shape[1] ? regions[region] : region)}").ToArray();
        return (new TimedRows(values, Times(file, path, series, values.shape[0])), names);
    }

    private static double[] Times(Hdf5File file, string path, string series, long frames)
    {
        double[] times;
        if (file.Contains($"{series}/timestamps"))
        {
            times = file.ReadDoubles($"{series}/timestamps");
        }
        else
        {
            var start = file.Contains($"{series}/starting_time") ? file.ReadDoubles($"{series}/starting_time") : [];
            var rate = start.Length == 1 ? file.NumericAttribute($"{series}/starting_time", "rate") : null;
            times = rate is > 0 and < double.PositiveInfinity
                ? [.. Enumerable.Range(0, (int)frames).Select(frame => start[0] + (frame / rate.Value))]
                : [];
        }

        return times.Length == frames && frames > 1 && times.All(double.IsFinite)
            && times.Zip(times.Skip(1)).All(pair => pair.Second > pair.First)
            ? times
            : throw new DatasetException(
                $"{series} of {path} has {frames} frames and {times.Length} times; expected at least two, and as many ascending "
                + "timestamps, or a starting time with a rate in frames per second.");
    }
}
