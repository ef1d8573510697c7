using SnnNotebooks.Datasets.Synthetic;

namespace SnnNotebooks.Latents;

/// <summary>UMAP's stochastic descent: neighbours pull, as often as they are joined strongly, and points drawn at random push.</summary>
/// <param name="options">How it descends.</param>
/// <param name="curve">Nearness in the embedding.</param>
internal sealed class UmapDescent(UmapOptions options, UmapCurve curve)
{
    private const int Stream = 95;
    private const double LongestStep = 4; // along an axis, before the rate
    private const double Softening = 1e-3; // of a push

    private readonly SeededDraws draws = new(options.Seed, Stream);

    /// <summary>Moves points; on one thread, so that it is the same in every run.</summary>
    /// <param name="places">[n * dimensions]; moved.</param>
    /// <param name="graph">Of n points.</param>
    /// <param name="epochs">Sweeps.</param>
    public void Run(double[] places, NeighbourGraph graph, int epochs)
    {
        var strongest = graph.Values.Max();
        var least = strongest / epochs; // what is joined less strongly would not have one turn
        List<(int Head, int Tail, double Period)> edges = [];
        for (var head = 0; head < graph.Starts.Length - 1; head++)
        {
            for (var k = graph.Starts[head]; k < graph.Starts[head + 1]; k++)
            {
                if (graph.Values[k] >= least)
                {
                    edges.Add((head, graph.Places[k], strongest / graph.Values[k]));
                }
            }
        }

        double[] next = [.. edges.Select(edge => edge.Period)];
        double[] nextPush = [.. edges.Select(edge => edge.Period / options.NegativeSamples)];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var rate = options.LearningRate * (1 - (epoch / (double)epochs));
            for (var edge = 0; edge < next.Length; edge++)
            {
                if (next[edge] > epoch)
                {
                    continue;
                }

                var (head, tail, period) = edges[edge];
                Pull(places, head, tail, rate);
                next[edge] += period;
                var pushPeriod = period / options.NegativeSamples;
                var pushes = options.NegativeSamples == 0 ? 0 : (int)((epoch - nextPush[edge]) / pushPeriod);
                for (var push = 0; push < pushes; push++)
                {
                    Push(places, head, draws.Below(graph.Starts.Length - 1), rate);
                }

                nextPush[edge] += pushes * pushPeriod;
            }
        }
    }

    private void Pull(double[] places, int head, int tail, double rate)
    {
        var squared = Squared(places, head, tail);
        if (squared == 0)
        {
            return;
        }

        var power = Math.Pow(squared, curve.B);
        var strength = -2 * curve.A * curve.B * power / squared / ((curve.A * power) + 1);
        for (var axis = 0; axis < options.Dimensions; axis++)
        {
            ref var own = ref places[(head * options.Dimensions) + axis];
            ref var other = ref places[(tail * options.Dimensions) + axis];
            var step = rate * Math.Clamp(strength * (own - other), -LongestStep, LongestStep);
            (own, other) = (own + step, other - step);
        }
    }

    private void Push(double[] places, int head, int tail, double rate)
    {
        var squared = Squared(places, head, tail);
        if (head == tail && squared == 0)
        {
            return;
        }

        var strength = 2 * curve.B / ((Softening + squared) * ((curve.A * Math.Pow(squared, curve.B)) + 1));
        for (var axis = 0; axis < options.Dimensions; axis++)
        {
            ref var own = ref places[(head * options.Dimensions) + axis];
            var way = own - places[(tail * options.Dimensions) + axis];
            own += rate * (squared > 0 ? Math.Clamp(strength * way, -LongestStep, LongestStep) : LongestStep);
        }
    }

    private double Squared(double[] places, int head, int tail)
    {
        var sum = 0.0;
        for (var axis = 0; axis < options.Dimensions; axis++)
        {
            var way = places[(head * options.Dimensions) + axis] - places[(tail * options.Dimensions) + axis];
            sum += way * way;
        }

        return sum;
    }
}
