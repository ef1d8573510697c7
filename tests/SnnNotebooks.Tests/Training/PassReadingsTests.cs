using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Neurons.Cuda;
using SnnNotebooks.Training;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

/// <summary>What passes came to: read at once on the CPU, a step later from a GPU (a driver stands in).</summary>
public sealed class PassReadingsTests
{
    [Fact]
    public void On_the_CPU_all_are_read_at_once()
    {
        using var readings = new PassReadings(mark: null);
        readings.Add(4, Pass(0.5, 3, 8));
        readings.Add(4, Pass(0.25, 1, 2));
        Assert.Equal([(4, new PassResult(0.5, 3, 8)), (4, new PassResult(0.25, 1, 2))], readings.UpTo(3));
        Assert.Empty(readings.UpTo(int.MaxValue));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void From_a_GPU_those_of_the_step_before_are_read_and_the_host_waits_for_them_alone()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        using (var readings = new PassReadings(stand.Queue.Mark))
        {
            readings.Add(0, Pass(0.5, 3, 8));
            Assert.Empty(readings.UpTo(-1));
            readings.Add(1, Pass(0.4, 4, 8));
            readings.Add(1, Pass(0.3, 5, 8));
            Assert.Equal([(0, new PassResult(0.5, 3, 8))], readings.UpTo(0));
            Assert.Equal("mark1@77 mark2@77 mark3@77 wait1", stand.Said);
            Assert.Equal([(1, new PassResult(0.4, 4, 8)), (1, new PassResult(0.3, 5, 8))], readings.UpTo(int.MaxValue));
            readings.Add(2, Pass(0.2, 6, 8));
        }

        Assert.Equal((0, before), (stand["events"], Tensor.TotalCount));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void A_mark_that_is_refused_leaves_nothing()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        using var readings = new PassReadings(stand.Queue.Mark);
        stand["failRecord"] = 2;
        Assert.Contains("cuEventRecord", Assert.ThrowsAny<Exception>(() => readings.Add(0, Pass(1, 1, 1))).Message,
            StringComparison.Ordinal);
        Assert.Empty(readings.UpTo(int.MaxValue));
        Assert.Equal((0, before), (stand["events"], Tensor.TotalCount));
    }

    private static UnreadPass Pass(double loss, double correct, long seen) =>
        new(tensor(new[] { loss, correct }).DetachFromDisposeScope(), seen);
}
