namespace SnnNotebooks.Datasets.Neural;

/// <summary>Finds spike trains in a MAT file, wherever its author put them.</summary>
public static class MatSpikes
{
    private static readonly HashSet<string> TimeFields = new(
        StringComparer.OrdinalIgnoreCase) { "time", "times", "ts", "timestamps", "spikes", "spike_times", "spiketimes" };

    /// <summary>
    /// Units of all variables: every non-empty ascending list of times that is a cell of a cell array, or a field called <c>ts</c>,
    /// <c>time</c>, <c>spike_times</c> or the like of a struct, at any depth. Entries without spikes are no units. A variable whose times
    /// are
    /// all regularly spaced is a clock and no spikes; one regular unit among others is a unit.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <returns>The units, numbered from 0 in the file's order; none where no variable holds spike trains.</returns>
    public static IReadOnlyList<NeuralUnit> Find(MatFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        List<double[]> trains = [];
        foreach (var variable in file.Variables)
        {
            List<double[]> own = [];
            if (!variable.IsNumeric && Collect(variable, own) && AreTrains(own))
            {
                trains.AddRange(own);
            }
        }

        return [.. trains.Select((train, unit) => new NeuralUnit(unit, null, train))];
    }

    /// <summary>Adds the trains inside an array; false where a cell holds other numbers, so that the whole is something else.</summary>
    private static bool Collect(MatArray array, List<double[]> trains)
    {
        foreach (var cell in array.Cells)
        {
            if (!cell.IsNumeric)
            {
                if (!Collect(cell, trains))
                {
                    return false;
                }
            }
            else if (array.Class == MatClass.Cell || TimeFields.Contains(cell.Name))
            {
                if (cell.Count == 0)
                {
                    continue;
                }

                if (!IsVector(cell) || cell.Doubles() is var times && !IsAscending(times))
                {
                    return false;
                }

                trains.Add(times);
            }
        }

        return true;
    }

    private static bool IsVector(MatArray array) => array.Shape.Count(axis => axis != 1) <= 1 && !array.IsLogical;

    /// <summary>Three spikes or more tell a clock; fewer do not, and count where there is nothing else.</summary>
    private static bool AreTrains(List<double[]> trains) => trains.Exists(train => train.Length > 2)
        ? trains.Exists(train => train.Length > 2 && !IsRegular(train))
        : trains.Exists(train => train.Length > 1);

    private static bool IsAscending(double[] times)
    {
        for (var i = 0; i < times.Length; i++)
        {
            if (!double.IsFinite(times[i]) || (i > 0 && times[i] < times[i - 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsRegular(double[] times)
    {
        for (var i = 2; i < times.Length; i++)
        {
            if (Math.Abs(times[i] - (2 * times[i - 1]) + times[i - 2]) > 1e-6 * Math.Abs(times[1] - times[0]))
            {
                return false;
            }
        }

        return true;
    }
}
