namespace SnnNotebooks.Memristive;

/// <summary>The noise a comparator adds to its column sum.</summary>
public enum NeuronNoise
{
    /// <summary>Logistic noise of scale theta: the neuron fires with probability sigma(z / theta) exactly.</summary>
    Logistic,

    /// <summary>Gaussian noise of standard deviation 1.702 theta, whose distribution function is within 0.01 of that sigma.</summary>
    Gaussian,
}
