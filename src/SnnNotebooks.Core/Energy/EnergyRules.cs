namespace SnnNotebooks.Energy;

/// <summary>
/// What an operation costs and how inputs are told apart. Energies are those of 45 nm hardware, 32-bit floats (M. Horowitz, ISSCC 2014).
/// </summary>
/// <param name="MacPicojoule">A multiplication with addition.</param>
/// <param name="AcPicojoule">An addition.</param>
/// <param name="LargestSpike">
/// An input counts as spiking where its values are none or at most two, at least 0 and at most this: 1 is the rule of Spikingformer's
/// published counts. Anything larger takes integers for spikes, too, and charges them at their mean, as Spikformer's own count does.
/// </param>
/// <param name="Chained">
/// What to do with a layer whose input is no spikes because another linear layer comes right before it: false charges multiplications;
/// true charges additions at the rate of the last spikes before it (both could be one layer). The first and the last layer are always
/// multiplications.
/// </param>
public sealed record EnergyRules(double MacPicojoule = 4.6, double AcPicojoule = 0.9, int LargestSpike = 1, bool Chained = false);
