using SnnNotebooks.Layers;
using SnnNotebooks.Memory;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Memory;

public sealed class RecomputedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1003)]
    public void Spikes_come_back_from_their_bits(long count)
    {
        using var scope = NewDisposeScope();
        manual_seed(count);
        var spikes = rand(3, count).gt(0.7).to(ScalarType.Float32);
        var packed = SpikeBits.TryPack(spikes)!;

        Assert.Equal(((3 * count) + 7) / 8, packed.Bytes);
        Assert.True(packed.Unpack().equal(spikes).all().item<bool>());
        Assert.Equal(spikes.shape, packed.Unpack().shape);
    }

    [Fact]
    public void What_is_no_spike_is_not_packed()
    {
        using var scope = NewDisposeScope();
        var one = zeros(20);
        one[17] = 0.5f;
        var two = zeros(20);
        two[3] = float.NaN;

        Assert.Null(SpikeBits.TryPack(one));
        Assert.Null(SpikeBits.TryPack(two));
        Assert.Null(SpikeBits.TryPack(zeros(8, dtype: ScalarType.Float64)));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Spikes_of_every_type_come_back_from_bytes_where_they_are(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var count in new[] { 0, 1, 8, 1003 })
        {
            manual_seed(count);
            var spikes = rand(3, count).gt(0.7).to(type);
            var packed = SpikesAsBytes.TryPack(spikes)!;
            Assert.Equal((ScalarType.Byte, ((3 * count) + 7) / 8), (packed.dtype, packed.numel()));
            var unpacked = SpikesAsBytes.Unpack(packed, new AxisOrder(spikes), type);
            Assert.Equal(type, unpacked.dtype);
            Assert.True(unpacked.equal(spikes).all().item<bool>());
        }

        Assert.Null(SpikesAsBytes.TryPack(full(9, 0.5, dtype: type)));
        Assert.Null(SpikesAsBytes.TryPack(full(9, double.NaN, dtype: type)));
        Assert.Null(SpikesAsBytes.TryPack(zeros(9, dtype: type, device: META)));
    }

    [Fact]
    public void Where_nobody_can_look_spikes_are_those_that_a_neuron_fired()
    {
        using var scope = NewDisposeScope();
        var x = zeros(4, 3, device: META);
        nn.Module<Tensor, Tensor>[] fire = [new LIFNode(), new ParametricLIFNode(), new IzhikevichNode(), nn.Sequential(new IFNode())];
        nn.Module<Tensor, Tensor>[] other = [new ILIFNode(), new NonSpikingLIFNode(), nn.Sequential(new IFNode(), nn.Flatten(1))];
        Assert.All(fire, neuron => Assert.Equal([2L], SpikesAsBytes.TryPack(neuron.call(x))!.shape));
        Assert.All(other, neuron => Assert.Null(SpikesAsBytes.TryPack(neuron.call(x))));
        Assert.Null(SpikesAsBytes.TryPack(fire[0].call(x).alias()));
    }

    [Fact]
    public void Spikes_of_float64_are_kept_as_bytes_and_give_the_same_gradients()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (plain, x) = (new LIFNode(), rand(4, 30).gt(0.5).to(ScalarType.Float64).requires_grad_());
        var again = x.detach().clone().requires_grad_();
        plain.call(x).square().sum().backward();
        new Recomputed(new LIFNode()).call(again).square().sum().backward();
        Assert.True(x.grad!.equal(again.grad!).all().item<bool>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_and_statistics_are_those_of_the_modules_alone(bool spikesAsBits)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var input = rand([4, 3, 2, 8, 8]).gt(0.5).to(ScalarType.Float32);
        var (plain, plainX) = (Block(), input.clone().requires_grad_());
        var (saving, savingX) = (Block(), input.clone().requires_grad_());
        saving.load_state_dict(plain.state_dict());
        var recomputed = new Recomputed(saving, spikesAsBits);
        var (y, z) = (plain.call(plainX), recomputed.call(savingX));
        var g = randn(y.shape);
        (y * g).sum().backward();
        (z * g).sum().backward();

        Assert.True(y.equal(z).all().item<bool>());
        Assert.True(plainX.grad!.equal(savingX.grad!).all().item<bool>());
        foreach (var ((_, expected), (_, found)) in plain.named_parameters().Zip(saving.named_parameters()))
        {
            Assert.True(expected.grad!.equal(found.grad!).all().item<bool>());
        }

        foreach (var ((_, expected), (_, found)) in plain.named_buffers().Zip(saving.named_buffers()))
        {
            Assert.True(expected.equal(found).all().item<bool>());
        }

        static nn.Module<Tensor, Tensor> Block() => nn.Sequential(
            ("conv", new OverTime(nn.Conv2d(2, 4, 3, padding: 1), nn.BatchNorm2d(4))), ("spikes", new LIFNode()));
    }

    [Theory]
    [InlineData(false, false, ScalarType.Float32)]
    [InlineData(true, false, ScalarType.Float32)]
    [InlineData(false, true, ScalarType.Float32)]
    [InlineData(true, true, ScalarType.Float32)]
    [InlineData(true, false, ScalarType.Float64)]
    public void Maps_in_either_order_in_memory_and_repeated_ones_have_the_gradients_of_the_blocks_alone(
        bool channelsLast, bool isRepeated, ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var image = rand([4, 32, 24, 24]).gt(0.7).to(type);
        image = channelsLast ? image.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : image;
        var input = isRepeated ? TimeRepeat.Repeat(image, 4) : stack([image, image.roll(1, 0), image.roll(2, 0), image.roll(3, 0)]);
        input = channelsLast && !isRepeated ? input.permute(0, 1, 3, 4, 2).contiguous().permute(0, 1, 4, 2, 3) : input;
        var plain = nn.Sequential(Block(), Block(), Block()).to(type);
        var saving = nn.Sequential(new Recomputed(Block()), new Recomputed(Block()), new Recomputed(Block())).to(type);
        foreach (var (parameter, given) in saving.parameters().Zip(plain.parameters()))
        {
            using var off = no_grad();
            parameter.copy_(given);
        }

        var factors = randn([4, 4, 32, 24, 24], dtype: type);
        var (y, z) = (plain.call(input), saving.call(input));
        (y * factors).sum().backward();
        (z * factors).sum().backward();

        Assert.True(y.equal(z).all().item<bool>());
        foreach (var ((name, expected), (_, found)) in plain.named_parameters().Zip(saving.named_parameters()))
        {
            Assert.True(expected.grad!.equal(found.grad!).all().item<bool>(), name);
        }

        static nn.Module<Tensor, Tensor> Block() =>
            new OverTime(nn.Conv2d(32, 32, 3, padding: 1, bias: false), nn.BatchNorm2d(32), new LIFNode(threshold: 0.3));
    }

    [Fact]
    public void Statistics_of_a_repeated_image_are_counted_once()
    {
        using var scope = NewDisposeScope();
        var image = TimeRepeat.Repeat(rand(2, 3, 8, 8), 4);
        var (plain, saving) = (Block(), Block());
        saving.load_state_dict(plain.state_dict());
        plain.call(image).sum().backward();
        new Recomputed(saving).call(image).sum().backward();

        Assert.All(plain.state_dict().Zip(saving.state_dict()), pair => Assert.True(
            pair.First.Value.equal(pair.Second.Value).all().item<bool>(), pair.First.Key));
        Assert.All(plain.parameters().Zip(saving.parameters()), pair => Assert.True(
            pair.First.grad!.equal(pair.Second.grad!).all().item<bool>()));

        // what lies between normalisation and neurons lets libtorch normalise
        static OverTime Block() =>
            new(nn.Conv2d(3, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.MaxPool2d(2), new LIFNode(threshold: 0.3));
    }

    [Fact]
    public void Neurons_that_go_on_from_a_state_are_refused()
    {
        using var scope = NewDisposeScope();
        var recomputed = new Recomputed(new LIFNode());
        var x = rand(2, 3).requires_grad_();
        recomputed.call(x);

        Assert.Contains("Functional.Reset", Assert.Throws<InvalidOperationException>(() => recomputed.call(x)).Message,
            StringComparison.Ordinal);
    }
}
