using System.Text.RegularExpressions;

namespace SnnNotebooks.Exchange;

/// <summary>A neuron in one line as checkpoints up to 0.1.0 have it (the text of C# records), from the fields of newer ones.</summary>
internal static partial class EarlierDescription
{
    private const string Leak = "LIFDynamics { Tau = {tau}, DecayInput = {decayInput}, Rest = {rest} }";

    private static readonly Dictionary<string, string> Equations = new(StringComparer.Ordinal)
    {
        ["IFNode"] = "ChargeOnly { Dynamics = IFDynamics { } }",
        ["SimpleIFNode"] = "ChargeOnly { Dynamics = IFDynamics { } }",
        ["HalfThresholdIFNode"] = "ChargeOnly { Dynamics = IFDynamics { } }",
        ["NonSpikingIFNode"] = "NonSpikingEquation { Dynamics = IFDynamics { } }",
        ["LIFNode"] = $"ChargeOnly {{ Dynamics = {Leak} }}",
        ["SimpleLIFNode"] = $"ChargeOnly {{ Dynamics = {Leak} }}",
        ["SLTTLIFNode"] = $"ChargeOnly {{ Dynamics = {Leak} }}",
        ["OTTTLIFNode"] = $"ChargeOnly {{ Dynamics = {Leak} }}",
        ["NonSpikingLIFNode"] = $"NonSpikingEquation {{ Dynamics = {Leak.Replace("{decayInput}", "True", StringComparison.Ordinal)} }}",
        ["ILIFNode"] = $"ILIFEquation {{ Leak = {Leak.Replace("{decayInput}", "False", StringComparison.Ordinal)} }}",
        ["ParametricLIFNode"] = "PLIFEquation { DecayInput = {decayInput}, Rest = {rest} }",
        ["QIFNode"] = "ChargeOnly { Dynamics = QIFDynamics { Tau = {tau}, Critical = {critical}, Strength = {strength}, Rest = {rest} } }",
        ["EIFNode"] =
            "ChargeOnly { Dynamics = EIFDynamics { Tau = {tau}, Sharpness = {sharpness}, Rheobase = {rheobase}, Rest = {rest} } }",
        ["IzhikevichNode"] = "IzhikevichEquation { Tau = {tau}, Critical = {critical}, Strength = {strength}, Rest = {rest}, "
            + "AdaptationTau = {adaptationTau}, Coupling = {coupling}, Jump = {jump} }",
        ["ALIFNode"] = $"ALIFEquation {{ Leak = {Leak}, Adaptation = {{adaptation}}, Decay = {{adaptationDecay}} }}",
        ["CLIFNode"] = "CLIFEquation { Tau = {tau} }",
        ["CUBALIFNode"] = "CUBALIFEquation { CurrentDecay = {currentDecay}, PotentialDecay = {potentialDecay} }",
        ["KLIFNode"] = $"KLIFEquation {{ Leak = {Leak}, ScaleReset = {{scaleReset}} }}",
        ["LIAFNode"] = $"LIAFEquation {{ Leak = {Leak}, Activation = {{activation}}, ThresholdRelated = {{thresholdRelated}} }}",
    };

    /// <summary>The line; null for a neuron that earlier versions did not have.</summary>
    /// <param name="fields">The neuron's fields.</param>
    public static string? Of(IReadOnlyDictionary<string, string> fields)
    {
        if (!Equations.TryGetValue(fields["kind"], out var equation))
        {
            return null;
        }

        // a readout never resets, and was written down as one with a soft reset
        var reset = equation.StartsWith("NonSpiking", StringComparison.Ordinal) ? "none" : fields["reset"];
        var rest = fields.GetValueOrDefault("rest") ?? (reset == "none" ? "0" : reset); // leaky neurons rest at their reset
        var filled = Place().Replace(equation, place => place.Groups[1].Value is "rest" ? rest : fields[place.Groups[1].Value]);
        return $"{filled}, threshold {fields["threshold"]}, {(reset == "none" ? "soft reset" : $"reset to {reset}")}"
            + $"{(fields["detachReset"] == "True" ? ", reset detached" : string.Empty)}, {fields["surrogate"]}";
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Place();
}
