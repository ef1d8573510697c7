using SnnNotebooks.Conversion;
using SnnNotebooks.Encoders;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Latents;
using SnnNotebooks.Layers;
using SnnNotebooks.Layers.Pooling;
using SnnNotebooks.Memory;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

/// <summary>A module of the kit, made small, with something to give it.</summary>
/// <param name="Make">Makes it; what is random in it comes from TorchSharp's generator.</param>
/// <param name="Shape">The shape of an input for a batch size.</param>
public sealed record ModuleCase(Func<nn.Module> Make, Func<long, long[]> Shape)
{
    /// <summary>How it is called, where not by its forward.</summary>
    public Func<nn.Module, Tensor, Tensor> Call { get; init; } = (module, x) => ((nn.Module<Tensor, Tensor>)module).call(x);

    /// <summary>Whether many thresholds lie behind one another, so that rounding may turn spikes.</summary>
    public bool IsDeep { get; init; }

    public Tensor Input(long batch = 2) => rand(Shape(batch)) * 2;
}

/// <summary>Every public module of the kit: a new one must be added, or <see cref="EveryModuleTests"/> names it.</summary>
public static class ModuleTable
{
    private static readonly TransformerNeurons Neurons = new();

    public static IReadOnlyDictionary<Type, ModuleCase> Cases { get; } = new Dictionary<Type, ModuleCase>
    {
        [typeof(IFNode)] = Sequence(() => new IFNode()),
        [typeof(LIFNode)] = Sequence(() => new LIFNode()),
        [typeof(ALIFNode)] = Sequence(() => new ALIFNode()),
        [typeof(CLIFNode)] = Sequence(() => new CLIFNode()),
        [typeof(CUBALIFNode)] = Sequence(() => new CUBALIFNode()),
        [typeof(EIFNode)] = Sequence(() => new EIFNode()),
        [typeof(HalfThresholdIFNode)] = Sequence(() => new HalfThresholdIFNode()),
        [typeof(ILIFNode)] = Sequence(() => new ILIFNode()),
        [typeof(IzhikevichNode)] = Sequence(() => new IzhikevichNode()),
        [typeof(KLIFNode)] = Sequence(() => new KLIFNode()),
        [typeof(LIAFNode)] = Sequence(() => new LIAFNode()),
        [typeof(NonSpikingIFNode)] = Sequence(() => new NonSpikingIFNode()),
        [typeof(NonSpikingLIFNode)] = Sequence(() => new NonSpikingLIFNode(decoding: PotentialDecoding.Last)),
        [typeof(ParametricLIFNode)] = Sequence(() => new ParametricLIFNode()),
        [typeof(QIFNode)] = Sequence(() => new QIFNode()),
        [typeof(SimpleIFNode)] = Sequence(() => new SimpleIFNode()),
        [typeof(SimpleLIFNode)] = Sequence(() => new SimpleLIFNode()),
        [typeof(SLTTLIFNode)] = new(() => new SLTTLIFNode(), batch => [batch, 3]),
        [typeof(OTTTLIFNode)] = new(() => new OTTTLIFNode(), batch => [batch, 3])
        {
            Call = (module, x) => ((OTTTLIFNode)module).call(x).Spikes,
        },
        [typeof(DSRIFNode)] = Sequence(() => new DSRIFNode(steps: 4)),
        [typeof(DSRLIFNode)] = Sequence(() => new DSRLIFNode(steps: 4)),
        [typeof(FewSpikeNode)] = new(() => new FewSpikeNode([1, 0.5], [1, 0.5], [1, 0.5]), batch => [batch, 3]),
        [typeof(GatedLIFNode)] = Sequence(() => new GatedLIFNode(4, channels: 3)),
        [typeof(PSN)] = Sequence(() => new PSN(4)),
        [typeof(MaskedPSN)] = Sequence(() => new MaskedPSN(2, 4, 0.5)),
        [typeof(SlidingPSN)] = Sequence(() => new SlidingPSN(3)),
        [typeof(BatchNormThroughTime)] = Sequence(() => new BatchNormThroughTime(4, 3)),
        [typeof(TemporalEffectiveBatchNorm)] = Sequence(() => new TemporalEffectiveBatchNorm(4, 3)),
        [typeof(TimeBatchNorm)] = Sequence(() => new TimeBatchNorm(4, 3)),
        [typeof(Delay)] = Sequence(() => new Delay(2)),
        [typeof(SynapseFilter)] = Sequence(() => new SynapseFilter(learnable: true)),
        [typeof(OverTimeDropout)] = Sequence(() => new OverTimeDropout()),
        [typeof(ElementwiseRecurrent)] = Sequence(() => new ElementwiseRecurrent(new LIFNode(), (y, x) => y + x)),
        [typeof(LinearRecurrent)] = Sequence(() => new LinearRecurrent(new LIFNode(), 3, 3)),
        [typeof(NeuNorm)] = new(() => new NeuNorm(2, 3, 3), batch => [4, batch, 2, 3, 3]),
        [typeof(OverTime)] = Sequence(() => new OverTime(nn.Linear(3, 4), new LIFNode(), nn.Linear(4, 2))),
        [typeof(MaxPool2x2)] = Maps(() => new MaxPool2x2()),
        [typeof(Voting)] = Sequence(() => new Voting(3)),
        [typeof(Recomputed)] = Sequence(() => new Recomputed(nn.Sequential(nn.Linear(3, 2), new LIFNode()))),
        [typeof(SpikingRecurrent)] = Sequence(
            () => new SpikingRecurrent((inputs, hidden) => new SpikingGRUCell(inputs, hidden), 3, 4, 2, bidirectional: true)),
        [typeof(SpikingLSTMCell)] = Cell(() => new SpikingLSTMCell(3, 4)),
        [typeof(SpikingGRUCell)] = Cell(() => new SpikingGRUCell(3, 4)),
        [typeof(SpikingVanillaRNNCell)] = Cell(() => new SpikingVanillaRNNCell(3, 4)),
        [typeof(PopulationEncoder)] = new(() => new PopulationEncoder(3, 4, 4, 0, 2, 0.5), batch => [batch, 3]),
        [typeof(SpikingActivation)] = Sequence(() => new SpikingActivation(tensor(new[] { 0.5f, 1, 2 }))),
        [typeof(ConvertedNetwork)] = Sequence(
            () => AnnConverter.Convert(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), [rand(8, 3)])),
        [typeof(NirNetwork)] = Sequence(
            () => new NirNetwork(NirExporter.Export(nn.Sequential(new OverTime(nn.Linear(3, 4)), new LIFNode(4)), [3], new()),
                new NirOptions(1e-3))),
        [typeof(PointwiseLayer)] = Sequence(() => new PointwiseLayer(3, 2, PointwiseForm.Linear, hasBias: true)),
        [typeof(SpikingMlp)] = Tokens(() => new SpikingMlp(16, 2, PointwiseForm.Linear, "fc", ResidualKind.Spikes, Neurons)),
        [typeof(QKAttention)] = Tokens(() => new QKAttention(16, 2, QKAttentionKind.Token, Neurons)),
        [typeof(SpikingSelfAttention)] = Tokens(() => new SpikingSelfAttention(new SelfAttentionOptions(16, 2), Neurons)),
        [typeof(TransformerBlock)] = Tokens(
            () => new TransformerBlock("attn", new SpikingSelfAttention(new SelfAttentionOptions(16, 2), Neurons),
                new SpikingMlp(16, 2, PointwiseForm.Linear, "fc", ResidualKind.Spikes, Neurons))),
        [typeof(ResidualConvBlock)] = Maps(() => new ResidualConvBlock(new SewResNetOptions([1]), 3, 4, 2)),
        [typeof(DeformedShortcutEmbedding)] = Maps(
            () => new DeformedShortcutEmbedding(
                3, [new("proj", 4, true), new("proj1", 8, false)], 1, Neurons, ResidualKind.Spikes, encodes: false)),
        [typeof(SpikingTokenizer)] = Maps(
            () => new SpikingTokenizer(3, 16, [false, false, true, true], Downsampling.AfterNeuron, "proj", Neurons)),
        [typeof(SpikingPatchSplitting)] = Maps(
            () => new SpikingPatchSplitting(3, 16, [false, false, true, true], Downsampling.AfterNeuron, Neurons)),
        [typeof(RecurrentStage)] = Maps(
            () => new RecurrentStage(new OverTime(nn.Conv2d(3, 4, 3, stride: 2, padding: 1), new LIFNode()), 3, 4, 2, () => new LIFNode())),
        [typeof(ConvSnn)] = Images(() => new ConvSnn(new ConvSnnOptions(Channels: 4, Hidden: 8, ImageSize: 8)), 1, 8),
        [typeof(PlifNet)] = Images(() => new PlifNet(new PlifNetOptions(1, 8, 8, [1, 1], 16, 10, 4)), 1, 8),
        [typeof(Spikformer)] = Images(() => new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 16, 2, 1, 10)), 3, 16),
        [typeof(QKFormer)] = Images(() => new QKFormer(new QKFormerOptions(QKFormerVariant.Cifar, 32, 4, 4, 10)), 3, 16),
        [typeof(SewResNet)] = Images(() => new SewResNet(new SewResNetOptions([1, 1], Width: 8, Classes: 10)), 3, 32),
        [typeof(SewEventNet)] = new(
            () => new SewEventNet(new SewEventNetOptions([(8, 3)], 10)), batch => [batch, 4, 2, 8, 8]) { IsDeep = true },
        [typeof(SVFormer)] = new(
            () => new SVFormer(new SVFormerOptions(7, [16, 16, 16, 16], [1, 1, 1, 1], HeadSize: 8, TimeSteps: 2, ImageSize: 32)),
            batch => [batch, 3, 2, 32, 32]) { IsDeep = true },
        [typeof(FilmNetwork)] = new(
            () => new FilmNetwork(new OverTime(nn.Conv2d(3, 4, 3, padding: 1), new LIFNode())), batch => [batch, 3, 4, 8, 8])
        {
            IsDeep = true,
        },
        [typeof(RecurrentNet)] = new(() => new RecurrentNet(new RecurrentNetOptions(3, 6, 5)), batch => [batch, 4, 3]) { IsDeep = true },
        [typeof(SpikingVgg)] = Images(
            () => new SpikingVgg(new SpikingVggOptions(11, BatchNorm: true, Classes: 10, TimeSteps: 2, Width: 8)), 3, 32),
        [typeof(SewVisionNet)] = Images(() => new SewVisionNet(new SewVisionOptions([1, 1], [8, 16], Classes: 5)), 3, 32),
        [typeof(SpikingMobileNet)] = Images(() => new SpikingMobileNet(5), 3, 32),
        [typeof(LoRaFBNet)] = Images(() => new LoRaFBNet(new LoRaFBOptions(Classes: 5)), 3, 32),
        [typeof(CORnetRT)] = Images(() => CORnetRT.ForImages(5), 3, 64),
        [typeof(CORnetS)] = Images(() => new CORnetS(5), 3, 32),
        [typeof(CORnetZ)] = Images(() => new CORnetZ(5), 3, 32),
        [typeof(ResNet)] = Images(() => new ResNet(18, 5), 3, 32),
        [typeof(ResNetBlock)] = new(() => new ResNetBlock(false, 3, 4, 2), batch => [batch, 3, 8, 8]),
        [typeof(PlainNetwork)] = Images(() => PlainNetwork.AlexNet(5), 3, 64),
        [typeof(SwapVae)] = new(() => new SwapVae(3, latent: 4, style: 2, hidden: [6]), batch => [batch, 3])
        {
            Call = (module, x) => ((SwapVae)module).Encode(x).Mean,
        },
        [typeof(TideSwapVae)] = Sequence(
            () => new TideSwapVae(3, new TideSwapVaeOptions { Content = 3, Style = 2, Hidden = 6, State = 4 })) with { Call = (
                module, x) => ((TideSwapVae)module).Encode(x, null).Mean },
    };

    /// <summary>The module and all within it.</summary>
    public static IEnumerable<nn.Module> All(this nn.Module module) => module.modules().Append(module);

    private static ModuleCase Sequence(Func<nn.Module> make) => new(make, batch => [4, batch, 3]);

    private static ModuleCase Maps(Func<nn.Module> make) => new(make, batch => [4, batch, 3, 8, 8]) { IsDeep = true };

    private static ModuleCase Tokens(Func<nn.Module> make) => new(make, batch => [4, batch, 6, 16]) { IsDeep = true };

    private static ModuleCase Images(Func<nn.Module> make, long channels, long size) =>
        new(make, batch => [batch, channels, size, size]) { IsDeep = true };

    private static ModuleCase Cell(Func<SpikingRecurrentCell> make) => new(make, batch => [batch, 3])
    {
        Call = (
            module, x) => ((SpikingRecurrentCell)module).Step(
                x, [.. Enumerable.Range(0, ((SpikingRecurrentCell)module).States)
                    .Select(_ => zeros([x.shape.FirstOrDefault(), 4], dtype: x.dtype, device: x.device))])[0],
    };
}
