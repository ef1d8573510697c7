using System.Globalization;
using SnnNotebooks.Datasets.Neural;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// One file of the Heidelberg sets: <c>spikes/times</c> (seconds), <c>spikes/units</c>, <c>labels</c>, <c>extra/keys</c>.
/// </summary>
internal sealed class SpeechFile : IDisposable
{
    private const string Times = "spikes/times";
    private const string Units = "spikes/units";

    private readonly string path;
    private readonly Hdf5File file;
    private readonly int channels;
    private readonly Lock reading = new(); // one reader at a time

    private SpeechFile(string path, Hdf5File file, int channels, IReadOnlyList<int> labels, IReadOnlyList<string> classNames) =>
        (this.path, this.file, this.channels, Labels, ClassNames) = (path, file, channels, labels, classNames);

    /// <summary>The label of each sample.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>A name for each class; numbers where the file has none.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Opens a file; the spikes are read when asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Classes there are.</param>
    /// <param name="channels">Channels there are.</param>
    /// <exception cref="DatasetException">It is missing, no such file or damaged.</exception>
    public static SpeechFile Open(string path, int classes, int channels)
    {
        var file = Hdf5File.Open(path);
        try
        {
            var labels = file.ReadLongs("labels");
            if (labels.FirstOrDefault(label => label < 0 || label >= classes, 0) is not 0 and var odd)
            {
                throw new DatasetException($"{path}: a label is {odd}; expected 0 to {classes - 1}.");
            }

            foreach (var list in new[] { Times, Units })
            {
                if (file.Shape(list) is not [var rows] || rows != labels.Length)
                {
                    throw new DatasetException(
                        $"{path}: {list} is [{string.Join(", ", file.Shape(list))}], and there are {labels.Length} labels; expected a "
                        + "list of spikes for each.");
                }
            }

            var names = file.Contains("extra/keys") ? file.ReadTexts("extra/keys") : [];
            return new SpeechFile(path, file, channels, [.. labels.Select(label => (int)label)],
                names.Length >= classes ? names[..classes]
                : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))]);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Counts the spikes of a sample, float32 [T, channels]; the caller disposes it.</summary>
    /// <param name="sample">Its place.</param>
    /// <param name="bins">T.</param>
    /// <param name="seconds">Length of all bins together.</param>
    /// <exception cref="DatasetException">The sample is damaged.</exception>
    public Tensor Bins(int sample, int bins, double seconds)
    {
        double[] times;
        double[] units;
        lock (reading)
        {
            (times, units) = (file.ReadRow(Times, sample), file.ReadRow(Units, sample));
        }

        if (times.Length != units.Length)
        {
            throw new DatasetException($"{path}, sample {sample}: {times.Length} times and {units.Length} units (damaged).");
        }

        var counts = new float[bins * channels];
        for (var spike = 0; spike < times.Length; spike++)
        {
            var (time, unit) = (times[spike], units[spike]);
            if (!(time >= 0) || !double.IsFinite(time) || !(unit >= 0 && unit < channels))
            {
                throw new DatasetException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}, sample {sample}: a spike of unit {unit} at {time} s; "
                    + $"expected units 0 to {channels - 1} and times from 0 s."));
            }

            counts[((int)Math.Min(time / seconds * bins, bins - 1) * channels) + (int)unit]++;
        }

        return tensor(counts, [bins, channels]);
    }

    public void Dispose() => file.Dispose();
}
