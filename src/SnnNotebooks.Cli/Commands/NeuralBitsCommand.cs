using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SnnNotebooks.Exchange;
using SnnNotebooks.Latents.Benchmark;
using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn neural bits</c>: how well rates explain spikes, as the Neural Latents Benchmark scores them.</summary>
internal static class NeuralBitsCommand
{
    public static Command Create()
    {
        var rates = new Argument<string>("RATES.npy") { Description = "Expected counts [trials, bins, neurons], at least 0." };
        var spikes = new Argument<string>("SPIKES.npy") { Description = "Counts of the same shape; NaN where nothing is asked." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object: bitsPerSpike, negativeLogLikelihood, spikes." };
        var command = new Command("bits", "Bits per spike that rates know beyond each neuron's mean (co-smoothing, forward prediction).")
        {
            rates, spikes, json,
        };
        command.SetAction(parsed => Run(parsed.GetValue(rates)!, parsed.GetValue(spikes)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(string ratesFile, string spikesFile, bool json)
    {
        if (Array.Find([ratesFile, spikesFile], path => !File.Exists(path)) is { } lost)
        {
            Console.Error.WriteLine($"There is no file {lost}; expected a NumPy array [trials, bins, neurons] (.npy).");
            return ExitCode.Usage;
        }

        LibTorch.EnsureLoaded();
        try
        {
            using var scope = NewDisposeScope();
            var (rates, spikes) = (Read(ratesFile), Read(spikesFile));
            var (bits, loss) = (SpikeLikelihood.BitsPerSpike(rates, spikes), SpikeLikelihood.NegativeLogLikelihood(rates, spikes));
            var count = spikes.nan_to_num().sum().item<double>();
            if (json)
            {
                Console.WriteLine(new JsonObject
                {
                    ["bitsPerSpike"] = double.IsFinite(bits) ? bits : null,
                    ["negativeLogLikelihood"] = loss,
                    ["spikes"] = count,
                }.ToJsonString());
            }
            else
            {
                Console.WriteLine(count > 0
                    ? string.Create(CultureInfo.InvariantCulture, $"{bits:0.000000} bits per spike ({count} spikes)")
                    : "undefined: there are no spikes");
            }

            return ExitCode.Success;
        }
        catch (Exception failed) when (failed is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Failure;
        }
    }

    private static Tensor Read(string path) => NumpyArray.Parse(File.ReadAllBytes(path), path).ToTensor().to(ScalarType.Float64);
}
