using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class TideSwapVaeTests
{
    private static readonly TideSwapVaeOptions Small = new()
    {
        Content = 3,
        Style = 2,
        Hidden = 10,
        State = 6,
        Window = 12,
        LargestOffset = 2,
        Batch = 4,
        Iterations = 8,
    };

    [Fact]
    public void One_bin_without_state_and_prior_is_SwapVAEs_loss()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var network = new TideSwapVae(7, Small with { TimeDependence = false, LearnedPrior = false, Temperature = null });

        // in evaluation mode: Swap-VAE normalises each decoded batch on its own, this network both views together
        network.eval();
        var (first, second) = (poisson(ones(5, 1, 7)), poisson(ones(5, 1, 7)));
        var (firstNoise, secondNoise) = (randn(5, 1, 2), randn(5, 1, 2));
        var loss = network.Loss(first, second, first, second, null, null, firstNoise, secondNoise);
        (Tensor, Tensor, Tensor) Encoded(Tensor counts)
        {
            var latents = network.Encode(counts, null);
            return (latents.Content.squeeze(1), latents.Mean.squeeze(1), latents.LogVariance.squeeze(1));
        }

        var reference = SwapVaeLoss.Of(first.squeeze(1), second.squeeze(1), Encoded(first), Encoded(second), firstNoise.squeeze(1),
            secondNoise.squeeze(1), (content, style) => network.Decode(content.unsqueeze(1), style.unsqueeze(1)).squeeze(1));

        Assert.Equal(reference.Original.item<float>(), loss.Original.item<float>(), 4);
        Assert.Equal(reference.Swapped.item<float>(), loss.Swapped.item<float>(), 4);
        Assert.Equal(reference.Alignment.item<float>(), loss.Contrast.item<float>(), 5);
        Assert.Equal(reference.Divergence.item<float>(), loss.Divergence.item<float>(), 5);
        Assert.Equal(0, loss.PriorDivergence.item<float>());
        Assert.Equal(reference.Total(10, 1).item<float>(), loss.Total(1, 10).item<float>(), 3);
    }

    [Fact]
    public void Exchanging_identical_views_changes_nothing_and_different_ones_something()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        using var network = new TideSwapVae(7, Small);
        var (x, y, noise) = (poisson(ones(5, 9, 7)), poisson(ones(5, 9, 7)), randn(5, 9, 2));
        var alike = network.Loss(x, x, x, x, null, null, noise, noise);
        var different = network.Loss(x, y, x, y, null, null, noise, noise);

        Assert.Equal(alike.Original.item<float>(), alike.Swapped.item<float>(), 4);
        Assert.NotEqual(different.Original.item<float>(), different.Swapped.item<float>(), 4);
    }

    [Fact]
    public void The_divergence_is_zero_where_the_prior_is_the_posterior()
    {
        using var scope = NewDisposeScope();
        using var network = new TideSwapVae(7, Small);
        using (no_grad())
        {
            // both distributions become N(0, 1) whatever the input
            foreach (var (name, parameter) in network.named_parameters())
            {
                if (name.StartsWith("styleEncoderOutput", StringComparison.Ordinal) || name.StartsWith("prior.2", StringComparison.Ordinal))
                {
                    parameter.zero_();
                }
            }
        }

        var x = poisson(ones(5, 9, 7));
        var loss = network.Loss(x, x, x, x, null, null, zeros(5, 9, 2), zeros(5, 9, 2));
        Assert.Equal(0, loss.Divergence.item<float>());
        Assert.Equal(0, loss.PriorDivergence.item<float>());
    }

    [Fact]
    public void Latents_depend_on_the_past_and_not_on_the_future()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var network = new TideSwapVae(7, Small);
        using var memoryless = new TideSwapVae(7, Small with { TimeDependence = false });
        network.eval();
        memoryless.eval();
        var x = poisson(ones(1, 9, 7));
        var changed = x.clone();
        changed[0, 4] = changed[0, 4] + 3;
        float[] Moved(TideSwapVae net) =>
            (net.Encode(x, null).Content - net.Encode(changed, null).Content).abs().amax([0, 2]).data<float>().ToArray();
        var (moved, once) = (Moved(network), Moved(memoryless));

        Assert.All(moved[..4], value => Assert.Equal(0, value));
        Assert.All(moved[4..], value => Assert.True(value > 0));
        Assert.All(once[5..], value => Assert.Equal(0, value));
        Assert.True(once[4] > 0);
    }

    [Fact]
    public void A_sequence_of_any_length_is_embedded_and_its_beginning_stays()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        using var network = new TideSwapVae(7, Small);
        network.eval();
        var x = poisson(ones(2, 30, 7));
        var (whole, part) = (network.Encode(x, null), network.Encode(x.narrow(1, 0, 11), null));

        Assert.Equal(0, (whole.Content.narrow(1, 0, 11) - part.Content).abs().max().ToDouble(), 6);
        Assert.Equal(0, (whole.Mean.narrow(1, 0, 11) - part.Mean).abs().max().ToDouble(), 6);
    }

    [Fact]
    public void Its_style_state_is_torchs_gated_recurrent_unit()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        using var network = new TideSwapVae(7, Small);
        network.eval();
        var named = network.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter, StringComparer.Ordinal);
        using var unit = nn.GRUCell(10 + 3 + 2, 6);
        using (no_grad())
        {
            // input weights stand together in torch: features and content, then the style's sample
            unit.weight_ih!.copy_(cat([named["styleStateInput.weight"], named["styleStateLatent.weight"]], 1));
            unit.bias_ih!.copy_(named["styleStateInput.bias"]);
            unit.weight_hh!.copy_(named["styleStateHidden.weight"]);
            unit.bias_hh!.copy_(named["styleStateHidden.bias"]);
        }

        var x = poisson(ones(2, 5, 7));
        var latents = network.Encode(x, null);
        var features = (nn.Module<Tensor, Tensor>)network.named_children().First(child => child.name == "features").module;
        var state = zeros(2, 6);
        for (var step = 0; step < 5; step++)
        {
            var seen = features.call(x[TensorIndex.Colon, step]);
            var posterior =
                (named["styleEncoderInput.weight"].matmul(seen.t()).t() + named["styleEncoderInput.bias"]
                    + named["styleEncoderState.weight"].matmul(state.t()).t()).relu()
                        .matmul(named["styleEncoderOutput.weight"].t()) + named["styleEncoderOutput.bias"];
            Assert.Equal(0, (posterior.narrow(1, 0, 2) - latents.Mean[TensorIndex.Colon, step]).abs().max().ToDouble(), 5);
            state = unit.call(cat([seen, latents.Content[TensorIndex.Colon, step], latents.Style[TensorIndex.Colon, step]], 1), state);
        }
    }

    [Fact]
    public void Training_that_is_taken_up_again_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var data = new LorenzPopulation { Conditions = 3, TrialsPerCondition = 2, Steps = 30, Neurons = 7 }.Generate();
        using var straight = new TideSwapVaeModel(Small);
        straight.Fit(data.Counts);
        var path = folder.File("run.safetensors");
        using (var begun = new TideSwapVaeModel(Small) { CheckpointPath = path })
        {
            begun.Fit(data.Counts, until: 3);
        }

        using var resumed = new TideSwapVaeModel(Small) { CheckpointPath = path };
        resumed.Fit(data.Counts);
        using var expected = straight.Embed(data.Counts);
        using var found = resumed.Embed(data.Counts);

        Assert.Equal([4, 5, 6, 7, 8], resumed.History.Select(step => step.Iteration));
        Assert.Equal(expected.bytes.ToArray(), found.bytes.ToArray());
        using var other = new TideSwapVaeModel(Small with { Hidden = 11 }) { CheckpointPath = path };
        Assert.Contains("another network", Assert.Throws<InvalidDataException>(() => other.Fit(data.Counts)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Early_stopping_is_taken_up_again_too()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(4);
        var noise = poisson(full([30, 30, 7], 0.5));
        var options = Small with { Iterations = 400, ValidationEvery = 5, LearningRate = 0.02 };
        using var straight = new TideSwapVaeModel(options);
        straight.Fit(noise);
        var path = folder.File("run.safetensors");
        using (var begun = new TideSwapVaeModel(options) { CheckpointPath = path })
        {
            begun.Fit(noise, until: straight.History.Count - 12);
        }

        using var resumed = new TideSwapVaeModel(options) { CheckpointPath = path };
        resumed.Fit(noise);

        Assert.Equal(straight.History[^1].Iteration, resumed.History[^1].Iteration);
        Assert.Equal(straight.Embed(noise).bytes.ToArray(), resumed.Embed(noise).bytes.ToArray());
    }

    [Fact]
    public void Training_ends_early_where_held_out_trials_get_no_better_and_keeps_the_best_weights()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var noise = poisson(full([30, 30, 7], 0.5)); // nothing to learn but the means, which it starts with
        using var model = new TideSwapVaeModel(Small with { Iterations = 400, ValidationEvery = 5, LearningRate = 0.02 });

        model.Fit(noise);

        Assert.InRange(model.History.Count, 25, 399);
        Assert.Equal(0, model.History.Count % 5);
        using var rates = model.Reconstruct(noise);
        Assert.InRange((rates - 0.5).abs().mean().item<float>(), 0, 0.15);
    }

    [Fact]
    public void Training_leaves_no_tensors_behind()
    {
        using var data = new LorenzPopulation { Conditions = 3, TrialsPerCondition = 2, Steps = 30, Neurons = 7 }.Generate();
        long Grown(int iterations)
        {
            using var model = new TideSwapVaeModel(Small with { Iterations = iterations, NeuronDropout = 0.5 });
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            model.Fit(data.Counts);
            using var embedded = model.Embed(data.Counts);
            using var reconstructed = model.Reconstruct(data.Counts);
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }

        Grown(1);
        Assert.Equal(Grown(2), Grown(9));
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_with_its_cause()
    {
        using var counts = ones(2, 20, 7);
        using var model = new TideSwapVaeModel(Small);
        Assert.Throws<InvalidOperationException>(() => model.Embed(counts));
        Assert.Throws<ArgumentException>(() => model.Fit(-counts));
        Assert.Throws<ArgumentException>(() => model.Fit(counts * double.NaN));
        Assert.Contains("do not fit into trials of 20",
            Assert.Throws<ArgumentException>(() => new TideSwapVaeModel(Small with { Window = 19 }).Fit(counts)).Message,
            StringComparison.Ordinal);
        Assert.Contains("In iteration 0 the reconstruction became",
            Assert.Throws<LatentTrainingException>(
                () => new TideSwapVaeModel(Small with { CoordinatedDropout = 0 }).Fit(counts * 1e38)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_are_windows_of_one_trial_a_few_bins_apart()
    {
        using var scope = NewDisposeScope();

        // every count tells its trial and bin
        var counts = (arange(6, dtype: float32).reshape(6, 1, 1) * 100) + arange(40, dtype: float32).reshape(1, 40, 1);
        var sampler = new PairSampler(counts, window: 10, largestOffset: 3, batch: 200, seed: 1);
        var (first, second, firstStart, secondStart) = sampler.Draw(5);
        var offsets = (second - first).squeeze(2);

        Assert.Equal([200, 10, 1], first.shape);
        Assert.Equal(0, (offsets - offsets.narrow(1, 0, 1)).abs().max().ToDouble());
        Assert.Equal([-3, -2, -1, 0, 1, 2, 3],
            offsets[TensorIndex.Colon, 0].data<float>().ToArray().Distinct().Order().Select(offset => (int)offset));
        Assert.Equal(offsets[TensorIndex.Colon, 0].data<float>().ToArray(), secondStart.Zip(firstStart, (b, a) => (float)(b - a)));
        Assert.True(firstStart.Zip(secondStart).All(pair => Math.Min(pair.First, pair.Second) == 0));
        Assert.Equal(first.data<float>().ToArray(), sampler.Draw(5).First.data<float>().ToArray());
        Assert.NotEqual(first.data<float>().ToArray(), sampler.Draw(6).First.data<float>().ToArray());
    }
}
