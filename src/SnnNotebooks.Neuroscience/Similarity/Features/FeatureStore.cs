using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Features;

/// <summary>Collects a layer's features row by row, in memory or in a <c>.npy</c> file, and sums what standardising needs.</summary>
internal abstract class FeatureStore(string name, long rows, long columns) : IDisposable
{
    private const double Least = 1e-10; // added to the deviation, as published

    private double sum;
    private double squares;
    private long stored;

    protected string Name => name;

    protected long Rows => rows;

    protected long Columns => columns;

    public static FeatureStore Create(string? folder, string name, long rows, long columns) =>
        folder is null ? new MemoryStore(name, rows, columns) : new DiskStore(folder, name, rows, columns);

    /// <summary>Adds rows [n, columns].</summary>
    public void Append(Tensor values)
    {
        using var scope = NewDisposeScope();
        if (values.shape[1] != columns || stored + values.shape[0] > rows)
        {
            throw new InvalidOperationException(
                $"{name} gave {values.shape[0]} rows of {values.shape[1]} features at row {stored}; expected {columns} features and "
                + $"{rows} rows in all.");
        }

        var wide = values.to(ScalarType.Float64);
        (sum, squares) = (sum + wide.sum().item<double>(), squares + wide.square().sum().item<double>());
        Write(values.to(ScalarType.Float32).cpu().contiguous(), stored);
        stored += values.shape[0];
    }

    /// <summary>The whole matrix.</summary>
    public ResponseMatrix Finish(bool standardise)
    {
        if (stored != rows)
        {
            throw new InvalidOperationException(
                $"{name} gave {stored} rows for {rows} stimuli: its first axis is not time, or it did not run for every stimulus.");
        }

        var matrix = Complete();
        double count = rows * columns;
        var mean = sum / count;
        return standardise
            ? new StandardisedResponses(matrix, mean, Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))) + Least)
            : matrix;
    }

    public abstract void Dispose();

    protected abstract void Write(Tensor values, long row);

    protected abstract ResponseMatrix Complete();

    private sealed class MemoryStore(string name, long rows, long columns) : FeatureStore(name, rows, columns)
    {
        private Tensor? values = empty(rows, columns, ScalarType.Float32).DetachFromDisposeScope();

        public override void Dispose() => values?.Dispose();

        protected override void Write(Tensor part, long row) => values!.narrow(0, row, part.shape[0]).copy_(part);

        protected override ResponseMatrix Complete()
        {
            var matrix = ResponseMatrix.FromTensor(values!, Name);
            values!.Dispose(); // the matrix has a view of its own
            values = null;
            return matrix;
        }
    }

    private sealed class DiskStore : FeatureStore
    {
        private readonly string path;
        private readonly string unfinished;
        private FileStream? file;

        public DiskStore(string folder, string name, long rows, long columns)
            : base(name, rows, columns)
        {
            Directory.CreateDirectory(folder);
            path = Path.Combine(folder,
                string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_')) + ".npy");
            unfinished = path + ".part";
            file = new FileStream(
                unfinished, FileMode.Create, FileAccess.Write, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, 1 << 16);
            var header = string.Create(
                CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
            header = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";
            file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
        }

        public override void Dispose()
        {
            if (file is not null)
            {
                file.Dispose();
                File.Delete(unfinished);
            }
        }

        protected override void Write(Tensor part, long row) => file!.Write(MemoryMarshal.AsBytes<float>(part.Numbers<float>()));

        protected override ResponseMatrix Complete()
        {
            file!.Flush(flushToDisk: true);
            File.Move(unfinished, path, overwrite: true); // closed before, another process could begin the same file anew
            file.Dispose();
            file = null;
            return ResponseMatrix.Open(path);
        }
    }
}
