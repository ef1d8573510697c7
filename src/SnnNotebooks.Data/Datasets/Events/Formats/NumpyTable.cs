using SnnNotebooks.Exchange;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Events in NumPy's files: an <c>.npz</c> of a column each (SpikingJelly's <c>t, x, y, p</c>) or of one array, an <c>.npy</c> of records
/// (Tonic's) or of [events, 4].
/// </summary>
internal static class NumpyTable
{
    public static RecordingHeader Read(ByteSource source, EventFileOptions options)
    {
        try
        {
            return new RecordingHeader(EventFormat.Numpy, NumpyArchive.IsZip(source.Peek(4))
                ? OfArchive(source.Name, options)
                : OfArray(source.Name, NumpyArray.Parse(File.ReadAllBytes(source.Name), source.Name), options), null);
        }
        catch (Exception damage) when (damage is InvalidDataException or NotSupportedException)
        {
            throw source.Bad(0, damage.Message.TrimEnd('.'), damage);
        }
    }

    private static TableDecoder OfArchive(string file, EventFileOptions options)
    {
        using var archive = NumpyArchive.Open(file);
        var names = archive.Names.ToArray();
        if (options.Columns is null && EventColumns.Of(names) is { } places)
        {
            TableColumn[] columns = [.. new[] { places.Time, places.X, places.Y, places.Polarity }.Select(
                place => new TableColumn(names[place], Column(archive.Array(names[place]))))];
            return EventTable.Of(file, columns, options);
        }

        return names.Length == 1
            ? OfArray(file, archive.Array(names[0]), options)
            : throw EventTable.Bad(file,
                $"its arrays are {string.Join(", ", names.Take(20))}; expected one of times (t), columns (x), rows (y) and polarities "
                + "(p), or a single one");
    }

    private static TableDecoder OfArray(string file, NumpyArray array, EventFileOptions options) => array.Fields.Count > 0
        ? EventTable.Of(file, [.. array.Fields.Select(field => new TableColumn(field.Key, Column(field.Value)))], options)
        : EventTable.Of(file, Values(array), array.Shape, order: null, options);

    private static Array Column(NumpyArray array) => array.Shape.Count(axis => axis != 1) <= 1
        ? Values(array)
        : throw new InvalidDataException($"a column of it is [{string.Join(", ", array.Shape)}]; expected one axis");

    private static Array Values(NumpyArray array)
    {
        using var scope = NewDisposeScope();
        var values = array.ToTensor();
        return values.is_complex() ? throw new InvalidDataException("it holds complex numbers")
            : values.is_floating_point() ? values.to(ScalarType.Float64).Numbers<double>()
            : values.to(ScalarType.Int64).Numbers<long>();
    }
}
