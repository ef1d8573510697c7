using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>One network being taught: its passes, and what a batch has gathered so far.</summary>
internal sealed class TrainingSession
{
    private readonly int[] active;
    private readonly BackwardPass backward;
    private readonly float[][] directions;
    private readonly Dropping? dropping;
    private readonly ForwardPass forward;
    private readonly Gathered[] gathered;
    private readonly StochasticNetwork network;
    private readonly LearningRule rule;
    private ulong batch;
    private int inBatch;

    public TrainingSession(StochasticNetwork network, LearningRule rule)
    {
        (this.network, this.rule) = (network, rule);
        forward = new ForwardPass(network);
        backward = new BackwardPass(network, forward, rule);
        active = new int[network.Layers.Max(layer => layer.Geometry.Rows)];
        directions = [.. network.Layers.Select(layer => new float[layer.Geometry.Stride])];
        dropping = rule.InputDropout > 0 || rule.HiddenDropout > 0 ? new Dropping(network, rule) : null;
        gathered = rule.Update is StepUpdate { BatchSize: 1 } ? [] : [.. network.Layers.Select(layer => new Gathered(layer, rule.Update))];
    }

    /// <summary>Shows one sample and learns from it.</summary>
    /// <param name="row">Its pixels.</param>
    /// <param name="label">Its class.</param>
    /// <param name="presentation">How many presentations there were before.</param>
    /// <param name="rate">Step or learning rate.</param>
    /// <param name="density">Share of steps that are carried out.</param>
    /// <param name="endsBatch">Whether the batch ends here even if it is not full.</param>
    /// <returns>Whether the forward pass was right, and whether there was an error to learn from.</returns>
    public (bool Correct, bool Learned) Present(
        ReadOnlySpan<float> row, int label, ulong presentation, float rate, float density, bool endsBatch)
    {
        dropping?.Draw(presentation);
        forward.Run(row, rule.Inputs, rule.Forward, rule.Precision, presentation,
            dropping is null ? null : layer => dropping.Apply(layer, forward.Signals[layer]));
        var correct = Winner.Of(forward.Outputs) == label;
        var learned = backward.Run(label, presentation, dropping is null ? null : dropping.Mask);
        if (gathered.Length == 0)
        {
            if (learned)
            {
                Step(presentation, rate, density);
            }

            return (correct, learned);
        }

        for (var i = 0; learned && i < gathered.Length; i++)
        {
            gathered[i].Add(forward.Signals[i], backward.Delta(i));
        }

        if (++inBatch == rule.Update.BatchSize || endsBatch)
        {
            foreach (var layer in gathered)
            {
                layer.Apply(inBatch, rate, density, batch);
            }

            inBatch = 0;
            batch++;
        }

        return (correct, learned);
    }

    /// <summary>Every coincidence of this presentation is a step.</summary>
    private void Step(ulong presentation, float step, float density)
    {
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (layer, signals) = (network.Layers[i], forward.Signals[i]);
            var delta = backward.Delta(i);
            var (geometry, stride) = (layer.Geometry, layer.Geometry.Stride);
            var direction = directions[i].AsSpan();
            for (var position = 0; position < geometry.Positions; position++)
            {
                var here = delta.Slice(position * stride, stride);
                if (RowKernels.IsZero(here))
                {
                    continue;
                }

                for (var c = 0; c < stride; c += Vector256<float>.Count)
                {
                    RowKernels.Sign(Vector256.LoadUnsafe(in here[c]), Vector256<float>.Zero).StoreUnsafe(ref direction[c]);
                }

                RowKernels.AddScaled(step, direction, layer.PaddedBias);
                var place = (presentation * (ulong)geometry.Positions) + (ulong)position;
                foreach (var row in active.AsSpan(0, layer.ActiveRows(signals, position, active, out _)))
                {
                    layer.Weights.Pulse(row, direction, step, density, place);
                }
            }
        }
    }

    /// <summary>The coincidences of a batch at one layer.</summary>
    private sealed class Gathered(StochasticLayer layer, UpdateRule rule)
    {
        private readonly int[] active = new int[layer.Geometry.Rows];
        private readonly float[] bias = new float[layer.Geometry.Stride];
        private readonly float[] sums = new float[layer.Weights.Values.Length];
        private readonly bool[] touched = new bool[layer.Weights.Rows];
        private readonly float[] change = new float[layer.Geometry.Stride];
        private readonly float[] biasVelocity = new float[layer.Geometry.Stride];
        private readonly float[] velocity = rule is GradientUpdate { Momentum: > 0 } ? new float[layer.Weights.Values.Length] : [];

        public void Add(ReadOnlySpan<float> signals, ReadOnlySpan<float> delta)
        {
            var stride = layer.Geometry.Stride;
            for (var position = 0; position < layer.Geometry.Positions; position++)
            {
                var here = delta.Slice(position * stride, stride);
                if (RowKernels.IsZero(here))
                {
                    continue;
                }

                RowKernels.Add(here, bias);
                var sources = layer.Sources(position);
                foreach (var row in active.AsSpan(0, layer.ActiveRows(signals, position, active, out _)))
                {
                    touched[row] = true;
                    RowKernels.AddScaled(StochasticLayer.Signal(signals, sources, row), here, sums.AsSpan(row * stride, stride));
                }
            }
        }

        public void Apply(int samples, float rate, float density, ulong batch)
        {
            if (rule is StepUpdate step)
            {
                Steps(step, rate, density, batch);
            }
            else
            {
                Gradient(((GradientUpdate)rule).Momentum, samples, rate, batch);
            }

            Array.Clear(bias);
            Array.Clear(touched);
        }

        private void Steps(StepUpdate step, float size, float density, ulong batch)
        {
            var majority = Vector256.Create((float)step.Majority);
            for (var row = 0; row < touched.Length; row++)
            {
                if (touched[row])
                {
                    var sum = sums.AsSpan(row * bias.Length, bias.Length);
                    Directions(sum, majority);
                    layer.Weights.Pulse(row, sum, size, density, batch);
                    sum.Clear();
                }
            }

            Directions(bias, majority);
            RowKernels.AddScaled(size, bias, layer.PaddedBias);
        }

        private static void Directions(Span<float> sums, Vector256<float> majority)
        {
            for (var i = 0; i < sums.Length; i += Vector256<float>.Count)
            {
                RowKernels.Sign(Vector256.LoadUnsafe(ref sums[i]), majority).StoreUnsafe(ref sums[i]);
            }
        }

        private void Gradient(float momentum, int samples, float rate, ulong batch)
        {
            for (var row = 0; row < touched.Length; row++)
            {
                var sum = sums.AsSpan(row * bias.Length, bias.Length);
                if (velocity.Length > 0)
                {
                    layer.Weights.Change(row,
                        Accelerate(sum, velocity.AsSpan(row * bias.Length, bias.Length), momentum, samples, rate), batch);
                }
                else if (touched[row])
                {
                    layer.Weights.Change(row, Accelerate(sum, sum, 0, samples, rate), batch);
                }

                if (touched[row])
                {
                    sum.Clear();
                }
            }

            RowKernels.Add(Accelerate(bias, biasVelocity, momentum, samples, rate), layer.PaddedBias);
        }

        // velocity = momentum velocity + mean; the change is rate velocity
        private ReadOnlySpan<float> Accelerate(ReadOnlySpan<float> sum, Span<float> speed, float momentum, int samples, float rate)
        {
            var (keep, share, by) = (Vector256.Create(momentum), Vector256.Create(1f / samples), Vector256.Create(rate));
            for (var i = 0; i < change.Length; i += Vector256<float>.Count)
            {
                var next = (keep * Vector256.LoadUnsafe(ref speed[i])) + (share * Vector256.LoadUnsafe(in sum[i]));
                next.StoreUnsafe(ref speed[i]);
                (by * next).StoreUnsafe(ref change[i]);
            }

            return change;
        }
    }

    /// <summary>Dropout: signals of a layer that are left out, and the factor that makes up for them.</summary>
    private sealed class Dropping
    {
        private readonly float[][] masks;
        private readonly LearningRule rule;
        private readonly RandomStream[] streams;

        public Dropping(StochasticNetwork network, LearningRule rule)
        {
            this.rule = rule;
            masks = [.. network.Layers.Select(layer => new float[layer.Geometry.InputLength])];
            streams = [.. network.Layers.Select((_, i) => new RandomStream(network.Options.Seed, SamplingRole.Dropout, i))];
        }

        public float[] Mask(int layer) => masks[layer];

        public void Draw(ulong presentation)
        {
            for (var layer = 0; layer < masks.Length; layer++)
            {
                var (mask, rate) = (masks[layer], layer == 0 ? rule.InputDropout : rule.HiddenDropout);
                streams[layer].Fill(presentation * (ulong)mask.Length, mask);
                foreach (ref var value in mask.AsSpan())
                {
                    value = value < rate ? 0 : 1 / (1 - rate);
                }
            }
        }

        public void Apply(int layer, Span<float> signals)
        {
            for (var i = 0; i < signals.Length; i++)
            {
                signals[i] *= masks[layer][i];
            }
        }
    }
}
