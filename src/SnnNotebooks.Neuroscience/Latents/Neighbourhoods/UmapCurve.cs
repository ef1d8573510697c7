namespace SnnNotebooks.Latents;

/// <summary>UMAP's nearness in the embedding, 1 / (1 + a d^2b).</summary>
/// <param name="A">a.</param>
/// <param name="B">b.</param>
internal readonly record struct UmapCurve(double A, double B)
{
    private const int Samples = 300;
    private const double Reach = 3; // spreads that are sampled
    private const int MostSteps = 200;
    private const double Enough = 1e-12;

    /// <summary>
    /// The curve nearest, by least squares, to one that is 1 up to the least distance and then falls off exponentially; Levenberg and
    /// Marquardt's method.
    /// </summary>
    public static UmapCurve Fitted(double minDistance, double spread)
    {
        var (curve, damping) = (new UmapCurve(1, 1), 1e-3);
        var loss = curve.Normal(minDistance, spread).Loss;
        for (var step = 0; step < MostSteps; step++)
        {
            var (aa, ab, bb, ga, gb, _) = curve.Normal(minDistance, spread);
            var (first, second) = (aa * (1 + damping), bb * (1 + damping));
            var determinant = (first * second) - (ab * ab);
            var (da, db) = (((second * ga) - (ab * gb)) / determinant, ((first * gb) - (ab * ga)) / determinant);
            var next = new UmapCurve(curve.A + da, curve.B + db);
            var found = next is { A: > 0, B: > 0 } ? next.Normal(minDistance, spread).Loss : double.PositiveInfinity;
            if (!(found <= loss))
            {
                damping *= 10;
                continue;
            }

            (curve, loss, damping) = (next, found, damping / 10);
            if (Math.Abs(da) + Math.Abs(db) < Enough)
            {
                break;
            }
        }

        return curve;
    }

    /// <summary>The normal equations of a step, and the squared error.</summary>
    private (double Aa, double Ab, double Bb, double Ga, double Gb, double Loss) Normal(double minDistance, double spread)
    {
        var (aa, ab, bb, ga, gb, loss) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var sample = 0; sample < Samples; sample++)
        {
            var d = Reach * spread * sample / (Samples - 1);
            var wanted = d < minDistance ? 1 : Math.Exp(-(d - minDistance) / spread);
            var power = Math.Pow(d, 2 * B);
            var value = 1 / (1 + (A * power));
            var byA = -power * value * value;
            var byB = d > 0 ? 2 * A * Math.Log(d) * byA : 0;
            var residual = wanted - value;
            (aa, ab, bb) = (aa + (byA * byA), ab + (byA * byB), bb + (byB * byB));
            (ga, gb, loss) = (ga + (byA * residual), gb + (byB * residual), loss + (residual * residual));
        }

        return (aa, ab, bb, ga, gb, loss);
    }
}
