using SnnNotebooks.Exchange;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What is in a file of neural data, at a glance: spike trains, or an array.</summary>
/// <param name="Format"><c>nwb</c>, <c>npy</c>, <c>npz</c>, <c>mat</c> or <c>text</c>.</param>
public abstract record NeuralSummary(string Format)
{
    /// <summary>Looks into a recording; its format is told by its first bytes, whatever its name.</summary>
    /// <param name="path">An NWB 2, <c>.npy</c>, <c>.npz</c> or MAT (version 5 to 7.3) file, or a text such as CSV.</param>
    /// <param name="largest">The most bytes that what is packed may unpack to; null for what is usual for the file's size.</param>
    /// <returns>A <see cref="SpikeSummary"/> or an <see cref="ArraySummary"/>.</returns>
    /// <exception cref="DatasetException">The file is missing, damaged, of another format, or unpacks to too much.</exception>
    public static NeuralSummary Of(string path, long? largest = null)
    {
        switch (NeuralFormats.Of(path))
        {
            case NeuralFormat.Npy:
                return OfArray(path);
            case NeuralFormat.Npz:
                return OfArchive(path, largest);
            case NeuralFormat.Mat:
                return Of(MatFile.Read(path, largest));
            case NeuralFormat.Text:
                return OfText(TextRecording.Read(path));
            default:
                using (var recording = NwbFile.Open(path))
                {
                    return OfUnits("nwb", recording.Units());
                }
        }
    }

    private static NeuralSummary OfText(TextRecording text) => text.Units is { } units
        ? OfUnits("text", units)
        : new ArraySummary("text", null, text.Shape, "float32", text.Counts!.Count == 0 ? null : text.Counts.Average());

    private static SpikeSummary OfUnits(string format, IReadOnlyList<NeuralUnit> units)
    {
        var active = units.Where(unit => unit.SpikeTimes.Length > 0).ToArray();
        return new SpikeSummary(
            format,
            units.Count,
            units.Sum(unit => (long)unit.SpikeTimes.Length),
            active.Length == 0 ? null : active.Min(unit => unit.SpikeTimes.Span[0]),
            active.Length == 0 ? null : active.Max(unit => unit.SpikeTimes.Span[^1]));
    }

    private static ArraySummary OfArray(string path)
    {
        try
        {
            return OfArray("npy", null, NumpyArray.Parse(File.ReadAllBytes(path), path));
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw new DatasetException(failure.Message, failure);
        }
    }

    private static ArraySummary OfArray(string format, string? variable, NumpyArray array) =>
        new(format, variable, array.Shape, array.ElementName, array.IsText ? null : Mean(array));

    /// <summary>The largest of the archive's arrays, one of which is held at a time.</summary>
    private static ArraySummary OfArchive(string path, long? most)
    {
        try
        {
            using var archive = NumpyArchive.Open(path);
            var largest = archive.Names.MaxBy(name => archive.Array(name, most).Shape.Aggregate(1L, (product, axis) => product * axis))
                ?? throw new DatasetException($"{path} is a zip archive without .npy files; expected a .npz.");
            return OfArray("npz", largest, archive.Array(largest, most));
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw new DatasetException(failure.Message, failure);
        }
    }

    private static double? Mean(NumpyArray array)
    {
        using var scope = NewDisposeScope();
        var values = array.ToTensor();
        return values.numel() == 0 || values.is_complex() ? null : values.to(float64).mean().ToDouble();
    }

    /// <summary>Spike trains where there are any, else the largest array of numbers.</summary>
    internal static NeuralSummary Of(MatFile file)
    {
        var units = MatSpikes.Find(file);
        if (units.Count > 0)
        {
            return OfUnits("mat", units);
        }

        var (name, array) = file.Variables.SelectMany(variable => Numbers(variable.Name, variable)).DefaultIfEmpty()
            .MaxBy(found => found.Array?.Count);
        if (array is null)
        {
            throw new DatasetException(
                $"The MAT file holds neither spike trains nor numbers; it has "
                + (file.Variables.Count == 0
                    ? "no variables."
                    : string.Join(", ", file.Variables.Take(20).Select(variable => $"{variable.Name} ({variable.ElementName})")) + "."));
        }

        var values = array.Doubles();
        return new ArraySummary("mat", name, array.Shape, array.ElementName, values.Length == 0 ? null : values.Average());
    }

    private static IEnumerable<(string Name, MatArray Array)> Numbers(string name, MatArray array) => array.IsNumeric
        ? [(name, array)]
        : array.Cells.SelectMany(
            (cell, place) => Numbers(
                array.Class == MatClass.Cell ? $"{name}{{{place + 1}}}" : $"{name}({(place / array.Fields.Count) + 1}).{cell.Name}", cell));
}

/// <summary>A recording of sorted units.</summary>
/// <param name="Format"><c>nwb</c>, <c>mat</c> or <c>text</c>.</param>
/// <param name="Units">How many units there are.</param>
/// <param name="Spikes">Spikes of all units.</param>
/// <param name="FirstSpike">Seconds; null without spikes.</param>
/// <param name="LastSpike">Seconds; null without spikes.</param>
public sealed record SpikeSummary(string Format, int Units, long Spikes, double? FirstSpike, double? LastSpike) : NeuralSummary(Format);

/// <summary>An array of numbers or text.</summary>
/// <param name="Format"><c>npy</c>, <c>npz</c>, <c>mat</c> or <c>text</c>.</param>
/// <param name="Variable">Of a MAT file or an archive, which array: the largest; null for a file of one array.</param>
/// <param name="Shape">The axes' lengths.</param>
/// <param name="Type">NumPy's name of the element type, such as <c>float64</c>.</param>
/// <param name="Mean">The mean of all elements; NaN where one is; null for text, complex numbers and an empty array.</param>
public sealed record ArraySummary(string Format, string? Variable, IReadOnlyList<long> Shape, string Type, double? Mean)
    : NeuralSummary(Format);
