namespace SnnNotebooks.Latents;

/// <summary>
/// Points sorted into cells of cells (J. Barnes and P. Hut 1986; for t-SNE L. van der Maaten 2014), so that those far away act as one.
/// </summary>
internal sealed class BarnesHutTree
{
    private const int Deepest = 50; // cells: points closer than that share one

    private readonly int dimensions;
    private readonly int branches;
    private readonly List<double> means = []; // of each cell's points
    private readonly List<double> centres = [];
    private readonly List<double> widths = [];
    private readonly List<int> counts = [];
    private readonly List<int> children = []; // the first of a cell's, or 0

    /// <summary>Sorts points.</summary>
    /// <param name="points">[n * dimensions].</param>
    /// <param name="dimensions">1 to 3.</param>
    public BarnesHutTree(ReadOnlySpan<double> points, int dimensions)
    {
        (this.dimensions, branches) = (dimensions, 1 << dimensions);
        var (centre, width) = (new double[dimensions], 0.0);
        for (var axis = 0; axis < dimensions; axis++)
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var at = axis; at < points.Length; at += dimensions)
            {
                (low, high) = (Math.Min(low, points[at]), Math.Max(high, points[at]));
            }

            centre[axis] = (low + high) / 2;
            width = Math.Max(width, high - low);
        }

        Open(centre, width * (1 + 1e-9));
        for (var at = 0; at < points.Length; at += dimensions)
        {
            Insert(points.Slice(at, dimensions));
        }
    }

    /// <summary>Adds what all points push one away by, (1 + d^2)^-2 times the way to it.</summary>
    /// <param name="point">[dimensions]: one of the points.</param>
    /// <param name="angle">Theta, at most 0.5, so that no cell around the point counts as far.</param>
    /// <param name="push">[dimensions]: receives the sum.</param>
    /// <param name="waiting">Memory for the search.</param>
    /// <returns>The sum of (1 + d^2)^-1 over all points, the point itself included.</returns>
    public double Push(ReadOnlySpan<double> point, double angle, Span<double> push, Stack<int> waiting)
    {
        var sum = 0.0;
        Span<double> way = stackalloc double[dimensions];
        waiting.Push(0);
        while (waiting.TryPop(out var cell))
        {
            if (counts[cell] == 0)
            {
                continue;
            }

            var squared = 0.0;
            for (var axis = 0; axis < dimensions; axis++)
            {
                way[axis] = point[axis] - means[(cell * dimensions) + axis];
                squared += way[axis] * way[axis];
            }

            if (children[cell] == 0 || widths[cell] * widths[cell] < angle * angle * squared)
            {
                var near = 1 / (1 + squared);
                sum += counts[cell] * near;
                for (var axis = 0; axis < dimensions; axis++)
                {
                    push[axis] += counts[cell] * near * near * way[axis];
                }

                continue;
            }

            for (var child = 0; child < branches; child++)
            {
                waiting.Push(children[cell] + child);
            }
        }

        return sum;
    }

    private void Open(ReadOnlySpan<double> centre, double width)
    {
        for (var axis = 0; axis < dimensions; axis++)
        {
            means.Add(0);
            centres.Add(centre[axis]);
        }

        widths.Add(width);
        counts.Add(0);
        children.Add(0);
    }

    private void Insert(ReadOnlySpan<double> point)
    {
        var cell = 0;
        for (var depth = 0; ; depth++)
        {
            if (children[cell] == 0 && (counts[cell] == 0 || depth >= Deepest || IsAt(cell, point)))
            {
                Count(cell, point, 1);
                return;
            }

            if (children[cell] == 0)
            {
                Divide(cell);
            }

            Count(cell, point, 1);
            cell = Child(cell, point);
        }
    }

    /// <summary>The points of a leaf go to the child where they belong: they lie at one place.</summary>
    private void Divide(int cell)
    {
        Span<double> centre = stackalloc double[dimensions];
        Span<double> here = stackalloc double[dimensions];
        children[cell] = counts.Count;
        for (var child = 0; child < branches; child++)
        {
            for (var axis = 0; axis < dimensions; axis++)
            {
                centre[axis] = centres[(cell * dimensions) + axis] + (widths[cell] / 4 * ((child & (1 << axis)) != 0 ? 1 : -1));
            }

            Open(centre, widths[cell] / 2);
        }

        for (var axis = 0; axis < dimensions; axis++)
        {
            here[axis] = means[(cell * dimensions) + axis];
        }

        Count(Child(cell, here), here, counts[cell]);
    }

    private bool IsAt(int cell, ReadOnlySpan<double> point)
    {
        for (var axis = 0; axis < dimensions; axis++)
        {
            if (means[(cell * dimensions) + axis] != point[axis])
            {
                return false;
            }
        }

        return true;
    }

    private int Child(int cell, ReadOnlySpan<double> point)
    {
        var child = 0;
        for (var axis = 0; axis < dimensions; axis++)
        {
            child |= point[axis] > centres[(cell * dimensions) + axis] ? 1 << axis : 0;
        }

        return children[cell] + child;
    }

    private void Count(int cell, ReadOnlySpan<double> point, int points)
    {
        var total = counts[cell] + points;
        for (var axis = 0; axis < dimensions; axis++)
        {
            ref var mean = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(means)[(cell * dimensions) + axis];
            mean = counts[cell] == 0 ? point[axis] : mean + ((point[axis] - mean) * points / total);
        }

        counts[cell] = total;
    }
}
