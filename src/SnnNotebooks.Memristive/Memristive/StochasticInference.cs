using TorchSharp;

namespace SnnNotebooks.Memristive;

/// <summary>How a network is asked.</summary>
public sealed record InferenceOptions
{
    /// <summary>How pixels enter.</summary>
    public SignalMode Inputs { get; init; } = SignalMode.Stochastic;

    /// <summary>What hidden neurons pass on.</summary>
    public SignalMode Forward { get; init; } = SignalMode.Stochastic;

    /// <summary>Converters around the crossbars, or null.</summary>
    public ColumnPrecision? Precision { get; init; }

    /// <summary>After how many passes an answer is given, ascending, each at least 1.</summary>
    public IReadOnlyList<int> Passes { get; init; } = [1, 5, 20, 100];

    /// <summary>Each pass as the rule makes it in training; one pass where nothing is random.</summary>
    /// <param name="rule">The rule of training.</param>
    /// <param name="passes">Passes where signals are random.</param>
    /// <returns>The options.</returns>
    public static InferenceOptions For(LearningRule rule, params int[] passes)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var random = rule.Inputs == SignalMode.Stochastic || rule.Forward == SignalMode.Stochastic;
        return new InferenceOptions
        {
            Inputs = rule.Inputs,
            Forward = rule.Forward,
            Precision = rule.Precision,
            Passes = random && passes.Length > 0 ? passes : [1],
        };
    }
}

/// <summary>Accuracy after a number of passes.</summary>
/// <param name="Passes">How many.</param>
/// <param name="Vote">Each pass votes for its largest column sum; share of samples whose majority is right.</param>
/// <param name="BinaryMajority">Each pass reads the output comparators once; share of samples where the right output gave most
/// ones.</param>
public sealed record PassAccuracy(int Passes, double Vote, double BinaryMajority);

/// <summary>
/// Asks a network about samples it has not learned. Ties go to the class with the larger sum of column sums (votes), or to the lower class
/// (bits).
/// </summary>
public static class StochasticInference
{
    // far behind the presentations of any training run, so that testing has noise of its own, the same whatever number of passes is asked
    // for
    private const ulong FirstPresentation = 1UL << 40;
    private const int PassShift = 24;

    /// <summary>
    /// Accuracy after each number of passes. As many threads as TorchSharp uses; every sample and pass has random numbers of its own, so
    /// their number does not matter.
    /// </summary>
    /// <param name="network">The network; it is only read.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <returns>An accuracy in [0, 1] for each number of passes, in the order of the options.</returns>
    /// <exception cref="ArgumentException">The data do not fit, there are none, or the numbers of passes do not ascend from 1 or
    /// more.</exception>
    public static IReadOnlyList<PassAccuracy> Evaluate(
        StochasticNetwork network, VectorDataset data, InferenceOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        network.Require(data);
        var passes = options.Passes;
        if (data.Count == 0 || passes.Count == 0 || passes[0] < 1 || passes.Zip(passes.Skip(1)).Any(pair => pair.Second <= pair.First))
        {
            throw new ArgumentException(
                $"There are {data.Count} samples, to be asked {string.Join(", ", passes)} times; expected at least one sample, and "
                + "ascending numbers of at least 1.", nameof(options));
        }

        var votes = new int[passes.Count];
        var majorities = new int[passes.Count];
        Parallel.For(0, data.Count,
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = torch.get_num_threads() },
            () => new Questioning(network, options), (sample, _, questioning) =>
        {
            questioning.Ask(data.Row(sample), data.Label(sample), sample);
            return questioning;
        }, questioning => questioning.AddTo(votes, majorities));
        return [.. passes.Select((count, i) => new PassAccuracy(count, (double)votes[i] / data.Count, (double)majorities[i] / data.Count))];
    }

    /// <summary>The answers of one thread.</summary>
    private sealed class Questioning(StochasticNetwork network, InferenceOptions options)
    {
        private readonly float[] bits = new float[network.Layers[^1].Geometry.UnitLength];
        private readonly float[] ones = new float[network.Classes];
        private readonly ForwardPass pass = new(network);
        private readonly int[] rightBits = new int[options.Passes.Count];
        private readonly int[] rightVotes = new int[options.Passes.Count];
        private readonly float[] sums = new float[network.Classes];
        private readonly float[] votes = new float[network.Classes];

        public void Ask(ReadOnlySpan<float> row, int label, int sample)
        {
            var most = options.Passes[^1];
            Array.Clear(ones);
            Array.Clear(sums);
            Array.Clear(votes);
            var checkpoint = 0;
            for (var i = 0; i < most; i++)
            {
                var presentation = FirstPresentation + ((ulong)i << PassShift) + (ulong)sample;
                pass.Run(row, options.Inputs, options.Forward, options.Precision, presentation);
                pass.ReadOutputs(bits, presentation);
                votes[Winner.Of(pass.Outputs)]++;
                for (var c = 0; c < ones.Length; c++)
                {
                    ones[c] += bits[c];
                    sums[c] += pass.Outputs[c];
                }

                if (i + 1 == options.Passes[checkpoint])
                {
                    rightVotes[checkpoint] += Elected() == label ? 1 : 0;
                    rightBits[checkpoint] += Winner.Of(ones) == label ? 1 : 0;
                    checkpoint++;
                }
            }
        }

        public void AddTo(int[] totalVotes, int[] totalBits)
        {
            for (var i = 0; i < rightVotes.Length; i++)
            {
                Interlocked.Add(ref totalVotes[i], rightVotes[i]);
                Interlocked.Add(ref totalBits[i], rightBits[i]);
            }
        }

        private int Elected()
        {
            var best = 0;
            for (var c = 1; c < votes.Length; c++)
            {
                if (votes[c] > votes[best] || (votes[c] == votes[best] && sums[c] > sums[best]))
                {
                    best = c;
                }
            }

            return best;
        }
    }
}
