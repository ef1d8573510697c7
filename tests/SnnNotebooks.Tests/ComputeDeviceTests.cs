using SnnNotebooks.Datasets.Images;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("CPU", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("Cuda:17", "cuda:17")]
    public void A_name_is_read_in_any_case(string name, string same)
    {
        Assert.True(ComputeDevice.TryParse(name, out var device));
        Assert.Equal(same, ComputeDevice.NameOf(device));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1000")]
    [InlineData("cuda:0 ")]
    [InlineData("cpu:0")]
    [InlineData("meta")]
    public void What_is_no_device_is_refused(string? name)
    {
        Assert.False(ComputeDevice.TryParse(name, out _));
        Assert.Contains("expected cpu, cuda or cuda:N", Assert.Throws<ArgumentException>(() => ComputeDevice.Named(name!)).Message,
            StringComparison.Ordinal);
    }

    [WithoutGpuTheory]
    [InlineData("cuda")]
    [InlineData("cuda:3")]
    public void A_GPU_that_is_not_there_is_refused_with_what_was_looked_for(string name)
    {
        var message = Assert.Throws<ArgumentException>(() => ComputeDevice.Named(name)).Message;
        Assert.Contains("the NVIDIA driver was not found (tried libcuda.so.1)", message, StringComparison.Ordinal);
        Assert.EndsWith("or compute on the cpu.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_is_where_its_parameters_are_and_its_batches_follow()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(4, 2);
        Assert.Equal(DeviceType.CPU, ComputeDevice.Of(network).type);
        network.to(META);
        Assert.Equal(DeviceType.META, ComputeDevice.Of(network).type);
        Assert.Equal(DeviceType.CPU, ComputeDevice.Of(nn.ReLU()).type);

        var (inputs, labels) = (rand(3, 4), zeros(3, dtype: ScalarType.Int64));
        var (there, classes) = new[] { (inputs, labels) }.On(ComputeDevice.Of(network)).Single();
        Assert.Equal((DeviceType.META, DeviceType.META), (there.device_type, classes.device_type));
        Assert.True(inputs.IsInvalid && labels.IsInvalid);
    }

    [Fact]
    public void Batches_that_are_there_are_passed_on_as_they_are()
    {
        using var scope = NewDisposeScope();
        var batch = (Inputs: rand(3, 4), Labels: zeros(3, dtype: ScalarType.Int64));
        var passed = new[] { batch }.On(CPU).Single();
        Assert.Same(batch.Inputs, passed.Inputs);
        Assert.Same(batch.Labels, passed.Labels);
    }

    [Fact]
    public void Images_go_to_a_device_whole_and_come_in_batches_there()
    {
        using var scope = NewDisposeScope();
        using var images = new ImageDataset(rand(5, 1, 4, 4), zeros(5, dtype: ScalarType.Int64), ["one"]);
        Assert.All(images.To(CPU).Batches(2, 1).Zip(images.Batches(2, 1)),
            pair => Assert.True(pair.First.Images.equal(pair.Second.Images).all().item<bool>()));
    }
}
