namespace SnnNotebooks.Memristive.Packed;

/// <summary>What of a network and a rule can be done in bits.</summary>
/// <param name="Step">The weight grid, a power of two.</param>
/// <param name="Threshold">tau of the output error.</param>
/// <param name="Update">Batch and majority.</param>
internal sealed record PackedRule(float Step, float Threshold, StepUpdate Update)
{
    // e^-x is 0 in floats beyond this
    private const float Saturation = 105;

    /// <summary>Checks that everything can.</summary>
    /// <exception cref="ArgumentException">Something cannot; the message says what.</exception>
    public static PackedRule Of(StochasticNetwork network, LearningRule rule)
    {
        rule.Validate();
        Require(network.Options.Device is null && network.Layers.All(layer => layer.Geometry is { Positions: 1, Sources: null }),
            "dense layers of ideal weights");
        Require(network.Options.WeightGrid is { } grid && float.IsPow2(grid), "a weight grid that is a power of two");
        Require(network.Options.WeightBound is { } bound && bound % network.Options.WeightGrid!.Value == 0,
            "a weight bound that is a multiple of the grid");
        var most = network.Options.WeightBound!.Value / network.Options.WeightGrid!.Value;
        Require(network.Layers.All(layer => Math.Max(layer.Weights.Rows, layer.Weights.Columns) * (double)most <= short.MaxValue),
            $"inputs times the {most} steps of the bound to be at most {short.MaxValue}");
        Require(
            rule is { Inputs: SignalMode.Stochastic, Forward: SignalMode.Stochastic, Derivative.Estimator: DerivativeEstimator.Scaled,
                Output: Memristive.OutputError.Sigmoid, Precision: null, InputDropout: 0, HiddenDropout: 0 },
                    "stochastic signals, the scaled derivative and sigmoid outputs, without dropout or converters");
        Require(rule.OutputBinarization.Kind == ErrorBinarization.Hard && rule.HiddenBinarization == ErrorRule.Sign,
            "a hard output error and the sign of hidden errors");
        return rule.Update is StepUpdate { BatchSize: <= short.MaxValue, Majority: <= short.MaxValue } update
            ? new PackedRule(network.Options.WeightGrid.Value, rule.OutputBinarization.Level, update)
            : throw new ArgumentException(
                $"The packed path needs step-wise updates with a batch and a majority of at most {short.MaxValue}.");

        static void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new ArgumentException($"The packed path needs {what}.");
            }
        }
    }

    /// <summary>Probability and derivative at each whole number of steps, up to where they no longer change.</summary>
    public (int Reach, float[] Probabilities, float[] Derivatives) Tables(StochasticNeuron neuron)
    {
        var reach = (int)MathF.Ceiling(Saturation * neuron.Theta * StochasticNeuron.GaussianPerTheta / Step);
        var sums = new float[(2 * reach) + 1];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = (i - reach) * Step;
        }

        var probabilities = neuron.Probabilities(sums);
        return (reach, probabilities, [.. probabilities.Select(p => 4 * p * (1 - p))]);
    }

    /// <summary>The sign of the output error, in the arithmetic of the float path.</summary>
    public int OutputError(float probability, bool isLabel)
    {
        var error = -probability + (isLabel ? 1f : 0f);
        return error > Threshold ? 1 : error < -Threshold ? -1 : 0;
    }
}
