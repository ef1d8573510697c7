using System.Runtime.InteropServices;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Neurons.Cuda;

/// <summary>How kernels are compiled, kept and started, with a driver and a compiler that stand in.</summary>
public sealed class LaunchTests
{
    private static readonly PrintedKernel Kernel = PrintedKernel.Of("forward", "KERNEL forward");

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void A_kernel_is_compiled_once_and_a_second_process_finds_it_on_disk()
    {
        using var stand = new StandIn();
        var launcher = stand.Launcher();
        launcher.Launch(Kernel, [42], 257, torch.CPU);
        launcher.Launch(Kernel, [43], 256, torch.CPU);
        Assert.Equal((1, 3, 43L, 0), (stand["compilations"], stand["launches"], stand["argument"], stand["depth"]));
        Assert.Equal(StandIn.Stream, Marshal.ReadIntPtr(stand.Address("launchStream")));

        stand.Launcher().Launch(Kernel, [44], 1, torch.CPU);
        Assert.Equal(1, stand["compilations"]);
        stand.Launcher().Launch(PrintedKernel.Of("forward", "KERNEL forward "), [44], 1, torch.CPU);
        Assert.Equal(2, stand["compilations"]);

        // addresses are parameters of their own, the rest is one
        stand.Set("parameter", 2);
        stand.Launcher().Launch(PrintedKernel.Of("forward", "KERNEL forward", sequences: 2), [46, 47, 48, 49], 1, torch.CPU);
        Assert.Equal((2, 48L), (stand["compilations"], stand["argument"]));
        stand.Set("parameter", 0);

        foreach (var file in Directory.GetFiles(stand.Cache))
        {
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^2]);
        }

        stand.Launcher().Launch(Kernel, [45], 1, torch.CPU);
        Assert.Equal(3, stand["compilations"]);
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Processes_that_race_leave_one_file_and_a_cache_that_cannot_be_used_costs_compilations_alone()
    {
        using var stand = new StandIn();
        byte[] Code() => new KernelCache(new Nvrtc([stand.Library]), stand.Cache).Code("KERNEL forward", "forward", new Version(9, 0));
        var expected = Code();
        File.Delete(Assert.Single(Directory.GetFiles(stand.Cache)));
        Parallel.For(0, 16, _ => Assert.Equal(expected, Code()));
        var file = Assert.Single(Directory.GetFiles(stand.Cache));

        // more than a kernel can be: not read
        using (var large = new FileStream(file, FileMode.Open))
        {
            large.SetLength(1L << 32);
        }

        Assert.Equal(expected, Code());
        Assert.InRange(new FileInfo(file).Length, 33, 1000);
        Directory.Delete(stand.Cache, recursive: true);
        File.WriteAllText(stand.Cache, "no folder");
        var compiled = stand["compilations"];
        Assert.Equal(expected, Code());
        Assert.Equal(expected, Code());
        Assert.Equal(compiled + 2, stand["compilations"]);
    }

    private const string NotStarted = "The kernel forward was not started on cuda:0. ";
    private const string Memory = "CUDA_ERROR_OUT_OF_MEMORY, out of memory (error 2).";
    private const string Free = " 3 of 16384 MiB are free; the call can be tried again when there are more.";
    private const string Unknown = "CUDA_ERROR_UNKNOWN, unknown error";
    private const string Lost =
        " The device's context is lost, maybe by an earlier kernel: nothing can be computed there in this process any more.";

    public static TheoryData<string, int, string> Failures => new()
    {
        { "failCompile", 6, "NVRTC 13.1 does not compile it for sm_90: NVRTC_ERROR_COMPILATION\nline 3: no" },
        { "failPush", 709, $"cuCtxPushCurrent failed: {Unknown} (error 709).{Lost}" },
        { "failLoad", 2, $"cuModuleLoadData failed: {Memory}{Free}" },
        { "failLoad", 209, $"cuModuleLoadData failed: {Unknown} (error 209)." },
        { "failFunction", 500, $"cuModuleGetFunction failed: {Unknown} (error 500)." },
        { "failLaunch", 2, $"cuLaunchKernel of 4 blocks of 256 threads failed: {Memory}{Free}" },
        { "failLaunch", 700, $"cuLaunchKernel of 4 blocks of 256 threads failed: {Unknown} (error 700).{Lost}" },
    };

    [NeedsToolTheory(Compiler.Cxx, "g++")]
    [MemberData(nameof(Failures))]
    public void What_the_driver_or_the_compiler_refuses_names_kernel_and_cause_and_is_tried_again(string failure, int code, string message)
    {
        using var stand = new StandIn();
        var launcher = stand.Launcher();
        for (var again = 0; again < 2; again++)
        {
            stand.Set(failure, code);
            var refused = Assert.Throws<CudaException>(() => launcher.Launch(Kernel, [1], 1000, torch.CPU));
            Assert.Equal(NotStarted + message, refused.Message);
            Assert.Equal(0, stand["depth"]);
        }

        Assert.Equal(failure == "failFunction" ? 2 : 0, stand["unloads"]);
        stand.Set(failure, 0);
        launcher.Launch(Kernel, [1], 1000, torch.CPU);
        launcher.Launch(Kernel, [1], 1000, torch.CPU);
        Assert.Equal((8, failure == "failCompile" ? 3 : 1), (stand["launches"], stand["compilations"]));
        stand.Set("failLaunch", 2);
        stand.Set("failMemory", 1);
        var unknown = Assert.Throws<CudaException>(() => launcher.Launch(Kernel, [1], 1000, torch.CPU));
        Assert.Equal($"{NotStarted}cuLaunchKernel of 4 blocks of 256 threads failed: {Memory}", unknown.Message);
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void A_device_is_described()
    {
        using var stand = new StandIn();
        var driver = new CudaDriver([stand.Library]);
        Assert.Equal((1, "Stand-in", 16L << 30), (driver.Devices, driver.Name(0), driver.Memory(0)));
        Assert.Equal((new Version(9, 0), new Version(13, 2)), (driver.Capability(0), driver.Version));
    }

    [Fact]
    public void A_driver_or_a_compiler_that_is_not_there_is_said_so()
    {
        Assert.Equal(
            "the NVIDIA driver was not found (tried libno-cuda.so.1).",
            Assert.Throws<CudaException>(() => new CudaDriver(["libno-cuda.so.1"])).Message);
        Assert.Equal(
            "NVIDIA's compiler NVRTC was not found (tried libno-a.so, libno-b.so).",
            Assert.Throws<CudaException>(() => new Nvrtc(["libno-a.so", "libno-b.so"])).Message);
    }

    [Fact]
    public void A_CUDA_input_without_what_fused_neurons_need_falls_back_only_where_that_is_left_to_the_neuron()
    {
        const string Why = "No fused neurons on CUDA devices: the NVIDIA driver was not found (tried x).";
        Assert.Null(FusedSupport.Refusal(DeviceType.CUDA, torch.ScalarType.Float32, () => null));
        Assert.Equal(Why, FusedSupport.Refusal(DeviceType.CUDA, torch.ScalarType.Float64, () => Why));
        Assert.Null(FusedSupport.Refusal(DeviceType.CPU, torch.ScalarType.Float32, () => Why));
        var refusal = FusedSupport.Refusal(DeviceType.CUDA, torch.ScalarType.Int32, () => null);
        Assert.Contains("float32 and float64", refusal, StringComparison.Ordinal);
        Assert.Contains("MPS", FusedSupport.Refusal(DeviceType.MPS, torch.ScalarType.Float32, () => null), StringComparison.Ordinal);
    }

    private sealed class StandIn : IDisposable
    {
        public const nint Stream = 77;

        private readonly TemporaryFolder folder = new();
        private readonly nint library;

        public StandIn()
        {
            Library = folder.File("libstand-in.so");
            Compiler.Run(Compiler.Cxx, "-shared", "-fPIC", Compiler.Header("stand-in.cpp"), "-o", Library);
            library = NativeLibrary.Load(Library);
        }

        public string Library { get; }

        public string Cache => folder.File("cache");

        public int this[string counter] => Marshal.ReadInt32(Address(counter));

        public nint Address(string variable) => NativeLibrary.GetExport(library, variable);

        public void Set(string variable, int value) => Marshal.WriteInt32(Address(variable), value);

        /// <summary>A launcher as a new process has it.</summary>
        public CudaLauncher Launcher() => new(new CudaDriver([Library]), new KernelCache(new Nvrtc([Library]), Cache), _ => Stream);

        public void Dispose() => folder.Dispose();
    }
}
