namespace SnnNotebooks.Memristive;

/// <summary>
/// The weights of one layer, a row for each input and a column for each output, as the forward pass reads them. Not to be derived from:
/// the network makes its own from <see cref="NetworkOptions.Device"/>, and another device is other options.
/// </summary>
public abstract class WeightArray
{
    private protected WeightArray(int rows, int columns)
    {
        (Rows, Columns, Stride) = (rows, columns, RowKernels.Padded(columns));
        Values = new float[rows * Stride];
    }

    /// <summary>Inputs.</summary>
    public int Rows { get; }

    /// <summary>Outputs.</summary>
    public int Columns { get; }

    /// <summary>Columns in memory: the padding to a multiple of 8 stays zero.</summary>
    internal int Stride { get; }

    internal float[] Values { get; }

    /// <summary>The weight between an input and an output.</summary>
    /// <param name="row">The input.</param>
    /// <param name="column">The output.</param>
    public float this[int row, int column] => Values[(row * Stride) + column];

    /// <summary>The weights as [outputs, inputs], a copy.</summary>
    /// <returns>A new matrix [outputs, inputs].</returns>
    public float[,] ToMatrix()
    {
        var matrix = new float[Columns, Rows];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                matrix[column, row] = this[row, column];
            }
        }

        return matrix;
    }

    /// <summary>The root of the mean square of the weights.</summary>
    /// <returns>At least 0.</returns>
    public double RootMeanSquare() => Math.Sqrt(Values.Sum(value => (double)value * value) / ((double)Rows * Columns));

    internal Span<float> Row(int row) => Values.AsSpan(row * Stride, Stride);

    /// <summary>For each row and column the variance that read noise adds for a signal of 1; empty without read noise.</summary>
    internal virtual ReadOnlySpan<float> ReadVariances => [];

    /// <summary>One step of each weight of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="direction">-1, 0 or 1 for each column, padded.</param>
    /// <param name="step">The size of an ideal step.</param>
    /// <param name="density">The share q of the steps that are carried out.</param>
    /// <param name="place">A number no other pulse of this row has: where the random streams stand.</param>
    internal abstract void Pulse(int row, ReadOnlySpan<float> direction, float step, float density, ulong place);

    /// <summary>A change in floats, as a high-precision system asks for it.</summary>
    /// <param name="row">The row.</param>
    /// <param name="change">What is to be added, padded.</param>
    /// <param name="place">A number no other change of this row has.</param>
    internal abstract void Change(int row, ReadOnlySpan<float> change, ulong place);
}
