namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// A scene of overlapping textured shapes whose sizes follow a cube law: the "dead leaves" model, which has the power spectrum, the edges
/// and the occlusions of natural images (A. Lee, D. Mumford and J. Huang, "Occlusion models for natural images", 2001). A camera that
/// wanders over it, with nearer leaves passing faster, gives a movie.
/// </summary>
internal sealed class LeafScene
{
    private const double WorldPerView = 2;
    private const double LeavesPerView = 80;

    private readonly Leaf[] leaves;
    private readonly int size;
    private readonly double world;

    /// <summary>Draws a scene.</summary>
    /// <param name="draws">Where its numbers come from.</param>
    /// <param name="size">Height and width of the view in pixels.</param>
    /// <param name="smallest">The smallest radius as a share of the view; the largest is half of it.</param>
    /// <param name="contrast">The strongest grating on a shape; 0 for plain shapes.</param>
    public LeafScene(SeededDraws draws, int size, double smallest, double contrast)
    {
        this.size = size;
        world = WorldPerView * size;
        leaves = new Leaf[(int)(LeavesPerView * WorldPerView * WorldPerView)];
        for (var i = 0; i < leaves.Length; i++)
        {
            // inverse of the cumulative distribution of p(r) ~ r^-3 on [least, most]
            var (least, most, u) = (size * smallest, size / 2.0, draws.Uniform());
            var radius = 1 / Math.Sqrt((1 / (least * least)) - (u * ((1 / (least * least)) - (1 / (most * most)))));
            leaves[i] = new Leaf(
                draws.Uniform(0, world),
                draws.Uniform(0, world),
                radius,
                draws.Uniform(0.4, 1),
                draws.Uniform(0, Math.PI),
                draws.Uniform() < 0.5,
                draws.Uniform(0.1, 0.9),
                draws.Uniform(0, contrast),
                draws.Uniform(0.15, 0.9),
                draws.Uniform(0, Math.PI),
                0.5 + ((double)i / leaves.Length),
                draws.Normal() * 0.15,
                draws.Normal() * 0.15);
        }
    }

    /// <summary>Paints the view, back to front.</summary>
    /// <param name="target">size * size grey values of 0 to 1, row-major.</param>
    /// <param name="x">How far the camera has gone to the right, in pixels.</param>
    /// <param name="y">How far it has gone down.</param>
    /// <param name="time">Frames since the beginning; leaves drift on their own.</param>
    public void Paint(Span<float> target, double x, double y, double time)
    {
        target.Fill(0.5f);
        foreach (var leaf in leaves)
        {
            Paint(target, leaf, Wrapped(leaf.X - (leaf.Depth * x) + (leaf.DriftX * time)),
                Wrapped(leaf.Y - (leaf.Depth * y) + (leaf.DriftY * time)));
        }
    }

    /// <summary>The world is a torus around the view, so leaves that go out on one side come back on the other.</summary>
    private double Wrapped(double place)
    {
        var margin = (world - size) / 2;
        return place - (Math.Floor((place + margin) / world) * world);
    }

    private void Paint(Span<float> target, Leaf leaf, double centreX, double centreY)
    {
        var (sine, cosine) = Math.SinCos(leaf.Angle);
        var (gratingY, gratingX) = Math.SinCos(leaf.GratingAngle);
        var reach = leaf.Radius * 1.5;
        var (top, bottom) = (Math.Max(0, (int)Math.Ceiling(centreY - reach)), Math.Min(size - 1, (int)Math.Floor(centreY + reach)));
        var (left, right) = (Math.Max(0, (int)Math.Ceiling(centreX - reach)), Math.Min(size - 1, (int)Math.Floor(centreX + reach)));
        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                var (dx, dy) = (column - centreX, row - centreY);
                var along = ((dx * cosine) + (dy * sine)) / leaf.Radius;
                var across = ((dy * cosine) - (dx * sine)) / (leaf.Radius * leaf.Aspect);
                if (leaf.Round ? (along * along) + (across * across) <= 1 : Math.Abs(along) <= 0.9 && Math.Abs(across) <= 0.9)
                {
                    var grating = Math.Sin(((dx * gratingX) + (dy * gratingY)) * leaf.Frequency);
                    target[(row * size) + column] = (float)Math.Clamp(leaf.Grey + (leaf.Contrast * grating), 0, 1);
                }
            }
        }
    }

    private readonly record struct Leaf(
        double X,
        double Y,
        double Radius,
        double Aspect,
        double Angle,
        bool Round,
        double Grey,
        double Contrast,
        double Frequency,
        double GratingAngle,
        double Depth,
        double DriftX,
        double DriftY);
}
