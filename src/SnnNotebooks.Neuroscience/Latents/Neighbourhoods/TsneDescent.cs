using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Gradient descent on t-SNE's divergence, with momentum and gains (L. van der Maaten and G. Hinton 2008).</summary>
/// <param name="options">How it descends.</param>
/// <param name="affinities">Joint probabilities of the points.</param>
internal sealed class TsneDescent(TsneOptions options, NeighbourGraph affinities)
{
    private const double FirstMomentum = 0.5;
    private const double LaterMomentum = 0.8;
    private const double LeastGain = 0.01;
    private const double LeastGradient = 1e-7;
    private const double RatePoints = 4; // scikit-learn's gradient is four times the paper's 1
    private const double LeastRate = 50;
    private const double LeastSpread = 1e-4; // of the widest axis, where the descent proper begins

    /// <summary>Moves points to where their neighbours are.</summary>
    /// <param name="places">[n * dimensions]; moved.</param>
    public void Run(double[] places)
    {
        var (gains, moves, gradient) = (new double[places.Length], new double[places.Length], new double[places.Length]);
        Array.Fill(gains, 1);
        var size = places.Length / options.Dimensions;
        var rate = options.LearningRate ?? Math.Max(size / options.Exaggeration / RatePoints, LeastRate);
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            var early = iteration < options.ExaggeratedIterations;
            if (iteration == options.ExaggeratedIterations)
            {
                SpreadOut(places, gains, moves);
            }

            Gradient(places, early ? options.Exaggeration : 1, gradient);
            var squared = 0.0;
            for (var i = 0; i < places.Length; i++)
            {
                squared += gradient[i] * gradient[i];
                gains[i] = Math.Max(LeastGain, moves[i] * gradient[i] < 0 ? gains[i] + 0.2 : gains[i] * 0.8);
                moves[i] = ((early ? FirstMomentum : LaterMomentum) * moves[i]) - (rate * gains[i] * gradient[i]);
                places[i] += moves[i];
            }

            if (Math.Sqrt(squared) > LeastGradient)
            {
                continue;
            }

            if (!early)
            {
                break;
            }

            iteration = options.ExaggeratedIterations - 1; // exaggeration does nothing more, as in scikit-learn
        }
    }

    /// <summary>
    /// Points that exaggeration pulled into one, as it does where no group is far from the others, are put apart again: there the gradient
    /// is next to nothing, and the descent would end where it began.
    /// </summary>
    private void SpreadOut(double[] places, double[] gains, double[] moves)
    {
        double[] Axis(int axis) => [.. places.Where((_, i) => i % options.Dimensions == axis)];
        double[] means = [.. Enumerable.Range(0, options.Dimensions).Select(axis => Axis(axis).Average())];
        var widest = Enumerable.Range(0, options.Dimensions)
            .Max(axis => Math.Sqrt(Axis(axis).Average(value => Square(value - means[axis]))));
        if (widest is > 0 and < LeastSpread)
        {
            for (var i = 0; i < places.Length; i++)
            {
                (places[i], gains[i], moves[i]) = ((places[i] - means[i % means.Length]) * LeastSpread / widest, 1, 0);
            }
        }
    }

    /// <summary>4 sum over j of (p_ij - q_ij) (1 + d^2)^-1 (y_i - y_j), by cells.</summary>
    /// <param name="places">[n * dimensions].</param>
    /// <param name="exaggeration">What p is multiplied by.</param>
    /// <param name="gradient">Receives it.</param>
    /// <returns>The divergence sum of p log(p / q), without exaggeration.</returns>
    public double Gradient(double[] places, double exaggeration, double[] gradient)
    {
        var dimensions = options.Dimensions;
        var size = places.Length / dimensions;
        var tree = new BarnesHutTree(places, dimensions);
        var (push, sums) = (new double[places.Length], new double[size]);
        var threads = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        Parallel.For(0, size, threads, () => new Stack<int>(), (point, _, waiting) =>
        {
            var own = point * dimensions;
            sums[point] = tree.Push(places.AsSpan(own, dimensions), options.Angle, push.AsSpan(own, dimensions), waiting) - 1;
            return waiting;
        }, _ => { });
        var total = sums.Sum();
        var divergences = new double[size];
        Parallel.For(0, size, threads, point =>
        {
            var own = point * dimensions;
            var pull = gradient.AsSpan(own, dimensions);
            pull.Clear();
            for (var k = affinities.Starts[point]; k < affinities.Starts[point + 1]; k++)
            {
                var (other, p, squared) = (affinities.Places[k] * dimensions, affinities.Values[k], 0.0);
                for (var axis = 0; axis < dimensions; axis++)
                {
                    squared += Square(places[own + axis] - places[other + axis]);
                }

                var near = 1 / (1 + squared);
                divergences[point] += p > 0 ? p * Math.Log(p * total / near) : 0;
                for (var axis = 0; axis < dimensions; axis++)
                {
                    pull[axis] += exaggeration * p * near * (places[own + axis] - places[other + axis]);
                }
            }

            for (var axis = 0; axis < dimensions; axis++)
            {
                pull[axis] = 4 * (pull[axis] - (push[own + axis] / total));
            }
        });
        return divergences.Sum();
    }

    private static double Square(double value) => value * value;
}
