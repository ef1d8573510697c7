using SnnNotebooks.Training.Scaling;

namespace SnnNotebooks.Tests.Training.Scaling;

/// <summary>The cost of adding up gradients, and what it leaves of a speed-up, against sums made by hand and round by round.</summary>
public sealed class ScalingTests
{
    private static readonly Interconnect Slow = new(1e-3, 1e6);
    private static readonly Interconnect Fast = new(1e-4, 1e7);
    private static readonly Cluster Flat = new(Slow, Slow);

    [Theory]
    [InlineData(AllReduce.Ring, 1, 0)]
    [InlineData(AllReduce.Ring, 2, 2 * (1e-3 + 0.5))]        // 2 rounds of half a megabyte
    [InlineData(AllReduce.Ring, 4, 6 * (1e-3 + 0.25))]       // 6 rounds of a quarter
    [InlineData(AllReduce.Ring, 5, 8 * (1e-3 + 0.2))]
    [InlineData(AllReduce.Tree, 1, 0)]
    [InlineData(AllReduce.Tree, 2, 2 * 1.001)]               // up and down
    [InlineData(AllReduce.Tree, 5, 6 * 1.001)]               // three levels
    [InlineData(AllReduce.Tree, 8, 6 * 1.001)]
    [InlineData(AllReduce.Tree, 9, 8 * 1.001)]
    public void An_allreduce_of_a_megabyte_costs_what_it_does_by_hand(AllReduce algorithm, int ranks, double seconds) =>
        Assert.Equal(seconds, Flat.Seconds(algorithm, ranks, 1e6), 9);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_ring_passed_round_message_by_message_takes_as_long(int ranks)
    {
        // each rank sends to its right neighbour and receives from its left: a round begins where both have ended the one before
        var free = new double[ranks];
        var sums = Enumerable.Range(0, ranks).Select(rank => Enumerable.Range(0, ranks).Select(_ => 1 << rank).ToArray()).ToArray();
        for (var round = 0; round < 2 * (ranks - 1); round++)
        {
            var (before, from) = ((double[])free.Clone(), sums.Select(parts => (int[])parts.Clone()).ToArray());
            for (var rank = 0; rank < ranks; rank++)
            {
                var left = (rank + ranks - 1) % ranks;
                var part = (rank + (2 * ranks) - 1 - round) % ranks;
                sums[rank][part] = round < ranks - 1 ? from[rank][part] + from[left][part] : from[left][part];
                free[rank] = Math.Max(before[rank], before[left]) + Slow.Seconds(1e6 / ranks);
            }
        }

        Assert.All(sums.SelectMany(parts => parts), sum => Assert.Equal((1 << ranks) - 1, sum)); // it is an allreduce
        Assert.Equal(free.Max(), Flat.Seconds(AllReduce.Ring, ranks, 1e6), 9);
    }

    [Fact]
    public void A_node_is_fast_inside_and_a_ring_over_several_as_slow_as_the_link_between()
    {
        var cluster = new Cluster(Slow, Fast, 4);
        Assert.Equal(6 * Fast.Seconds(0.25e6), cluster.Seconds(AllReduce.Ring, 4, 1e6), 9);
        Assert.Equal(14 * Slow.Seconds(1e6 / 8), cluster.Seconds(AllReduce.Ring, 8, 1e6), 9);
        Assert.Equal((4 * Fast.Seconds(1e6)) + (2 * Slow.Seconds(1e6)), cluster.Seconds(AllReduce.Tree, 8, 1e6), 9);
    }

    [Fact]
    public void Buckets_fill_from_the_last_parameter_and_close_before_their_limit()
    {
        Assert.Equal([5, 9, 30, 10], GradientBuckets.Of([4, 6, 30, 2, 7, 5], 10).ToArray());
        Assert.Empty(GradientBuckets.Of([], 10));
    }

    [Fact]
    public void Two_measured_steps_give_the_fixed_part_and_the_part_of_each_input()
    {
        var cost = TrainingCost.Of((8, 0.5), (16, 0.9), [1]);
        Assert.Equal(0.05, cost.SecondsPerInput, 12);
        Assert.Equal(0.1, cost.FixedSeconds, 12);
        Assert.Equal(0, TrainingCost.Of((8, 0.5), (16, 0.4), [1]).SecondsPerInput);
        Assert.Throws<ArgumentException>(() => TrainingCost.Of((8, 0.5), (8, 0.6), [1]));
    }

    [Fact]
    public void Buckets_are_reduced_behind_the_backward_pass_one_after_the_other()
    {
        // 10 inputs of 0.3 s: forward 1 s, backward 2 s; two ranks reduce b megabytes in 2 (0.001 + b/2) s
        var cost = new TrainingCost(0.5, 0.3, [1e6, 3e6]);
        var simulation = new ScalingSimulation(cost, Flat, AllReduce.Ring);

        // ready at 1.5 and 3 s; through at 2.502 and 3 + 3.002 s; the optimiser takes 0.5 s
        var point = simulation.Weak(2, 10);

        Assert.Equal(6.502, point.StepSeconds, 9);
        Assert.Equal(4.004, point.ReduceSeconds, 9);
        Assert.Equal(20 / 6.502, point.InputsPerSecond, 9);
        Assert.Equal(2 * 3.5 / 6.502, point.Speedup, 9);
        Assert.Equal(1 - (3.5 / 6.502), point.WaitingShare, 9);
        Assert.Equal(3 + 4.004 + 0.5, new ScalingSimulation(cost, Flat, AllReduce.Ring, overlap: false).Weak(2, 10).StepSeconds, 9);
    }

    [Fact]
    public void A_bucket_waits_for_the_one_before_it()
    {
        // ready at 1 + 2 * 3/4 = 2.5 and 3 s; the first is through at 2.5 + 3.002 s only
        var cost = new TrainingCost(0, 0.3, [3e6, 1e6]);
        Assert.Equal(2.5 + 3.002 + 1.002, new ScalingSimulation(cost, Flat, AllReduce.Ring).Weak(2, 10).StepSeconds, 9);
    }

    [Fact]
    public void Strong_scaling_divides_the_inputs_and_one_rank_is_always_one()
    {
        var simulation = new ScalingSimulation(new TrainingCost(0.5, 0.3, [1e3]), Flat, AllReduce.Tree);
        Assert.Equal(1, simulation.Weak(1, 8).Speedup, 12);
        Assert.Equal(1, simulation.Strong(1, 8).Speedup, 12);

        // 2 inputs each: 0.6 s; then two rounds up and two down of 2 ms each
        var four = simulation.Strong(4, 8);
        Assert.Equal(0.6 + (4 * 2e-3) + 0.5, four.StepSeconds, 9);
        Assert.Equal(2.9 / four.StepSeconds, four.Speedup, 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => simulation.Strong(9, 8));
    }
}
