using TorchSharp;

namespace SnnNotebooks.Memristive.Devices;

/// <summary>How a layer is cut into tiles, and their wires.</summary>
/// <param name="TileRows">Inputs of a tile, 1 to 1024.</param>
/// <param name="TileColumns">Outputs of a tile, 1 to 1024. Positive and negative devices lie in tiles of their own.</param>
/// <param name="WireResistance">Ohm of the wire between two neighbouring devices, of rows and columns alike; 0 for ideal wires.</param>
public sealed record CrossbarOptions(int TileRows = 64, int TileColumns = 64, double WireResistance = 1)
{
    /// <summary>How many tiles the devices of one sign take.</summary>
    /// <param name="rows">Inputs.</param>
    /// <param name="columns">Outputs.</param>
    /// <returns>How many tiles, those that are filled in part included.</returns>
    public int Tiles(int rows, int columns) => (rows + TileRows - 1) / TileRows * ((columns + TileColumns - 1) / TileColumns);

    internal void Validate()
    {
        if (TileRows is < 1 or > 1024 || TileColumns is < 1 or > 1024 || !(WireResistance >= 0) || !double.IsFinite(WireResistance))
        {
            throw new ArgumentException(
                $"A tile of {TileRows} x {TileColumns} with wires of {WireResistance} ohm; expected 1 to 1024 rows and columns, and at "
                + "least 0 ohm.");
        }
    }
}

/// <summary>
/// A crossbar with resistance in its wires. Each row is driven at its left end, each column is held at 0 V at its bottom end; the
/// current of a column is a sum over the rows of voltage times an effective conductance, which this class finds.
/// </summary>
public static class Crossbar
{
    private const int MostSweeps = 20_000;
    private const double Tolerance = 1e-12;

    /// <summary>The conductances that the drivers see: with the wires' resistance at 0 those of the devices.</summary>
    /// <param name="conductances">[outputs, inputs], siemens, each above 0.</param>
    /// <param name="options">Tiles and wires.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">A conductance is not a finite number of at least 0, or an option is out of its
    /// range.</exception>
    public static float[,] Effective(float[,] conductances, CrossbarOptions options)
    {
        ArgumentNullException.ThrowIfNull(conductances);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        foreach (var conductance in conductances)
        {
            if (!(conductance >= 0) || !float.IsFinite(conductance))
            {
                throw new ArgumentException(
                    $"A conductance is {conductance} S; expected finite numbers of at least 0.", nameof(conductances));
            }
        }

        var effective = (float[,])conductances.Clone();
        if (options.WireResistance == 0)
        {
            return effective;
        }

        var (columns, rows) = (conductances.GetLength(0), conductances.GetLength(1));
        var tilesDown = (rows + options.TileRows - 1) / options.TileRows;
        Parallel.For(0, options.Tiles(rows, columns), new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, tile =>
        {
            var (firstRow, firstColumn) = (tile % tilesDown * options.TileRows, tile / tilesDown * options.TileColumns);
            var (height, width) = (Math.Min(options.TileRows, rows - firstRow), Math.Min(options.TileColumns, columns - firstColumn));
            var devices = new double[height, width];
            for (var i = 0; i < height; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    devices[i, j] = conductances[firstColumn + j, firstRow + i];
                }
            }

            var seen = Tile(devices, 1 / options.WireResistance);
            for (var i = 0; i < height; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    effective[firstColumn + j, firstRow + i] = (float)seen[i, j];
                }
            }
        });
        return effective;
    }

    /// <summary>
    /// One tile: for each row driven alone at 1 V the currents of all columns. Kirchhoff's current law at both ends of each device is
    /// solved by turns, all rows given the columns, all columns given the rows, each wire exactly by elimination.
    /// </summary>
    private static double[,] Tile(double[,] g, double wire)
    {
        var (m, n) = (g.GetLength(0), g.GetLength(1));
        var seen = new double[m, n];
        var (row, column) = (new double[m, n], new double[m, n]);
        var (factor, right) = (new double[Math.Max(m, n)], new double[Math.Max(m, n)]);
        for (var driven = 0; driven < m; driven++)
        {
            Array.Clear(row);
            Array.Clear(column);
            var change = double.PositiveInfinity;
            for (var sweep = 0; change > Tolerance; sweep++)
            {
                if (sweep == MostSweeps)
                {
                    throw new InvalidOperationException(
                        $"The currents of a tile of {m} x {n} did not settle; its wires resist too much for its devices.");
                }

                change = 0;
                for (var i = 0; i < m; i++)
                {
                    // from the driver to the open end
                    for (var j = 0; j < n; j++)
                    {
                        var diagonal = g[i, j] + wire + (j < n - 1 ? wire : 0);
                        var source = (g[i, j] * column[i, j]) + (j == 0 && i == driven ? wire : 0);
                        Eliminate(j, diagonal, source);
                    }

                    for (var j = n - 1; j >= 0; j--)
                    {
                        Substitute(j, n, ref row[i, j], j < n - 1 ? row[i, j + 1] : 0);
                    }
                }

                for (var j = 0; j < n; j++)
                {
                    // from the open end to ground
                    for (var i = 0; i < m; i++)
                    {
                        Eliminate(i, g[i, j] + wire + (i > 0 ? wire : 0), g[i, j] * row[i, j]);
                    }

                    for (var i = m - 1; i >= 0; i--)
                    {
                        Substitute(i, m, ref column[i, j], i < m - 1 ? column[i + 1, j] : 0);
                    }
                }
            }

            for (var j = 0; j < n; j++)
            {
                seen[driven, j] = column[m - 1, j] * wire;
            }

            void Eliminate(int k, double diagonal, double source)
            {
                var pivot = diagonal - (k > 0 ? wire * factor[k - 1] : 0);
                factor[k] = wire / pivot;
                right[k] = (source + (k > 0 ? wire * right[k - 1] : 0)) / pivot;
            }

            void Substitute(int k, int length, ref double voltage, double next)
            {
                var solved = right[k] + (k < length - 1 ? factor[k] * next : 0);
                change = Math.Max(change, Math.Abs(solved - voltage));
                voltage = solved;
            }
        }

        return seen;
    }
}
