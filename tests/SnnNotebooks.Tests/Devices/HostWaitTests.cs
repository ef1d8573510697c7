using SnnNotebooks.Encoders;
using SnnNotebooks.Layers;
using SnnNotebooks.Memory;
using SnnNotebooks.Models;
using SnnNotebooks.Monitors;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
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
    private const string Encoded = "encoder and recomputed layers";

    private static readonly Dictionary<string, Func<(nn.Module<Tensor, Tensor> Network, long[] Image)>> Networks = new()
    {
        ["ConvSnn"] =
            () => (new ConvSnn(new ConvSnnOptions(Channels: 4, Hidden: 16, Classes: 10, TimeSteps: 2, ImageSize: 16)), [1, 16, 16]),
        ["SEW-ResNet18"] = () => (new SewResNet(SewResNetOptions.ForDepth(18) with { TimeSteps = 2, Classes = 10 }), [3, 32, 32]),
        ["Spikformer"] = () => (new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 32, 4, 1, 10, TimeSteps: 2)), [3, 32, 32]),
        [Encoded] = () => (nn.Sequential(
            nn.Flatten(), new PopulationEncoder(64, neurons: 2, steps: 3, 0, 1, 0.3), new OverTime(nn.Linear(128, 16)), new LIFNode(),
            new Recomputed(nn.Sequential(new OverTime(nn.Linear(16, 16)), new ParametricLIFNode())),
            new OverTime(nn.Linear(16, 10))), [1, 8, 8]),
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

    public static TheoryData<string, HalfType?, RateLoss> Steps
    {
        get
        {
            var data = new TheoryData<string, HalfType?, RateLoss>();
            foreach (var name in Networks.Keys)
            {
                data.Add(name, null, RateLoss.CrossEntropy);
                data.Add(name, null, RateLoss.MeanSquaredError);
                data.Add(name, HalfType.BFloat16, RateLoss.CrossEntropy);
                data.Add(name, HalfType.Float16, RateLoss.CrossEntropy);
            }

            data.Add(Encoded, null, RateLoss.TemporalEfficient);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_of_the_trainer_reads_no_number_of_a_tensor(string name, HalfType? half, RateLoss loss)
    {
        using var scope = NewDisposeScope();
        var (network, image) = Networks[name]();
        using var run = new TrainingRun(network, Everything(half) with { Loss = loss }, seed: 1, inputs: 400);
        (Tensor, Tensor)[] batches = [.. Enumerable.Range(0, 2).Select(_ => (rand([4, .. image]), randint(10, [4], ScalarType.Int64)))];
        List<string> names;
        using (var log = new OperationLog())
        {
            run.Learn(batches);
            names = log.Names;
        }

        Assert.Contains(names, each => each is "aten::norm");
        Assert.Contains(names, each => each is "aten::convolution_backward" or "aten::mm");

        // on the CPU one_hot looks at the smallest and the largest label; on a GPU it asserts (ATen/native/Onehot.cpp)
        Assert.Equal(2 * names.Count(each => each is "aten::one_hot"), names.Count(each => each is "aten::item"));
        Assert.DoesNotContain(names, each => Reading.Contains(each) && each is not ("aten::item" or "aten::_local_scalar_dense"));
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
        using var rates = new RateMonitor(network);
        using var run = new TrainingRun(network, Everything(mixed ? HalfType.BFloat16 : null), seed: 1, inputs: 400);
        Step(); // an encoder looks at its first input
        using (new NoHostWaits())
        {
            Step();
            Step();
            Assert.ThrowsAny<Exception>(() => ones(1, device: CUDA).item<float>()); // else this test would show nothing
        }

        run.Settle();
        Assert.True(double.IsFinite(run.MeanLoss));

        void Step() => run.Learn([.. Enumerable.Range(0, 2).Select(
            _ => (Sent(rand([4, .. image])), Sent(randint(10, [4], ScalarType.Int64))))]);
        static Tensor Sent(Tensor host) => host.pin_memory().to(CUDA, non_blocking: true);
    }

    /// <summary>A recipe that asks for everything a step can be asked for on the device.</summary>
    private static TrainingRecipe Everything(HalfType? half) => TrainingRecipes.Plain with
    {
        BatchSize = 4, Accumulation = 2, MixedPrecision = half is not null, HalfType = half ?? HalfType.BFloat16, ClipNorm = 1, Flip = true,
        Mixup = 0.8, CutMix = 1, LabelSmoothing = 0.1, AverageDecay = 0.99, WeightDecay = 0.01,
    };

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
