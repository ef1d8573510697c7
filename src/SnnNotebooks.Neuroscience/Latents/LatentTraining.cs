using System.Globalization;
using SnnNotebooks.Exchange;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Trains a network by Adam (D. Kingma and J. Ba 2015) with a rate that falls along a cosine to 2 %, shortened gradients and a watch for
/// numbers that are none. Its state can be written and taken up again to the last bit.
/// </summary>
internal sealed class LatentTraining : IDisposable
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;
    private const double LastRate = 0.02;

    private readonly nn.Module network;
    private readonly double rate;
    private readonly int iterations;
    private readonly double largestGradient;
    private readonly (string Name, Parameter Value, Tensor First, Tensor Second)[] parameters;

    public LatentTraining(nn.Module network, double rate, int iterations, double largestGradient)
    {
        (this.network, this.rate, this.iterations, this.largestGradient) = (network, rate, iterations, largestGradient);
        parameters = [.. network.named_parameters()
            .Select(entry => (entry.name, entry.parameter, Moment(entry.parameter), Moment(entry.parameter)))];
    }

    /// <summary>Iterations done.</summary>
    public int Iteration { get; private set; }

    /// <summary>Where the noise of the coming iteration is drawn from: it depends on the seed and the iteration only.</summary>
    public SeededNoise Noise(int seed) => new((ulong)(((long)seed << 32) + Iteration + 1), ComputeDevice.Of(network));

    /// <summary>One iteration.</summary>
    /// <param name="loss">The total that is minimised, and its parts by name for the message where it is no number.</param>
    /// <exception cref="LatentTrainingException">The loss or a gradient is infinite or NaN.</exception>
    public void Step((Tensor Total, (string Name, Tensor Value)[] Parts) loss)
    {
        var total = loss.Total.item<float>();
        if (!float.IsFinite(total))
        {
            var part = Array.Find(loss.Parts, entry => !float.IsFinite(entry.Value.item<float>()));
            throw Astray($"{part.Name ?? "the total loss"} became {(part.Value is null ? total : part.Value.item<float>())}");
        }

        loss.Total.backward();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var norm = Math.Sqrt(parameters.Sum(parameter => parameter.Value.grad is { } gradient ? gradient.square().sum().ToDouble() : 0));
        if (!double.IsFinite(norm))
        {
            throw Astray(
                $"the gradient of "
                + $"{Array.Find(parameters, parameter => parameter.Value.grad?.isfinite().all().ToBoolean() == false).Name} became "
                + "infinite or NaN");
        }

        var scale = Math.Min(1, largestGradient / (norm + 1e-6));
        var now = rate * (LastRate + ((1 - LastRate) * (1 + Math.Cos(Math.PI * Iteration / iterations)) / 2));
        Iteration++;
        var (firstShare, secondShare) = (1 - Math.Pow(FirstDecay, Iteration), 1 - Math.Pow(SecondDecay, Iteration));
        foreach (var (_, value, first, second) in parameters)
        {
            if (value.grad is { } gradient)
            {
                gradient.mul_(scale);
                first.mul_(FirstDecay).add_(gradient, alpha: 1 - FirstDecay);
                second.mul_(SecondDecay).addcmul_(gradient, gradient, 1 - SecondDecay);
                value.addcdiv_(first, (second / secondShare).sqrt_().add_(Epsilon), -now / firstShare);
                gradient.zero_();
            }
        }
    }

    /// <summary>
    /// Writes weights, statistics, moments, the iteration and what the watch on held-out trials remembers, whole or not at all.
    /// </summary>
    public void Save(string path, ValidationWatch? watch = null)
    {
        List<(string, Tensor)> tensors = [.. network.state_dict().Select(entry => ($"network.{entry.Key}", entry.Value))];
        tensors.AddRange(parameters.SelectMany(
            parameter => new[] { ($"first.{parameter.Name}", parameter.First), ($"second.{parameter.Name}", parameter.Second) }));
        var facts = new Dictionary<string, string> { ["iteration"] = Iteration.ToString(CultureInfo.InvariantCulture) };
        watch?.Save(tensors, facts);
        Safetensors.Write(path, tensors, facts);
    }

    /// <summary>Goes on where a file was written.</summary>
    /// <exception cref="InvalidDataException">The file is of another network.</exception>
    public void Load(string path, ValidationWatch? watch = null)
    {
        using var checkpoint = Checkpoint.Read(path);
        using var noGradient = no_grad();
        var kept = checkpoint.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        var own = network.state_dict().Select(entry => ($"network.{entry.Key}", entry.Value))
            .Concat(parameters.SelectMany(
                parameter => new[] { ($"first.{parameter.Name}", parameter.First), ($"second.{parameter.Name}", parameter.Second) }))
            .ToArray();
        foreach (var (name, target) in own)
        {
            if (!kept.TryGetValue(name, out var source) || !source.shape.SequenceEqual(target.shape))
            {
                throw new InvalidDataException(
                    $"{path} is of another network: {name} should be [{string.Join(", ", target.shape)}] and is "
                    + $"{(source is null ? "absent" : $"[{string.Join(", ", source.shape)}]")}.");
            }
        }

        if (!checkpoint.Metadata.TryGetValue("iteration", out var text)
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var iteration))
        {
            throw new InvalidDataException($"{path} does not say at which iteration it was written.");
        }

        foreach (var (name, target) in own)
        {
            target.copy_(kept[name]);
        }

        watch?.Load(kept, checkpoint.Metadata);
        Iteration = iteration;
    }

    public void Dispose()
    {
        foreach (var (_, _, first, second) in parameters)
        {
            first.Dispose();
            second.Dispose();
        }
    }

    private LatentTrainingException Astray(string what) =>
        new(string.Create(CultureInfo.InvariantCulture,
            $"In iteration {Iteration} {what}. Try a smaller learning rate (it is {rate}) or look for extreme counts in the data."));

    private static Tensor Moment(Tensor parameter) => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
}
