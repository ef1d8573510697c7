using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>The errors of one presentation: delta of every layer by a learning rule.</summary>
internal sealed class BackwardPass
{
    private readonly float[][] deltas;
    private readonly RandomStream[] error;
    private readonly RandomStream[] firstRead;
    private readonly ForwardPass forward;
    private readonly StochasticNetwork network;
    private readonly LearningRule rule;
    private readonly RandomStream[] secondRead;
    private readonly float[] bits;
    private readonly float[] derivative;
    private readonly float[] incoming;
    private readonly float[] uniforms;

    public BackwardPass(StochasticNetwork network, ForwardPass forward, LearningRule rule)
    {
        (this.network, this.forward, this.rule) = (network, forward, rule);
        var (seed, layers) = (network.Options.Seed, network.Layers);
        deltas = [.. layers.Select(layer => new float[layer.Geometry.UnitLength])];
        error = [.. layers.Select((_, i) => new RandomStream(seed, SamplingRole.Error, i))];
        firstRead = [.. layers.Select((_, i) => new RandomStream(seed, SamplingRole.Derivative, i))];
        secondRead = [.. layers.Select((_, i) => new RandomStream(seed, SamplingRole.SecondDerivative, i))];
        var longest = layers.Max(layer => Math.Max(layer.Geometry.UnitLength, layer.Geometry.InputLength));
        (bits, derivative, incoming, uniforms) = (new float[longest], new float[longest], new float[longest], new float[longest]);
    }

    public ReadOnlySpan<float> Delta(int layer) => deltas[layer];

    /// <summary>Finds the errors of the presentation that went forward last.</summary>
    /// <param name="label">Its class.</param>
    /// <param name="presentation">Its number.</param>
    /// <param name="dropout">Applies a layer's dropout to the errors that leave it downwards, or null.</param>
    /// <returns>False where the output error is zero, so that nothing is to be learned.</returns>
    public bool Run(int label, ulong presentation, Func<int, float[]>? dropout = null)
    {
        var last = network.Layers.Count - 1;
        var output = deltas[last];
        OutputErrors(label, presentation, output);
        Binarize(output, rule.OutputBinarization, error[last], presentation);
        if (RowKernels.IsZero(output))
        {
            return false;
        }

        for (var i = last; i > 0; i--)
        {
            var layer = network.Layers[i];
            var g = incoming.AsSpan(0, layer.Geometry.InputLength);
            rule.Precision?.RoundErrors(deltas[i]);
            layer.Errors(deltas[i], g);
            rule.Precision?.RoundErrors(g);
            if (dropout?.Invoke(i) is { } mask)
            {
                for (var j = 0; j < g.Length; j++)
                {
                    g[j] *= mask[j];
                }
            }

            var delta = deltas[i - 1];
            Unpool(i - 1, g, delta);
            Binarize(delta, rule.HiddenBinarization, error[i - 1], presentation);
            Derivatives(i - 1, presentation);
            for (var j = 0; j < delta.Length; j += Vector256<float>.Count)
            {
                (Vector256.LoadUnsafe(ref delta[j]) * Vector256.LoadUnsafe(ref derivative[j])).StoreUnsafe(ref delta[j]);
            }
        }

        return true;
    }

    /// <summary>The read derivative of each neuron of a layer at the forward pass's column sums.</summary>
    internal ReadOnlySpan<float> Derivatives(int layer, ulong presentation)
    {
        ReadOnlySpan<float> z = forward.Columns[layer];
        ReadOnlySpan<float> p = forward.Probabilities[layer];
        var d = derivative.AsSpan(0, z.Length);
        var first = presentation * (ulong)z.Length;
        var settings = rule.Derivative;
        switch (settings.Estimator)
        {
            case DerivativeEstimator.Exact:
                network.Neuron.Slopes(z, p, d);
                break;
            case DerivativeEstimator.Scaled:
                for (var i = 0; i < d.Length; i += Vector256<float>.Count)
                {
                    var chance = Vector256.LoadUnsafe(in p[i]);
                    (Vector256.Create(4f) * chance * (Vector256<float>.One - chance)).StoreUnsafe(ref d[i]);
                }

                StochasticNeuron.Sample(d, firstRead[layer], first, d);
                break;
            case DerivativeEstimator.TwoReads or DerivativeEstimator.Exclusive:
                var second = bits.AsSpan(0, d.Length);
                if (settings.SharesForwardRead)
                {
                    forward.Units[layer].CopyTo(d);
                }
                else
                {
                    StochasticNeuron.Sample(p, firstRead[layer], first, d);
                }

                StochasticNeuron.Sample(p, secondRead[layer], first, second);
                var exclusive = settings.Estimator == DerivativeEstimator.Exclusive;
                for (var i = 0; i < d.Length; i++)
                {
                    d[i] = exclusive ? MathF.Abs(d[i] - second[i]) : d[i] * (1 - second[i]);
                }

                break;
            case DerivativeEstimator.Window:
                // P(|z + n| < c) = F(z + c) - F(z - c), the noise being symmetric
                var above = bits.AsSpan(0, d.Length);
                for (var i = 0; i < d.Length; i++)
                {
                    (above[i], d[i]) = (z[i] + settings.Window, z[i] - settings.Window);
                }

                network.Neuron.Probabilities(above, above);
                network.Neuron.Probabilities(d, d);
                for (var i = 0; i < d.Length; i++)
                {
                    d[i] = above[i] - d[i];
                }

                StochasticNeuron.Sample(d, firstRead[layer], first, d);
                break;
            case DerivativeEstimator.NoiselessWindow:
                for (var i = 0; i < d.Length; i++)
                {
                    d[i] = MathF.Abs(z[i]) < settings.Window ? 1 : 0;
                }

                break;
            default:
                d.Fill(1);
                break;
        }

        return d;
    }

    /// <summary>Applies T to padded errors in place.</summary>
    internal void Binarize(Span<float> errors, ErrorRule binarization, RandomStream stream, ulong presentation)
    {
        if (binarization.Kind == ErrorBinarization.Linear)
        {
            return;
        }

        var hard = binarization.Kind == ErrorBinarization.Hard;
        var threshold = Vector256.Create(hard ? binarization.Level : 0);
        var drawn = uniforms.AsSpan(0, errors.Length);
        if (!hard)
        {
            stream.Fill(presentation * (ulong)errors.Length, drawn);
        }

        for (var i = 0; i < errors.Length; i += Vector256<float>.Count)
        {
            var g = Vector256.LoadUnsafe(ref errors[i]);
            var sign = RowKernels.Sign(g, threshold);
            if (!hard)
            {
                // u < |g| / c holds with probability min(1, |g| / c)
                sign &= Vector256.LessThan(Vector256.LoadUnsafe(ref drawn[i]), Vector256.Abs(g) / Vector256.Create(binarization.Level));
            }

            sign.StoreUnsafe(ref errors[i]);
        }
    }

    private void OutputErrors(int label, ulong presentation, Span<float> errors)
    {
        var classes = network.Classes;
        ReadOnlySpan<float> z = forward.Columns[^1].AsSpan(0, classes);
        ReadOnlySpan<float> p = forward.Probabilities[^1].AsSpan(0, classes);
        errors.Clear();
        switch (rule.Output)
        {
            case OutputError.Softmax:
                var most = float.NegativeInfinity;
                foreach (var value in z)
                {
                    most = MathF.Max(most, value);
                }

                var sum = 0f;
                for (var i = 0; i < classes; i++)
                {
                    errors[i] = MathF.Exp(z[i] - most);
                    sum += errors[i];
                }

                for (var i = 0; i < classes; i++)
                {
                    errors[i] /= -sum;
                }

                break;
            case OutputError.BinaryRead:
                forward.ReadOutputs(errors, presentation);
                for (var i = 0; i < errors.Length; i++)
                {
                    errors[i] = i < classes ? -errors[i] : 0;
                }

                break;
            case OutputError.WinnerTakesAll:
                errors[Winner.Of(z)] = -1;
                break;
            default:
                for (var i = 0; i < classes; i++)
                {
                    errors[i] = -p[i];
                }

                break;
        }

        errors[label] += 1;
    }

    /// <summary>Errors behind the OR reach a neuron where no other one of its window is on.</summary>
    private void Unpool(int layer, ReadOnlySpan<float> errors, Span<float> delta)
    {
        var geometry = network.Layers[layer].Geometry;
        if (geometry.Pool == 1)
        {
            errors.CopyTo(delta);
            return;
        }

        var units = forward.Units[layer];
        var (pool, stride, across) = (geometry.Pool, geometry.Stride, geometry.Width / geometry.Pool);
        delta.Clear();
        for (var i = 0; i < geometry.OutputLength; i++)
        {
            var (place, channel) = (i / stride, i % stride);
            for (var self = 0; self < pool * pool; self++)
            {
                var others = 1f;
                for (var other = 0; other < pool * pool; other++)
                {
                    others *= other == self ? 1 : 1 - units[Unit(other)];
                }

                delta[Unit(self)] = errors[i] * others;
            }

            int Unit(int inWindow) =>
                (((((place / across * pool) + (inWindow / pool)) * geometry.Width) + (place % across * pool) + (inWindow % pool)) * stride)
                    + channel;
        }
    }
}
