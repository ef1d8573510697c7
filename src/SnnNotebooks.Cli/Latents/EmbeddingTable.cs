using Parquet;
using Parquet.Schema;
using SnnNotebooks.Latents.Exploration;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Latents;

/// <summary>
/// An embedding as a Parquet table with a row for each bin: <c>trial</c> and <c>bin</c> from 0, <c>time</c> in seconds after the trial's
/// start where bins have a width, <c>condition</c> where there is one, <c>latent_1</c> and so on.
/// </summary>
internal static class EmbeddingTable
{
    /// <summary>Writes the table, whole or not at all.</summary>
    public static void Write(string path, LatentExploration exploration)
    {
        var recording = exploration.Recording;
        var shape = Array.ConvertAll(exploration.Latents.shape, axis => (int)axis);
        var (trials, bins, axes) = (shape[0], shape[1], shape[2]);
        var latents = Enumerable.Range(1, axes).Select(axis => new DataField<float>($"latent_{axis}")).ToArray();
        DataField trial = new DataField<int>("trial"), bin = new DataField<int>("bin"), time = new DataField<double>("time"),
            condition = new DataField("condition", typeof(string), isNullable: false);
        var schema = new ParquetSchema(
            [trial, bin, .. recording.BinWidth is null ? [] : new[] { time }, .. recording.Conditions is null ? [] : new[] { condition },
                .. latents]);
        AtomicFile.Write(path, stream =>
        {
            // the library's writers are asynchronous; nothing else runs here
            FillAsync(stream).GetAwaiter().GetResult();
        });

        async Task FillAsync(Stream stream)
        {
            using var buffer = new MemoryStream();
            await using (var writer = await ParquetWriter.CreateAsync(schema, buffer))
            {
                using var rows = writer.CreateRowGroup();
                await rows.WriteAsync<int>(trial, Rows((of, _) => of));
                await rows.WriteAsync<int>(bin, Rows((_, of) => of));
                if (recording.BinWidth is { } width)
                {
                    await rows.WriteAsync<double>(time, Rows((_, of) => of * width));
                }

                if (recording.Conditions is { } names)
                {
                    await rows.WriteAsync(condition, Rows((of, _) => names[of]));
                }

                for (var axis = 0; axis < axes; axis++)
                {
                    using var column = exploration.Latents.select(2, axis).contiguous();
                    await rows.WriteAsync<float>(latents[axis], column.Numbers<float>());
                }
            }

            buffer.WriteTo(stream);
        }

        T[] Rows<T>(Func<int, int, T> value)
        {
            var column = new T[trials * bins];
            for (var row = 0; row < column.Length; row++)
            {
                column[row] = value(row / bins, row % bins);
            }

            return column;
        }
    }
}
