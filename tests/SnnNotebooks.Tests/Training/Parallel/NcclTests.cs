using System.Runtime.InteropServices;
using SnnNotebooks.Distributed;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Tests.Neurons.Cuda;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

/// <summary>NCCL by a library that stands in: whether ranks agree to use it, what it is given, what is said when it fails.</summary>
public sealed class NcclTests
{
    private const nint Stream = 77;

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Ranks_with_a_GPU_each_are_joined_and_sums_go_to_the_library_in_place_on_libtorchs_stream()
    {
        using var stand = new StandIn();
        var joined = stand.Join(rank => new Device(DeviceType.CUDA, rank));

        Assert.All(joined, one => Assert.Equal("gradients are summed by NCCL 2.27.3 between 2 GPUs", one.Words));
        Assert.Equal((3, 2), (stand["joins"], stand["ranks"]));
        var link = joined[0].Link!; // of cuda:0: tensors here are on the CPU, which has number 0, too
        using var values = arange(1000, dtype: ScalarType.Float32).view(20, 50);
        stand.Set("operation", -1);
        stand.Set("root", -1);
        link.Sum(values);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2f * i), values.Numbers<float>());
        Assert.Equal((Sweep.Address(values), 1000, 1000, Stream), stand.Last);
        link.Broadcast(values);
        Assert.Equal((0, 0, 1), (stand["operation"], stand["root"], stand["sums"]));

        foreach (var (type, number) in new[] { (ScalarType.Float16, 6), (ScalarType.Float32, 7), (ScalarType.Float64, 8),
            (ScalarType.BFloat16, 9), (ScalarType.Int64, 4), (ScalarType.Byte, 1) })
        {
            using var some = zeros(3, dtype: type);
            link.Broadcast(some);
            Assert.Equal((number, (Sweep.Address(some), 3, 1000, Stream)), (stand["type"], stand.Last));
            stand.Set("type", -1);
            link.Sum(some);
            Assert.Equal(number, stand["type"]);
        }

        using var gaps = values.t();
        using var spikes = zeros(3, dtype: ScalarType.Bool);
        Assert.Contains("contiguous()", Assert.Throws<ArgumentException>(() => link.Sum(gaps)).Message, StringComparison.Ordinal);
        Assert.Contains("Bool on cpu", Assert.Throws<ArgumentException>(() => link.Sum(spikes)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "on cuda:1; this one is of Float32 on cpu",
            Assert.Throws<ArgumentException>(() => joined[1].Link!.Sum(values)).Message, StringComparison.Ordinal);

        link.Abort();
        link.Dispose(); // once only
        joined[1].Link!.Dispose();
        Assert.Equal((1000, 1001, 0), (stand["aborted"], stand["destroyed"], stand["depth"]));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void What_the_library_refuses_names_rank_host_and_cause()
    {
        const string Place = "NCCL 2.27.3 failed on rank 0 of 2 on here, cuda:0: ";
        const string Advice = " NCCL_DEBUG=INFO says more; SNN_NCCL=0 goes without it.";
        using var stand = new StandIn();
        var link = stand.Join(rank => new Device(DeviceType.CUDA, rank))[0].Link!;
        using var values = ones(3);

        stand.Set("failEarlier", 5);
        Assert.Equal($"{Place}an earlier call failed: invalid usage (error 5).{Advice}", Refused());
        stand.Set("failEarlier", 0);
        stand.Set("failSum", 2);
        Assert.Equal($"{Place}ncclAllReduce failed: unhandled system error (error 2), no such socket.{Advice}", Refused());
        stand.Set("failSum", 0);
        stand.Set("failJoin", 2);
        var refused = new ThreadRanks(2).Run(ranks => Assert.Throws<DistributedException>(
            () => NcclLink.Join(ranks, new Device(DeviceType.CUDA, ranks.Rank), stand.Link)).Message);
        Assert.Equal($"{Place}ncclCommInitRank failed: unhandled system error (error 2).{Advice}", refused[0]);
        Assert.StartsWith("NCCL 2.27.3 failed on rank 1 of 2 on here, cuda:1: ", refused[1], StringComparison.Ordinal);

        string Refused() => Assert.Throws<DistributedException>(() => link.Sum(values)).Message;
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void All_ranks_go_through_the_hosts_memory_where_one_of_them_has_no_GPU_of_its_own_or_no_library()
    {
        using var stand = new StandIn();
        Assert.Equal(Through("ranks 0, 1 have the same GPU"), stand.Join(_ => new Device(DeviceType.CUDA, 0)));
        Assert.Equal(
            Through("rank 1 on here: its device is cpu"), stand.Join(rank => rank == 1 ? CPU : new Device(DeviceType.CUDA, 0)));
        Assert.Equal(
            Through("rank 1 on here: NCCL was not found (tried libno-nccl.so.2)"),
            new ThreadRanks(2).Run(ranks => NcclLink.Join(
                ranks,
                new Device(DeviceType.CUDA, ranks.Rank),
                () => ranks.Rank == 0 ? stand.Link() : new NcclLink(new NcclLibrary(["libno-nccl.so.2"]), null!, null!))));
        var longest = new ThreadRanks(2).Run(ranks => NcclLink.Join(
            ranks, new Device(DeviceType.CUDA, ranks.Rank), () => throw new CudaException(new string('あ', 5000))));
        Assert.Equal(longest[0], longest[1]);
        Assert.Contains("rank 0 on here: ああ", longest[0].Words, StringComparison.Ordinal);
        Assert.Equal(0, stand["joins"]);

        static (NcclLink?, string)[] Through(string why) =>
            [.. Enumerable.Repeat(((NcclLink?)null, $"gradients travel through the host's memory, not by NCCL ({why})"), 2)];
    }

    [Fact]
    public void The_library_is_looked_for_beside_libtorch_then_in_Pythons_packages_then_by_the_system()
    {
        Assert.Equal(
            ["/p/torch/lib/libnccl.so.2", "/p/nvidia/nccl/lib/libnccl.so.2", "libnccl.so.2"], NcclLibrary.Candidates("/p/torch/lib"));
        Assert.Equal(["libnccl.so.2"], NcclLibrary.Candidates(null));
    }

    private sealed class StandIn : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly string file;
        private readonly nint library;

        public StandIn()
        {
            file = folder.File("libstand-in-nccl.so");
            Compiler.Run(
                Compiler.Cxx, "-shared", "-fPIC", Compiler.Header("stand-in.cpp"), Compiler.Header("stand-in-nccl.cpp"), "-o", file);
            library = NativeLibrary.Load(file);
        }

        /// <summary>What the last call was given.</summary>
        public (nint Values, long Count, nint Communicator, nint Stream) Last => (Marshal.ReadIntPtr(Address("values")),
            Marshal.ReadInt64(Address("count")), Marshal.ReadIntPtr(Address("communicator")), Marshal.ReadIntPtr(Address("stream")));

        public int this[string counter] => Marshal.ReadInt32(Address(counter));

        public void Set(string variable, int value) => Marshal.WriteInt32(Address(variable), value);

        public NcclLink Link() => new(new NcclLibrary([file]), new CudaDriver([file]), _ => Stream);

        /// <summary>Joins two ranks, each on its device.</summary>
        public (NcclLink? Link, string Words)[] Join(Func<int, Device> device) =>
            new ThreadRanks(2).Run(ranks => NcclLink.Join(ranks, device(ranks.Rank), Link));

        public void Dispose() => folder.Dispose();

        private nint Address(string variable) => NativeLibrary.GetExport(library, variable);
    }
}
