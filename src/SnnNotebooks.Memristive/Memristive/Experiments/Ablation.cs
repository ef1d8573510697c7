namespace SnnNotebooks.Memristive.Experiments;

/// <summary>
/// Precision switched off idea by idea: B0 to B4 of spec binary_stochastic.md, section 4, with the controls of its section 7.
/// </summary>
public static class Ablation
{
    /// <summary>The systems, from high precision to fully binary-stochastic; random ones are asked 1, 5, 20 and 100 times.</summary>
    /// <param name="network">Layers of all of them, with ideal weights.</param>
    /// <param name="highPrecision">Learning rates of B0 to B3 and the controls.</param>
    /// <param name="binaryStochastic">Step of B4.</param>
    /// <returns>The trials, in the order of the paper's names.</returns>
    public static IReadOnlyList<Trial> Systems(NetworkOptions network, TrainingPlan highPrecision, TrainingPlan binaryStochastic) =>
    [
        new("B0 high precision", LearningRule.HighPrecision, highPrecision, network),
        new("B0, inputs sampled in training", LearningRule.HighPrecision with { Inputs = SignalMode.Stochastic }, highPrecision,
            network) { Inference = InferenceOptions.For(LearningRule.HighPrecision) },
        new("B7 with dropout", LearningRule.Dropout, highPrecision, network),
        Random("B1 binary signals", LearningRule.BinaryForward, highPrecision, network),
        Random("B2 and binary derivatives", LearningRule.BinaryDerivative, highPrecision, network),
        Random("B3 and signed errors", LearningRule.SignedError, highPrecision, network),
        Random("B4 binary-stochastic", LearningRule.BinaryStochastic, binaryStochastic, network),
    ];

    /// <summary>Each idea alone on top of high precision: stochastic signals with stochastic derivatives, signed errors, steps.</summary>
    /// <param name="network">Layers of all of them.</param>
    /// <param name="highPrecision">Learning rates where updates are exact.</param>
    /// <param name="steps">Step of the idea that takes steps; its batch is that of high precision.</param>
    /// <returns>The trials, high precision first.</returns>
    public static IReadOnlyList<Trial> Alone(NetworkOptions network, TrainingPlan highPrecision, TrainingPlan steps) =>
    [
        new("only binary signals and derivatives", LearningRule.BinaryDerivative, highPrecision, network),
        new("only signed errors",
            LearningRule.HighPrecision with { OutputBinarization = new ErrorRule(ErrorBinarization.Stochastic, 1),
                HiddenBinarization = ErrorRule.Sign }, highPrecision, network),
        new("only steps", LearningRule.HighPrecision with { Update = new StepUpdate(64) }, steps, network),
    ];

    private static Trial Random(string name, LearningRule rule, TrainingPlan plan, NetworkOptions network) =>
        new(name, rule, plan, network) { Inference = InferenceOptions.For(rule, 1, 5, 20, 100) };
}
