using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>A state that is not finite is found wherever it is.</summary>
public sealed class FiniteStateTests
{
    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void One_number_that_is_not_finite_is_found_at_every_place_of_every_length(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var length in new[] { 0, 1, 3, 16, 37 })
        {
            var state = full([length], 60000.0, dtype: type); // the sum of them is no float16
            FiniteState.Require(state, "a neuron");
            for (var place = 0; place < length; place++)
            {
                foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
                {
                    state[place] = value;
                    Assert.Throws<InvalidOperationException>(() => FiniteState.Require(state, "a neuron"));
                    state[place] = 60000.0;
                }
            }
        }
    }

    [Fact]
    public void Order_in_memory_and_graphs_do_not_matter()
    {
        using var scope = NewDisposeScope();
        var state = ones(4, 6).requires_grad_();
        FiniteState.Require(state.t(), "a neuron");
        FiniteState.Require(state * float.MaxValue, "a neuron");
        Assert.Throws<InvalidOperationException>(() => FiniteState.Require((state * float.PositiveInfinity).t(), "a neuron"));
        FiniteState.Require(ones(3, dtype: ScalarType.Int64), "a counter");
    }
}
