using System.Globalization;
using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.Exchange;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Training;

/// <summary>
/// The files of a training: the weights it ends with (OUT), those of the epoch that was best on the test set (OUT.best), each also as
/// PyTorch's file where asked for.
/// </summary>
/// <param name="output">OUT.</param>
/// <param name="timeSteps">T.</param>
/// <param name="pytorch">Whether .pt files are wanted, too.</param>
internal sealed class TrainedWeights(string output, int timeSteps, bool pytorch)
{
    private const string AccuracyNote = "test-accuracy";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string best = Path.ChangeExtension(output, ".best" + Path.GetExtension(output));
    private double? reached;

    /// <summary>The last test.</summary>
    public ConfusionMatrix? Confusion { get; private set; }

    /// <summary>Keeps other trainings from writing the same files until disposed; waits a little for one that is about to end.</summary>
    /// <exception cref="InvalidOperationException">One writes them.</exception>
    public IDisposable Claim(CancellationToken stop)
    {
        var full = Path.GetFullPath(output);
        var file = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.lock");
        return TaskClaim.TakeAsync(file, Patience, stop, passing: true).GetAwaiter().GetResult()
            ?? throw new InvalidOperationException(
                $"Another training that still runs writes {output}: give another --out, or wait for its end.");
    }

    /// <summary>Tries the files, and removes what killed runs left of them.</summary>
    public void Prepare()
    {
        string[] files = [output, best];
        foreach (var path in pytorch ? files.Concat(files.Select(PyTorch)) : files)
        {
            AtomicFile.RemoveAbandoned(path);
            AtomicFile.EnsureWritable(path);
        }
    }

    /// <summary>Takes the best of the run that is gone on with.</summary>
    public void Resume()
    {
        if (File.Exists(best))
        {
            using var former = Checkpoint.Read(best);
            reached = former.Metadata.TryGetValue(AccuracyNote, out var text)
                && double.TryParse(text, CultureInfo.InvariantCulture, out var accuracy) ? accuracy : null;
        }
    }

    /// <summary>Keeps the weights where they are better than all before.</summary>
    public void Tested(nn.Module<Tensor, Tensor> network, ConfusionMatrix confusion)
    {
        Confusion = confusion;
        if (!(confusion.Accuracy <= reached))
        {
            reached = confusion.Accuracy;
            Write(best, network, confusion.Accuracy);
        }
    }

    /// <summary>Writes the weights the training ended with; returns the names of all files.</summary>
    /// <param name="network">The network.</param>
    /// <param name="accuracy">Of the last test, which may have been in a process that was killed since.</param>
    public string Finish(nn.Module<Tensor, Tensor> network, double accuracy)
    {
        Write(output, network, accuracy);
        string[] files = File.Exists(best) ? [output, best] : [output];
        return string.Join(", ", pytorch ? files.Concat(files.Select(PyTorch)) : files);
    }

    private static string PyTorch(string path) => Path.ChangeExtension(path, ".pt");

    private void Write(string path, nn.Module<Tensor, Tensor> network, double accuracy)
    {
        var notes = new Dictionary<string, string> { [AccuracyNote] = accuracy.ToString("R", CultureInfo.InvariantCulture) };
        using var weights = Checkpoint.Of(NetworkProbe.Inner(network), timeSteps, notes);
        if (pytorch)
        {
            weights.WritePyTorch(PyTorch(path));
        }

        weights.Write(path); // last: it says which accuracy was reached, which a run killed before it must not believe
    }
}
