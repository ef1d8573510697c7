using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Events.Formats;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Layers;
using SnnNotebooks.Monitors;
using SnnNotebooks.Neurons;
using SnnNotebooks.Similarity;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Public.Tests;

/// <summary>A neuron given by its charge equation.</summary>
internal sealed class Quadratic(double tau, Surrogate? surrogate = null) : PointNeuron([("tau", tau)], surrogate: surrogate)
{
    protected override Lane Charge(Lane v, Lane x) => v + ((x + (v * (v - 0.8))) / Number("tau"));
}

/// <summary>A neuron that only tensors can express: it fires at the median of its layer.</summary>
internal sealed class MedianNeuron() : SpikingNeuron(["v"], 0, 0, true, null)
{
    protected override NeuronStep Step(Tensor[] before, Tensor x)
    {
        var h = before[0] + x;
        var spike = Surrogate.Spike(h - h.median());
        return new NeuronStep(h, spike, spike, [h * (1 - spike)]);
    }
}

/// <summary>A surrogate gradient: 1 within w of the threshold.</summary>
internal sealed class Box(double w) : Surrogate(("w", w))
{
    public override Lane Gradient(Lane u) => Lane.Select(w - Lane.Abs(u), 1, 0);
}

/// <summary>A stateful layer: the running sum of its input.</summary>
internal sealed class RunningSum() : StatefulLayer(nameof(RunningSum))
{
    protected override Tensor Run(Tensor input)
    {
        var sums = input.cumsum(0) + Carried.OrZeros(input.shape[1..], input);
        Carried.Keep(sums[-1].clone());
        return sums;
    }
}

/// <summary>A monitor: the share of silent neurons of each call.</summary>
internal sealed class SilentMonitor(nn.Module network) : ModuleMonitor<double>(network, null)
{
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output)
    {
        Record(name, output.sum(0).eq(0).to(ScalarType.Float64).mean().item<double>());
        return output;
    }
}

/// <summary>A metric: the correlation of mean responses.</summary>
internal sealed class MeanMetric() : SimilarityMetric("mean")
{
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model, summary);

    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural, summary);

    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        var (a, b) = (model.Values - model.Values.mean(), neural.Values - neural.Values.mean());
        return SimilarityScore.Of(
            Name, (a * b).sum().item<double>() / Math.Sqrt((a * a).sum().item<double>() * (b * b).sum().item<double>()));
    }

    private static Representation Make(ResponseMatrix responses, ResponseSummary summary) =>
        new(responses.Name, summary.RowSums / responses.Columns, pairwise: false);
}

/// <summary>A view.</summary>
internal sealed class HelloView : View
{
    public override string ToHtml() => "<p>hello</p>";

    public override string ToString() => "hello";
}

/// <summary>An event format: after the word EVTX, three bytes an event, x, y and milliseconds since the last one.</summary>
internal sealed class TinyDecoder : EventDecoder
{
    private long time;

    public override int Wanted => 3;

    public static EventStart? Open(string extension, ReadOnlySpan<byte> start) =>
        start.StartsWith("EVTX"u8)
            ? new EventStart(new TinyDecoder(), HeaderBytes: 4, new SensorSize(16, 16, SensorSizeOrigin.Stated))
            : null;

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (bytes.Length - used >= 3 && block.Room > 0)
        {
            time += 1000L * bytes[used + 2];
            block.Add(time, bytes[used], bytes[used + 1], 1);
            used += 3;
        }

        return used;
    }
}
