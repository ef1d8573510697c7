using SnnNotebooks.Models;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Neurons.Cuda;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Devices;

/// <summary>
/// That a step of training makes the host wait for nothing: on a GPU libtorch refuses to (<see cref="NoHostWaits"/>). Without one it is
/// seen that no operation is run that reads numbers, or whose result has a shape that depends on them; what the CUDA kernels add is not
/// seen, nor what reads a CPU tensor's memory past libtorch (<c>item</c>, which on a GPU throws).
/// </summary>
public sealed class HostWaitTests
{
    private static readonly Dictionary<string, Func<(nn.Module<Tensor, Tensor> Network, long[] Image)>> Networks = new()
    {
        ["ConvSnn"] =
            () => (new ConvSnn(new ConvSnnOptions(Channels: 4, Hidden: 16, Classes: 10, TimeSteps: 2, ImageSize: 16)), [1, 16, 16]),
        ["SEW-ResNet18"] = () => (new SewResNet(SewResNetOptions.ForDepth(18) with { TimeSteps = 2, Classes = 10 }), [3, 32, 32]),
        ["Spikformer"] = () => (new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 32, 4, 1, 10, TimeSteps: 2)), [3, 32, 32]),
        ["QKFormer"] = () => (new QKFormer(new QKFormerOptions(QKFormerVariant.Cifar, 32, 4, 3, 10, TimeSteps: 2)), [3, 32, 32]),
    };

    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal)
    {
        "aten::item", "aten::_local_scalar_dense", "aten::is_nonzero", "aten::equal", "aten::nonzero", "aten::masked_select",
        "aten::unique", "aten::_unique2", "aten::unique_consecutive", "aten::bincount", "aten::argwhere",
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    public static TheoryData<string, bool> Precisions
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in Networks.Keys)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_of_training_reads_no_number_of_a_tensor(string name)
    {
        using var scope = NewDisposeScope();
        var (network, image) = Networks[name]();
        using var rule = new UpdateRule(
            TrainingRecipes.Plain, network.named_parameters().Select(entry => (entry.name, entry.parameter)));
        var (input, targets) = (rand([4, .. image]), rand(4, 10));
        List<string> names;
        using (var log = new OperationLog())
        {
            Functional.Reset(network);
            nn.functional.mse_loss(Evaluator.Rates(network.call(input)), targets).backward();
            GradientClip.Clip(network.parameters().Select(parameter => parameter.grad), 1);
            rule.Step(0.1);
            names = log.Names;
        }

        Assert.Contains(names, each => each.Contains("convolution_backward", StringComparison.Ordinal));
        Assert.Contains("aten::norm", names);
        Assert.DoesNotContain(names, Reading.Contains);
    }

    [Fact]
    public void What_reads_a_number_is_seen()
    {
        using var scope = NewDisposeScope();
        using var log = new OperationLog();
        var x = rand(4);
        Assert.DoesNotContain(log.Names, Reading.Contains);
        x.sum().ToSingle();
        Assert.Contains(log.Names, Reading.Contains);
        x.masked_select(x > 0.5);
        Assert.Contains("aten::masked_select", log.Names);
    }

    [GpuTheory]
    [MemberData(nameof(Precisions))]
    public void On_a_GPU_libtorch_is_never_made_to_wait_in_a_step_of_training(string name, bool mixed)
    {
        Assert.True(NoHostWaits.Missing is null, NoHostWaits.Missing);
        using var scope = NewDisposeScope();
        var (network, image) = Networks[name]();
        network.to(CUDA);
        var recipe = TrainingRecipes.Plain with { BatchSize = 4, MixedPrecision = mixed, ClipNorm = 1, Flip = true, Mixup = 0.8,
            CutMix = 1 };
        using var run = new TrainingRun(network, recipe, seed: 1, inputs: 400);
        Step();
        using (new NoHostWaits())
        {
            Step();
            Step();
            Assert.ThrowsAny<Exception>(() => ones(1, device: CUDA).item<float>()); // else this test would show nothing
        }

        run.Settle();
        Assert.True(double.IsFinite(run.MeanLoss));

        void Step() => run.Learn([(Sent(rand([4, .. image])), Sent(randint(10, [4], ScalarType.Int64)))]);
        static Tensor Sent(Tensor host) => host.pin_memory().to(CUDA, non_blocking: true);
    }

    [NeedsToolTheory(Compiler.Cxx, "g++")]
    [InlineData("int mode = 1; int* warning_state() asm(\"_ZN3c104cuda13warning_stateEv\"); int* warning_state() { return &mode; }",
        "mode")]
    [InlineData("int mode asm(\"_ZZN3c104cuda13warning_stateEvE14warning_state_\") = 1;",
        "_ZZN3c104cuda13warning_stateEvE14warning_state_")]
    public void The_switch_is_found_as_a_function_or_as_its_variable_and_put_back(string source, string variable)
    {
        using var folder = new TemporaryFolder();
        var (code, library) = (folder.File("switch.cpp"), folder.File("libswitch.so"));
        File.WriteAllText(code, source);
        Compiler.Run(Compiler.Cxx, "-shared", "-fPIC", code, "-o", library);
        var found = new HostWaitSwitch([folder.File("libnowhere.so"), library]);
        var address = System.Runtime.InteropServices.NativeLibrary.GetExport(
            System.Runtime.InteropServices.NativeLibrary.Load(library), variable);
        Assert.Equal(1, Mode());
        using (var outer = new NoHostWaits(found))
        {
            Assert.Equal(HostWaitSwitch.Error, Mode());
            new NoHostWaits(found).Dispose();
            Assert.Equal(HostWaitSwitch.Error, Mode());
            outer.Dispose();
            Assert.Equal(1, Mode());
            found.Value = HostWaitSwitch.Off;
        }

        Assert.Equal(HostWaitSwitch.Off, Mode());

        int Mode() => System.Runtime.InteropServices.Marshal.ReadInt32(address);
    }

    [Fact]
    public void A_libtorch_without_the_switch_is_said_so()
    {
        var missing = Assert.Throws<CudaException>(() => new HostWaitSwitch(["libno-a.so", "libno-b.so"]));
        Assert.Equal("c10::cuda::warning_state was not found (looked in libno-a.so, libno-b.so).", missing.Message);
    }

    [WithoutGpuTheory]
    [InlineData("libc10_cuda.so")]
    public void A_libtorch_of_the_CPU_has_none(string library)
    {
        Assert.Contains(library, NoHostWaits.Missing, StringComparison.Ordinal);
        Assert.Equal(NoHostWaits.Missing, Assert.Throws<PlatformNotSupportedException>(() => new NoHostWaits()).Message);
    }
}
