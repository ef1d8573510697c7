using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>What the network makes of sequences.</summary>
/// <param name="Content">[B, T, De]: the external latent z^e.</param>
/// <param name="Style">[B, T, Di]: the sample of the internal latent z^i.</param>
/// <param name="Mean">[B, T, Di]: mean of its posterior.</param>
/// <param name="LogVariance">[B, T, Di]: logarithm of its variance.</param>
/// <param name="PriorMean">[B, T, Di]: mean of its time-dependent prior.</param>
/// <param name="PriorLogVariance">[B, T, Di]: logarithm of its variance.</param>
public sealed record TideLatents(Tensor Content, Tensor Style, Tensor Mean, Tensor LogVariance, Tensor PriorMean, Tensor PriorLogVariance);

/// <summary>The parts of the loss, each a scalar: sums over neurons and dimensions, means over batch, time and views.</summary>
/// <param name="Original">Reconstruction from each view's own latents.</param>
/// <param name="Swapped">Reconstruction with exchanged contents; that from own latents again where nothing is exchanged.</param>
/// <param name="Contrast">NT-Xent or the alignment of the contents' means over time.</param>
/// <param name="Divergence">Of the posterior from the prior.</param>
/// <param name="PriorDivergence">Of the prior from N(0, I).</param>
public sealed record TideLoss(Tensor Original, Tensor Swapped, Tensor Contrast, Tensor Divergence, Tensor PriorDivergence)
{
    /// <summary>The loss that is minimised.</summary>
    /// <param name="beta">Weight of the contrast.</param>
    /// <param name="gamma">Weight of both divergences.</param>
    /// <returns>A number with its graph.</returns>
    public Tensor Total(double beta, double gamma) => Original + Swapped + (beta * Contrast) + (gamma * (Divergence + PriorDivergence));
}

/// <summary>
/// TiDe-SwapVAE (L. Huang et al., "Time-Dependent VAE for Building Latent Representations from Visual Neural Activity", arXiv 2408.07908):
/// content and style latents with state variables that gated recurrent units carry through time, a time-dependent prior of the style,
/// exchange of contents between two views, and a contrastive loss; sequences of any length, no labels.
/// </summary>
public sealed class TideSwapVae : nn.Module
{
    private const double SmallestLogVariance = -8;
    private const double LargestLogVariance = 4;

    private readonly TideSwapVaeOptions options;
    private readonly nn.Module<Tensor, Tensor> features;
    private readonly nn.Module<Tensor, Tensor> contentEncoder;
    private readonly nn.Module<Tensor, Tensor> styleEncoderInput;
    private readonly Linear styleEncoderState;
    private readonly Linear styleEncoderOutput;
    private readonly nn.Module<Tensor, Tensor> prior;
    private readonly nn.Module<Tensor, Tensor> decoder;
    private readonly GRU contentState;
    private readonly Linear styleStateInput;
    private readonly Linear styleStateLatent;
    private readonly Linear styleStateHidden;

    /// <summary>Builds the network with weights from torch's generator.</summary>
    /// <param name="neurons">N.</param>
    /// <param name="options">Sizes and variants.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="neurons"/> is below 1.</exception>
    public TideSwapVae(int neurons, TideSwapVaeOptions options)
        : base(nameof(TideSwapVae))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        var (content, style, hidden, state) = (options.Content, options.Style, options.Hidden, options.State);
        features = nn.Sequential(nn.Linear(neurons, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, hidden));
        contentEncoder = nn.Sequential(nn.Linear(hidden + state, hidden), nn.ReLU(), nn.Linear(hidden, content));
        styleEncoderInput = nn.Linear(hidden, hidden);
        styleEncoderState = nn.Linear(state, hidden, hasBias: false);
        styleEncoderOutput = nn.Linear(hidden, 2 * style);
        prior = nn.Sequential(nn.Linear(state, state), nn.ReLU(), nn.Linear(state, 2 * style));
        decoder = nn.Sequential(nn.Linear(content + style, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, hidden),
            nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, neurons), nn.Softplus());
        contentState = nn.GRU(hidden, state, batchFirst: true);
        styleStateInput = nn.Linear(hidden + (options.InternalSeesExternal ? content : 0), 3 * state);
        styleStateLatent = nn.Linear(style, 3 * state, hasBias: false);
        styleStateHidden = nn.Linear(state, 3 * state);
        RegisterComponents();
    }

    /// <summary>Starts the decoder at each neuron's mean count.</summary>
    /// <param name="meanCounts">[N], at least 0.</param>
    public void StartAt(Tensor meanCounts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var mean = meanCounts.clamp(min: 1e-4);

        // inverse of softplus
        var bias = mean + (1 - (-mean).exp()).log();
        decoder.get_parameter("6.bias")!.copy_(bias);
    }

    /// <summary>The loss of pairs of sequences.</summary>
    /// <param name="first">[B, T, N]: what the encoder sees of the first views; masked counts are zero and the others enlarged.</param>
    /// <param name="second">[B, T, N]: the same of the second views.</param>
    /// <param name="firstTarget">[B, T, N]: counts to reconstruct.</param>
    /// <param name="secondTarget">[B, T, N]: the same of the second views.</param>
    /// <param name="firstWeight">[B, T, N]: weights of the counts in the reconstruction; null for 1.</param>
    /// <param name="secondWeight">[B, T, N]: the same of the second views.</param>
    /// <param name="firstNoise">[B, T, Di]: standard normal draws of the first views.</param>
    /// <param name="secondNoise">[B, T, Di]: the same of the second.</param>
    /// <returns>The parts of the loss, numbers with their graph.</returns>
    public TideLoss Loss(Tensor first, Tensor second, Tensor firstTarget, Tensor secondTarget, Tensor? firstWeight, Tensor? secondWeight,
        Tensor firstNoise, Tensor secondNoise)
    {
        ArgumentNullException.ThrowIfNull(first);
        var pairs = first.shape[0];
        var latents = Encode(cat([first, second]), cat([firstNoise, secondNoise]));
        var target = cat([firstTarget, secondTarget]);
        var weight = firstWeight is null ? null : cat([firstWeight, secondWeight!]);
        var original = Reconstruction(latents.Content, latents.Style, target, weight);
        var exchanged = cat([latents.Content.narrow(0, pairs, pairs), latents.Content.narrow(0, 0, pairs)]);
        var swapped = options.Swap ? Reconstruction(exchanged, latents.Style, target, weight) : original;
        var mean = latents.Content.mean([1]);
        var (one, other) = (mean.narrow(0, 0, pairs), mean.narrow(0, pairs, pairs));
        var contrast = options.Beta == 0 ? zeros(1, device: first.device).squeeze()
            : options.Temperature is { } temperature ? Latents.Contrast.NtXent(one, other, temperature)
            : Latents.Contrast.Alignment(one, other);
        return new TideLoss(
            original,
            swapped,
            contrast,
            PoissonLikelihood.Divergence(latents.Mean, latents.LogVariance, latents.PriorMean, latents.PriorLogVariance).mean(),
            PoissonLikelihood.Divergence(latents.PriorMean, latents.PriorLogVariance).mean());
    }

    /// <summary>Encodes sequences, each bin from itself and what came before.</summary>
    /// <param name="counts">[B, T, N].</param>
    /// <param name="noise">[B, T, Di]: standard normal draws; null for the posterior's mean.</param>
    /// <returns>Content, style and their distributions, [B, T, ...] each.</returns>
    /// <exception cref="ArgumentException">The counts have another shape, or another type or device than the weights.</exception>
    public TideLatents Encode(Tensor counts, Tensor? noise)
    {
        LayerInput.Require(counts, features);
        if (counts.dim() != 3 || counts.shape[0] < 1 || counts.shape[1] < 1)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", counts.shape)}]; expected [B, T, neurons] with B and T of at least 1.",
                nameof(counts));
        }

        var (batch, steps) = (counts.shape[0], counts.shape[1]);
        var seen = features.call(counts.flatten(0, 1)).reshape(batch, steps, options.Hidden);
        var before = zeros([batch, 1, options.State], dtype: counts.dtype, device: counts.device);
        var contentBefore = options.TimeDependence && steps > 1
            ? cat([before, contentState.call(seen.narrow(1, 0, steps - 1)).Item1], 1)
            : before.expand(batch, steps, options.State);
        var content = contentEncoder.call(cat([seen, contentBefore], -1));

        // products that need no state are taken over all bins at once
        var encoderInputs = styleEncoderInput.call(seen).unbind(1);
        var stateInputs = styleStateInput.call(options.InternalSeesExternal ? cat([seen, content], -1) : seen).unbind(1);
        var fromState = cat([styleEncoderState.weight!, styleStateHidden.weight!]).t();
        var stateBias = styleStateHidden.bias!;
        var draws = noise?.unbind(1);
        var state = before.squeeze(1);
        var (states, means, logVariances, samples) = (new Tensor[steps], new Tensor[steps], new Tensor[steps], new Tensor[steps]);
        for (var step = 0; step < steps; step++)
        {
            states[step] = state;
            var given = state.Product(fromState);
            var posterior = styleEncoderOutput.call((encoderInputs[step] + given.narrow(1, 0, options.Hidden)).relu());
            (means[step], logVariances[step]) = Halves(posterior);
            samples[step] = draws is null ? means[step] : means[step] + ((logVariances[step] / 2).exp() * draws[step]);
            state = options.TimeDependence
                ? Next(stateInputs[step] + styleStateLatent.call(samples[step]),
                    given.narrow(1, options.Hidden, 3 * options.State) + stateBias, state)
                : state;
        }

        var (priorMean, priorLogVariance) = Prior(stack(states, 1), options.Style);
        return new TideLatents(content, stack(samples, 1), stack(means, 1), stack(logVariances, 1), priorMean, priorLogVariance);
    }

    /// <summary>Expected counts of latent numbers.</summary>
    /// <param name="content">[B, T, De].</param>
    /// <param name="style">[B, T, Di].</param>
    /// <returns>[B, T, N], at least 0.</returns>
    public Tensor Decode(Tensor content, Tensor style)
    {
        ArgumentNullException.ThrowIfNull(content);
        var joint = cat([content, style], -1);
        return decoder.call(joint.flatten(0, 1)).reshape(joint.shape[0], joint.shape[1], -1);
    }

    private Tensor Reconstruction(Tensor content, Tensor style, Tensor target, Tensor? weight)
    {
        var loss = PoissonLikelihood.Loss(target, Decode(content, style));
        return (weight is null ? loss : loss * weight).sum([-1]).mean();
    }

    private (Tensor Mean, Tensor LogVariance) Prior(Tensor states, int width)
    {
        if (options.LearnedPrior)
        {
            return Halves(prior.call(states));
        }

        var standard = zeros([states.shape[0], states.shape[1], width], dtype: states.dtype, device: states.device);
        return (standard, standard);
    }

    /// <summary>
    /// The gated recurrent unit in torch's convention, from what the input and the state contribute to its three gates: h' = (1 - z) n + z
    /// h.
    /// </summary>
    private Tensor Next(Tensor input, Tensor own, Tensor state)
    {
        var width = options.State;
        var gates = (input.narrow(1, 0, 2 * width) + own.narrow(1, 0, 2 * width)).sigmoid();
        var candidate = (input.narrow(1, 2 * width, width) + (gates.narrow(1, 0, width) * own.narrow(1, 2 * width, width))).tanh();
        return candidate + (gates.narrow(1, width, width) * (state - candidate));
    }

    private static (Tensor Mean, Tensor LogVariance) Halves(Tensor values)
    {
        var halves = values.chunk(2, -1);
        return (halves[0], halves[1].clamp(SmallestLogVariance, LargestLogVariance));
    }
}
