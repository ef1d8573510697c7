namespace SnnNotebooks.Memristive;

/// <summary>
/// One layer of a <see cref="StochasticNetwork"/>; every layer but the last ends in stochastic neurons. Not to be derived from: the network
/// runs the two kinds there are.
/// </summary>
public abstract record LayerOptions
{
    private protected LayerOptions()
    {
    }
}

/// <summary>Every input meets every output on a crossbar.</summary>
/// <param name="Outputs">Columns, at least 1.</param>
public sealed record DenseOptions(int Outputs) : LayerOptions;

/// <summary>
/// One crossbar holds the kernels, and the patches of the image are presented to it one after the other. A pool behind the
/// neurons is the OR of a window: its bit of derivative is 1 where no other neuron of the window fired.
/// </summary>
/// <param name="Channels">Kernels, at least 1.</param>
/// <param name="Kernel">Height and width of a patch, at least 1.</param>
/// <param name="Stride">Distance of patches, at least 1.</param>
/// <param name="Padding">Rows and columns of zeros around the image, at least 0.</param>
/// <param name="Pool">Height and width of the window of the OR; 1 for none.</param>
public sealed record ConvolutionOptions(int Channels, int Kernel, int Stride = 1, int Padding = 0, int Pool = 1) : LayerOptions;
