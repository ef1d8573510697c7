using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Neurons.Cuda;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

/// <summary>Batches copied to a GPU beside its work, with a driver that stands in: copies arrive there only when waited for.</summary>
public sealed class OverlappedCopiesTests
{
    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void A_batch_travels_during_the_step_before_it_after_all_that_was_started_earlier()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        var taken = 0;
        foreach (var (inputs, labels) in new OverlappedCopies(stand.Queue).Of(Batches(3)))
        {
            using (inputs)
            using (labels)
            {
                Assert.Equal([taken, taken + 0.5f], inputs.data<float>().ToArray());
                Assert.Equal([10L + taken], labels.data<long>().ToArray());
            }

            taken++;
        }

        // the place of the second is marked before the first is handed out; the computation waits for a batch just before it has it
        Assert.Equal(
            "mark1@77 88after1 copy8 copy8 mark2@88 mark3@77 88after3 copy8 copy8 mark4@88 77after2 mark5@77 88after5 copy8 copy8 mark6@88 "
            + "77after4 77after6 settle", stand.Said);
        Assert.Equal((3, 0, 0, 0, before), (taken, stand["streams"], stand["events"], stand["depth"], Tensor.TotalCount));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Pinned_memory_is_given_back_when_its_copy_has_ended_and_the_host_runs_no_further_ahead()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        foreach (var (inputs, labels) in new OverlappedCopies(stand.Queue).Of(Batches(40)))
        {
            inputs.Dispose();
            labels.Dispose();
            Assert.InRange(Tensor.TotalCount - before, 0, 2 * (4 + 3)); // four on their way, and the places of the last three
        }

        Assert.Contains("77after8 wait2 ", stand.Said, StringComparison.Ordinal);
        Assert.Equal((0, 0, before), (stand["streams"], stand["events"], Tensor.TotalCount));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Layouts_are_kept_gaps_are_closed_and_nothing_empty_is_copied()
    {
        using var stand = new StreamStandIn();
        using var scope = NewDisposeScope();
        var last = arange(24).view(1, 3, 4, 2).permute(0, 3, 1, 2);
        var gaps = arange(12).view(3, 4).narrow(1, 0, 2);
        var found = new OverlappedCopies(stand.Queue).Of([(last.alias(), gaps.alias()), (empty(0, 3), arange(2).expand(3, 2))]).ToArray();
        Assert.Equal(last.stride(), found[0].Inputs.stride());
        Assert.True(last.Equals(found[0].Inputs));
        Assert.True(gaps.Equals(found[0].Labels));
        Assert.Equal([0, 3], found[1].Inputs.shape);
        Assert.Equal([0, 1, 0, 1, 0, 1], found[1].Labels.data<long>().ToArray());
        Assert.Equal(3, stand.Said.Split(' ').Count(word => word.StartsWith("copy", StringComparison.Ordinal)));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void What_goes_wrong_is_thrown_after_the_batches_before_it_and_nothing_is_left()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        var taken = new List<float>();
        IEnumerable<(Tensor, Tensor)> Failing() =>
            Batches(2).Concat(Enumerable.Range(0, 1).Select<int, (Tensor, Tensor)>(_ => throw new InvalidDataException("damaged")));
        Assert.Throws<InvalidDataException>(() => Take(stand, Failing(), taken));
        Assert.Equal([0f, 1], taken);
        Assert.Equal((0, 0, before), (stand["streams"], stand["events"], Tensor.TotalCount));
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Where_no_more_are_taken_a_copy_under_way_ends_before_its_memory_is_given_back()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        foreach (var (inputs, labels) in new OverlappedCopies(stand.Queue).Of(Batches(9)).Take(2))
        {
            inputs.Dispose();
            labels.Dispose();
        }

        Assert.EndsWith("copy8 copy8 mark6@88 77after4 settle", stand.Said, StringComparison.Ordinal);
        Assert.Equal((0, 0, before), (stand["streams"], stand["events"], Tensor.TotalCount));
    }

    [NeedsToolTheory(Compiler.Cxx, "g++")]
    [InlineData("failPush", "cuCtxPushCurrent", 0)]
    [InlineData("failStream", "cuStreamCreate", 0)]
    [InlineData("failEvent", "A batch was not copied to cpu. cuEventCreate", 1)]
    [InlineData("failRecord", "A batch was not copied to cpu. cuEventRecord", 1)]
    [InlineData("failFollow", "A batch was not copied to cpu. cuStreamWaitEvent", 1)]
    [InlineData("failCopy", "A batch was not copied to cpu. cuMemcpyHtoDAsync of 8 bytes", 1)]
    public void What_the_driver_refuses_is_said_and_nothing_is_left(string failure, string call, int late)
    {
        string? first = null;
        for (var after = 0; after <= 5 * late; after++)
        {
            using var stand = new StreamStandIn();
            var before = LiveTensors.Settled();
            var taken = new List<float>();
            stand[failure] = after == 0 ? 709 : 0;
            var refused = Assert.Throws<CudaException>(() => Take(stand, Batches(9), taken, 
                () => stand[failure] = taken.Count == after ? 709 : 0));
            Assert.Contains(call[(call.LastIndexOf('.') + 1)..].Trim(), refused.Message, StringComparison.Ordinal);
            Assert.Contains(call, first ??= refused.Message, StringComparison.Ordinal);
            Assert.InRange(taken.Count, after, after + 1);
            stand[failure] = 0;
            Assert.Equal((0, 0, 0, before), (stand["streams"], stand["events"], stand["depth"], Tensor.TotalCount));
        }
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void A_context_that_is_lost_while_a_copy_is_waited_for_leaves_nothing()
    {
        using var stand = new StreamStandIn();
        var before = LiveTensors.Settled();
        var taken = new List<float>();
        var lost = Assert.Throws<CudaException>(() => Take(stand, Batches(9), taken, () => stand["failWait"] = 700));
        Assert.Contains("context is lost", lost.Message, StringComparison.Ordinal);
        Assert.Equal(3, taken.Count);
        Assert.Equal((0, 0, 0, before), (stand["streams"], stand["events"], stand["depth"], Tensor.TotalCount));
    }

    private static void Take(StreamStandIn stand, IEnumerable<(Tensor, Tensor)> batches, List<float> taken, Action? then = null)
    {
        foreach (var (inputs, labels) in new OverlappedCopies(stand.Queue).Of(batches))
        {
            using var first = inputs[0];
            taken.Add(first.item<float>());
            inputs.Dispose();
            labels.Dispose();
            then?.Invoke();
        }
    }

    private static IEnumerable<(Tensor, Tensor)> Batches(int count) => Enumerable.Range(0, count).Select(i =>
        (tensor(new[] { i, i + 0.5f }).DetachFromDisposeScope(), tensor(new[] { 10L + i }).DetachFromDisposeScope()));
}
