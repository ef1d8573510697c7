using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Rotations in a trajectory: the skew-symmetric M that minimises the sum of |x' - M x|^2.</summary>
internal static class SkewDynamics
{
    private const double Least = 1e-12; // keeps what is taken apart from what does not turn
    private const double Tiny = 1e-100;

    /// <summary>
    /// M in closed form: its gradient vanishes where S M + M S = A - A', S = sum x x', A = sum x' x', which the eigenvectors of S solve
    /// entry by entry.
    /// </summary>
    /// <param name="states">x [n, D], float64.</param>
    /// <param name="changes">x' [n, D].</param>
    /// <returns>[D, D], so that a change is M times a state.</returns>
    public static Tensor Skew(Tensor states, Tensor changes)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(states.t().Product(states));
        var cross = changes.t().Product(states);
        var odd = vectors.t().Product(cross - cross.t()).Product(vectors);
        var sums = values.unsqueeze(1) + values;
        var solved = where(sums > 0, odd / sums, zeros_like(odd));
        return vectors.Product(solved).Product(vectors.t()).MoveToOuterDisposeScope();
    }

    /// <summary>M of any kind, by least squares.</summary>
    /// <param name="states">x [n, D], float64.</param>
    /// <param name="changes">x' [n, D].</param>
    public static Tensor Best(Tensor states, Tensor changes)
    {
        using var scope = NewDisposeScope();
        return linalg.pinv(states).Product(changes).t().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The planes that a skew-symmetric M turns, fastest first. From the first axis of a pair it turns to the second; the first points
    /// where the given states are most spread, away from the origin.
    /// </summary>
    /// <param name="skew">M [D, D], D even.</param>
    /// <param name="aligned">[n, D]: states that the axes are turned to.</param>
    /// <returns>Axes [D, D], one in each column, and the angle that each pair of them turns by in one bin, in radians.</returns>
    public static (Tensor Axes, double[] Angles) Planes(Tensor skew, Tensor aligned)
    {
        using var scope = NewDisposeScope();
        var size = skew.shape[0];
        var left = eye(size, dtype: float64, device: skew.device); // what no plane has taken yet
        List<Tensor> axes = [];
        var angles = new double[size / 2];
        for (var plane = 0; plane < angles.Length; plane++)
        {
            // -M^2 = M' M has each plane's squared angle twice, and any vector of the plane belongs to it
            var rest = skew.Product(left);
            var squared = rest.t().Product(rest);
            var (_, vectors) = linalg.eigh(squared + (((Least * squared.trace()) + Tiny) * left));
            var first = Unit(left.Product(vectors.select(1, size - 1)));
            var turned = skew.Product(first);
            angles[plane] = turned.norm().ToDouble();
            var second = angles[plane] > 0 ? turned / angles[plane] : Unit(left.Product(Other(left, first)));
            var pair = Aligned(stack([first, second], 1), aligned);
            axes.Add(pair);
            left = left - pair.Product(pair.t());
        }

        return (cat(axes, 1).MoveToOuterDisposeScope(), angles);
    }

    private static Tensor Unit(Tensor vector) => vector / vector.norm();

    /// <summary>Any direction that is left beside one, for planes in which nothing turns.</summary>
    private static Tensor Other(Tensor left, Tensor first)
    {
        var rest = left - first.outer(first);
        return rest.select(1, rest.norm(0).argmax().item<long>());
    }

    /// <summary>The pair turned within its plane.</summary>
    private static Tensor Aligned(Tensor pair, Tensor states)
    {
        var seen = states.Product(pair);
        var (_, vectors) = linalg.eigh((seen - seen.mean([0])).t().Product(seen - seen.mean([0])));
        var direction = vectors.select(1, 1);
        var reach = (seen.Product(direction)).Numbers<double>();
        direction = reach.MaxBy(Math.Abs) < 0 ? -direction : direction;
        var (x, y) = (direction[0], direction[1]);
        return pair.Product(stack([stack([x, -y]), stack([y, x])]));
    }
}
