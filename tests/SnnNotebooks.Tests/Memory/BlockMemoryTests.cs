using SnnNotebooks.Layers;
using SnnNotebooks.Memory;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using SnnNotebooks.Tests.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Memory;

/// <summary>
/// What a step of training has in memory at its peak, counted in sequences: five blocks of convolution, batch normalisation and LIF, whose
/// large tensors are all the kit's own where layers of spikes are computed by it.
/// </summary>
public sealed class BlockMemoryTests
{
    private const int Blocks = 5;
    private const int Steps = 4;
    private const int Batch = 8;
    private const long Sequence = Steps * Batch * 32L * 32 * 32 * sizeof(float);

    public BlockMemoryTests() => TensorBlocks.Keep();

    /// <summary>
    /// Each block keeps its convolution's output and a state; backward, the gradient is there, in two orders and for all images of a place
    /// together.
    /// </summary>
    [NeedsAvx2Fact]
    public void A_step_has_a_sequence_for_each_block_and_three_more() => Assert.InRange(
        MostSequences(recomputed: false), Blocks, Blocks + 3 + StatesAndSmall);

    /// <summary>The block that is computed again has its own beside the gradient that it was given; others have bits and a state.</summary>
    [NeedsAvx2Fact]
    public void A_recomputed_step_has_what_one_block_needs() => Assert.InRange(
        MostSequences(recomputed: true), 3, 4 + StatesAndSmall);

    /// <summary>Gradients of blocks that the backward pass has left behind must not wait for the end of the pass.</summary>
    [GlibcTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void The_backward_pass_has_ever_less_in_memory(bool recomputed, bool bySpikes)
    {
        using var scope = NewDisposeScope();
        var formerly = (SpikeLayers.Enabled, NormalisedNeurons.Enabled);
        (SpikeLayers.Enabled, NormalisedNeurons.Enabled) = (bySpikes, bySpikes);
        try
        {
            var live = new List<long>();
            using var network = Network(recomputed, block => nn.Sequential(new Watched(live), block));
            Step(network, Input());
            live.Clear();
            Step(network, Input());

            Assert.Equal(Blocks - 1, live.Count); // the first block's input has no gradient
            // the just-in-time compiler takes a megabyte now and then
            Assert.All(live.Zip(live.Skip(1)), pair => Assert.InRange(pair.Second, 0, pair.First + (Sequence / 2)));
        }
        finally
        {
            (SpikeLayers.Enabled, NormalisedNeurons.Enabled) = formerly;
        }
    }

    private static double StatesAndSmall => ((Blocks + 1.0) / Steps) + 0.5;

    private static double MostSequences(bool recomputed)
    {
        using var scope = NewDisposeScope();
        using var network = Network(recomputed, block => block);
        var input = Input();
        Step(network, input);
        var before = TensorBlocks.LentNow;
        TensorBlocks.MostLent = before;
        Step(network, input);
        return (double)(TensorBlocks.MostLent - before) / Sequence;
    }

    private static Tensor Input() => rand([Steps, Batch, 32, 32, 32]).gt(0.5).to(ScalarType.Float32);

    private static void Step(nn.Module<Tensor, Tensor> network, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var state = new StateScope(network);
        Tensor loss;
        using (var output = network.call(input))
        {
            loss = output.mean();
        }

        loss.backward();
    }

    private static nn.Module<Tensor, Tensor> Network(
        bool recomputed, Func<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>> around) => nn.Sequential(
            Enumerable.Range(0, Blocks).Select(_ =>
            {
                nn.Module<Tensor, Tensor> block = new OverTime(
                    nn.Conv2d(32, 32, 3, padding: 1, bias: false), nn.BatchNorm2d(32), new LIFNode(threshold: 0.3));
                return around(recomputed ? new Recomputed(block) : block);
            }).ToArray());

    /// <summary>Lets the input pass, and writes down the tensors in memory when its gradient passes.</summary>
    private sealed class Watched(List<long> live) : nn.Module<Tensor, Tensor>(nameof(Watched))
    {
        public override Tensor forward(Tensor input) => new Node(live).Run(input);

        private sealed class Node(List<long> live) : GraphNode
        {
            public Tensor Run(Tensor input) => Run([input], [], () => [input.detach()])[0];

            protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
            {
                live.Add(TensorBlocks.LentNow + NativeHeap.Bytes);
                return [outputs[0]];
            }
        }
    }
}
