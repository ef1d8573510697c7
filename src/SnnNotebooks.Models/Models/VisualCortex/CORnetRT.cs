using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// CORnet-RT: areas with a state, each reading what the one before it gave one step earlier (J. Kubilius et al., 2018, bioRxiv
/// 408385). For movies V1 reads a frame at every step, and outputs and states are kept from piece to piece (arXiv:2306.01354, section
/// 2.4); its spiking twin (S-CORnet) has LIF neurons for ReLU. For images the picture is shown for five steps.
/// </summary>
public sealed class CORnetRT : SequenceNetwork, IStateValue
{
    private static readonly string[] Names = ["V1", "V2", "V4", "IT"];

    private readonly Area[] areas;
    private readonly CORnetDecoder decoder;
    private readonly bool lastStepDecides;

    private CORnetRT(int classes, int timeSteps, Func<SpikingNeuron>? neuron, bool lastStepDecides)
        : base(nameof(CORnetRT), timeSteps)
    {
        this.lastStepDecides = lastStepDecides;
        areas = [new Area(3, 64, 7, 4, neuron), new Area(64, 128, 3, 2, neuron), new Area(128, 256, 3, 2, neuron),
            new Area(256, 512, 3, 2, neuron)];
        CORnetDecoder.RegisterAreas(this, areas);
        register_module(nameof(decoder), decoder = new CORnetDecoder(512, classes));
        Initialization.KaimingConvolutions(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers { get; } =
        [new("V1", 2), new("V2", 4), new("V4", 6), new("IT", 8), new("decoder.avgpool", 9), new("decoder.linear", 10)];

    /// <summary>The network for still images, shown five times; what the last area holds then is decided on.</summary>
    /// <param name="classes">Outputs.</param>
    /// <returns>The network with fresh weights; the caller disposes it.</returns>
    public static CORnetRT ForImages(int classes = 1000) => new(classes, 5, neuron: null, lastStepDecides: true);

    /// <summary>The network for movies, with scores at every step.</summary>
    /// <param name="classes">Outputs.</param>
    /// <param name="spiking">LIF neurons instead of ReLU.</param>
    /// <param name="timeSteps">How often a still image is presented; the scores are averaged.</param>
    /// <param name="neuron">Makes a layer of neurons of the spiking network; LIF with tau 2 where none is given.</param>
    /// <returns>The network with fresh weights; the caller disposes it.</returns>
    public static CORnetRT ForMovies(int classes = 101, bool spiking = false, int timeSteps = 4, Func<SpikingNeuron>? neuron = null) =>
        new(classes, timeSteps, spiking ? neuron ?? (() => new LIFNode(tau: 2, detachReset: true, surrogate: new ATan())) : null,
            lastStepDecides: false);

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState() =>
        [.. Enumerable.Range(0, areas.Length).Select(i => (Names[i], areas[i].Take())).Where(entry => entry.Item2 is not null)
            .Select(entry => (entry.Item1, entry.Item2!))];

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var places = state.Select(entry => Array.IndexOf(Names, entry.Name)).ToArray();
        if (places.Contains(-1))
        {
            throw new ArgumentException(
                $"The state is of areas {string.Join(", ", state.Select(entry => entry.Name))}; "
                + $"the network has {string.Join(", ", Names)}.", nameof(state));
        }

        Reset();
        foreach (var (place, (_, value)) in places.Zip(state))
        {
            areas[place].Put(value);
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var area in areas)
        {
            area.Forget();
        }
    }

    /// <inheritdoc/>
    public void Detach()
    {
        foreach (var area in areas)
        {
            area.LetGo();
        }
    }

    /// <inheritdoc/>
    protected override Tensor Sequence(Tensor frames)
    {
        LayerInput.Require(frames, areas[0].Entrance, before: 1); // the areas behind go a step before the first one sees it
        var decided = new List<Tensor>();
        foreach (var frame in frames.unbind(0))
        {
            // from the last area to the first, so that each reads what the one before it gave at the step before
            for (var i = areas.Length - 1; i > 0; i--)
            {
                areas[i].Step(areas[i - 1].Output?.to(frame.dtype).to(frame.device), frame, 4 << i);
            }

            areas[0].Step(frame, frame, 4);
            decided.Add(decoder.call(areas[^1].Output!));
        }

        return lastStepDecides ? decided[^1].unsqueeze(0) : stack(decided);
    }

    /// <summary>conv, norm, ReLU; the state is added; conv, norm, ReLU, which is output and next state.</summary>
    private sealed class Area : NamedModule
    {
        private const int NormGroups = 32;

        private readonly int outputs;
        private readonly Conv2d convInput;
        private readonly GroupNorm normInput;
        private readonly nn.Module<Tensor, Tensor> nonlinInput;
        private readonly Conv2d conv1;
        private readonly GroupNorm norm1;
        private readonly nn.Module<Tensor, Tensor> nonlin1;

        public Area(int inputs, int outputs, int kernel, int stride, Func<SpikingNeuron>? neuron)
            : base(nameof(CORnetRT) + nameof(Area))
        {
            this.outputs = outputs;
            register_module("conv_input", convInput = nn.Conv2d(inputs, outputs, kernel, stride, kernel / 2));
            register_module("norm_input", normInput = Norm(outputs));
            register_module("nonlin_input", nonlinInput = neuron is null ? nn.ReLU() : neuron());
            register_module(nameof(conv1), conv1 = nn.Conv2d(outputs, outputs, 3, padding: 1, bias: false));
            register_module(nameof(norm1), norm1 = Norm(outputs));
            register_module(nameof(nonlin1), nonlin1 = neuron is null ? nn.ReLU() : neuron());
        }

        public Tensor? Output { get; private set; }

        /// <summary>What sees the input first.</summary>
        public Conv2d Entrance => convInput;

        /// <summary>One step; before the area ahead has given anything, its share is zero.</summary>
        public void Step(Tensor? below, Tensor frame, int reduction)
        {
            using var scope = NewDisposeScope();
            var former = Output;
            Output =
                call(
                    below ?? zeros(frame.shape[0], 0, (frame.shape[2] + reduction - 1) / reduction,
                        (frame.shape[3] + reduction - 1) / reduction, frame.dtype, frame.device)).DetachFromDisposeScope();
            former?.Dispose();
        }

        /// <summary>
        /// Drive [B, inputs, H, W], or [B, 0, H', W'] where there is none yet, to the area's output [B, outputs, H', W'].
        /// </summary>
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var drive = input.shape[1] == 0
                ? zeros(input.shape[0], outputs, input.shape[2], input.shape[3], input.dtype, input.device)
                : nonlinInput.call(normInput.call(convInput.call(input)).unsqueeze(0)).squeeze(0);
            if (Output is not null && !Output.shape.SequenceEqual(drive.shape))
            {
                throw new InvalidOperationException(
                    $"An area holds [{string.Join(", ", Output.shape)}] of an earlier input, and this one needs "
                    + $"[{string.Join(", ", drive.shape)}]: call Functional.Reset(network) between inputs "
                    + "that do not continue each other.");
            }

            var x = Output is null ? drive : drive + Output.to(drive.dtype).to(drive.device);
            return nonlin1.call(norm1.call(conv1.call(x)).unsqueeze(0)).squeeze(0).MoveToOuterDisposeScope();
        }

        // TorchSharp 0.107 leaves a GroupNorm's weight and bias as the memory was: here they begin at 1 and 0
        private static GroupNorm Norm(int outputs)
        {
            var norm = nn.GroupNorm(NormGroups, outputs);
            nn.init.ones_(norm.weight!);
            nn.init.zeros_(norm.bias!);
            return norm;
        }

        public Tensor? Take()
        {
            var taken = Output;
            Output = null;
            return taken;
        }

        public void Put(Tensor output) => Output = output;

        public void Forget()
        {
            Output?.Dispose();
            Output = null;
        }

        public void LetGo()
        {
            if (Output is { } held)
            {
                Output = held.detach().DetachFromDisposeScope();
                held.Dispose();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Forget();
            }

            base.Dispose(disposing);
        }
    }
}
