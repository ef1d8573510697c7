namespace SnnNotebooks.Conversion;

/// <summary>How an ordinary network is converted.</summary>
/// <param name="Scale">Which activation a neuron that fires at every step stands for; the 99.9th percentile where none is given.</param>
/// <param name="PerChannel">One scale for each channel (axis 1) instead of one for the layer.</param>
/// <param name="Momentum">Weight of every further calibration batch: s = (1 - momentum) s + momentum s_batch; 0.1 as in
/// SpikingJelly.</param>
public sealed record ConversionOptions(ActivationScale? Scale = null, bool PerChannel = false, double Momentum = 0.1);
