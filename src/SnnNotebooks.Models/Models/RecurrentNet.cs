using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>The sizes of a <see cref="RecurrentNet"/>.</summary>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Hidden">Neurons of the recurrent layer.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="Tau">Time constant of the neurons, in time steps, above 1.</param>
public sealed record RecurrentNetOptions(int Channels, int Hidden, int Classes, double Tau = 10);

/// <summary>
/// The plain recurrent network for spike trains: a dense layer, one layer of LIF neurons whose spikes come back to it, and a dense readout
/// averaged over time. As large as the one that B. Cramer et al. measured the Heidelberg data sets with (IEEE TNNLS 33, 2022), whose
/// neurons have synaptic currents besides.
/// </summary>
public sealed class RecurrentNet : NamedModule, IWholeSequence
{
    private readonly OverTime input;
    private readonly LinearRecurrent hidden;
    private readonly Linear readout;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public RecurrentNet(RecurrentNetOptions options)
        : base(nameof(RecurrentNet))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        Options = options;
        register_module(nameof(input), input = new OverTime(nn.Linear(options.Channels, options.Hidden)));
        register_module(
            nameof(hidden),
            hidden = new LinearRecurrent(
                new LIFNode(options.Tau, detachReset: true, surrogate: new ATan()), options.Hidden, options.Hidden));
        register_module(nameof(readout), readout = nn.Linear(options.Hidden, options.Classes));
    }

    /// <summary>What it was built with.</summary>
    public RecurrentNetOptions Options { get; }

    /// <summary>Classifies. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Spike counts [B, T, channels].</param>
    /// <returns>Scores [B, classes], the mean over T.</returns>
    /// <exception cref="ArgumentException">The input has another number of axes or channels.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() != 3 || input.shape[2] != Options.Channels)
        {
            throw new ArgumentException(
                $"The network was given [{string.Join(", ", input.shape)}]; expected spike counts [B, T, {Options.Channels}].",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        return readout.call(hidden.call(this.input.call(input.transpose(0, 1))).mean([0])).MoveToOuterDisposeScope();
    }
}
