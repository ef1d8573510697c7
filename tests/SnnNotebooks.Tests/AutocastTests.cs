using SnnNotebooks.Memory;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests;

public sealed class AutocastTests
{
    public static TheoryData<ScalarType> LowTypes => [ScalarType.BFloat16, ScalarType.Float16];

    [Theory]
    [MemberData(nameof(LowTypes))]
    public void Convolutions_and_products_are_of_the_low_type_inside_and_of_float32_outside_with_float32_gradients(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var convolution = nn.Conv2d(2, 3, 3);
        using var dense = nn.Linear(4, 5);
        var (images, rows) = (randn(2, 2, 6, 6), randn(3, 4));
        Tensor inside;
        using (new Autocast(DeviceType.CPU, type))
        {
            inside = convolution.call(images);
            Assert.Equal(type, inside.dtype);
            Assert.Equal(type, dense.call(rows).dtype);
            Assert.Equal(type, rows.Product(randn(4, 2)).dtype);
            Assert.Equal(type, rows.to(type).Product(randn(4, 2)).dtype);
        }

        var outside = convolution.call(images);
        Assert.Equal(ScalarType.Float32, outside.dtype);
        Assert.True(outside.allclose(inside.to(ScalarType.Float32), 0.05, 0.05));
        inside.to(ScalarType.Float32).sum().backward();
        Assert.Equal(ScalarType.Float32, convolution.weight!.grad!.dtype);
        Assert.Throws<ArgumentException>(() => rows.to(type).Product(randn(4, 2)));
    }

    [Fact]
    public void Scopes_nest_and_put_back_what_was_before_after_exceptions_too()
    {
        Assert.Null(Autocast.Type(DeviceType.CPU));
        using (new Autocast(DeviceType.CPU, ScalarType.Float16))
        {
            Assert.Throws<InvalidOperationException>(Fail);
            Assert.Equal(ScalarType.Float16, Autocast.Type(DeviceType.CPU));
            using (new Autocast(DeviceType.CUDA, ScalarType.BFloat16))
            {
                Assert.Equal(ScalarType.BFloat16, Autocast.Type(DeviceType.CUDA));
                Assert.Equal(ScalarType.Float16, Autocast.Type(DeviceType.CPU));
            }

            Assert.Null(Autocast.Type(DeviceType.CUDA));
        }

        Assert.Null(Autocast.Type(DeviceType.CPU));
    }

    private static void Fail()
    {
        using var within = new Autocast(DeviceType.CPU, ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, Autocast.Type(DeviceType.CPU));
        throw new InvalidOperationException("within");
    }

    [Fact]
    public void A_scope_holds_for_its_thread_and_ends_there_in_the_opposite_order()
    {
        ScalarType? elsewhere = ScalarType.Float64;
        Exception? refused = null;
        using var outer = new Autocast(DeviceType.CPU, ScalarType.BFloat16);
        using (new Autocast(DeviceType.CPU, ScalarType.Float16))
        {
            Assert.Throws<InvalidOperationException>(outer.Dispose);
            Assert.Equal(ScalarType.Float16, Autocast.Type(DeviceType.CPU));
        }

        var thread = new Thread(() =>
        {
            elsewhere = Autocast.Type(DeviceType.CPU);
            refused = Record.Exception(outer.Dispose);
        });
        thread.Start();
        thread.Join();

        Assert.Null(elsewhere);
        Assert.Contains("thread", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.Equal(ScalarType.BFloat16, Autocast.Type(DeviceType.CPU));
    }

    [Fact]
    public void Other_types_and_devices_are_refused_by_name_and_change_nothing()
    {
        foreach (var type in Enum.GetValues<ScalarType>().Except([ScalarType.Float16, ScalarType.BFloat16]))
        {
            Assert.Contains(type.ToString(), Assert.Throws<ArgumentException>(() => new Autocast(DeviceType.CPU, type)).Message,
                StringComparison.Ordinal);
        }

        foreach (var device in Enum.GetValues<DeviceType>().Except([DeviceType.CPU, DeviceType.CUDA]))
        {
            Assert.Contains(device.ToString(), Assert.Throws<ArgumentException>(() => new Autocast(device, ScalarType.BFloat16)).Message,
                StringComparison.Ordinal);
        }

        Assert.Null(Autocast.Type(DeviceType.CPU));
    }

    [Theory]
    [MemberData(nameof(LowTypes))]
    public void What_is_computed_again_in_the_backward_pass_is_computed_in_the_precision_of_the_forward_pass(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn(3, 4, 6);
        var plain = Gradients(network => network, pass: false);
        var inside = Gradients(network => new Recomputed(network), pass: true);
        var outside = Gradients(network => new Recomputed(network), pass: false);
        Assert.Equal(plain, outside);
        Assert.Equal(plain, inside);

        float[] Gradients(Func<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>> wrap, bool pass)
        {
            manual_seed(3);
            using var network = wrap(nn.Sequential(nn.Linear(6, 8), new LIFNode(surrogate: new ATan()), nn.Linear(8, 2)));
            using var precision = new Autocast(DeviceType.CPU, type);
            var loss = network.call(x).to(ScalarType.Float32).square().sum();
            if (!pass)
            {
                precision.Dispose();
            }

            loss.backward();
            return [.. network.parameters().SelectMany(parameter => parameter.grad!.data<float>().ToArray())];
        }
    }
}
