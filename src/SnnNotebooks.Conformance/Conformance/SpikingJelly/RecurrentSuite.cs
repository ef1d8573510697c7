using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Spiking LSTM, GRU and Elman networks: outputs bit for bit, final states and gradients.</summary>
internal sealed class RecurrentSuite : SpikingJellySuite
{
    /// <inheritdoc/>
    protected override bool Covers(string family) => family == "rnn";

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        var kind = reference.Name.Split('_')[0];
        if (kind.EndsWith("Cell", StringComparison.Ordinal))
        {
            CompareCell(reference, Cell(kind, reference, reference.Has("param_linear_ih.bias")));
            return null;
        }

        var layers = (int)reference.Number("layers");
        if (reference.IsRelease && layers > 1)
        {
            return "SpikingJelly 0.0.0.0.14 feeds a layer with what the one below gave a step before, a defect mended later; this kit "
                + "has the mended rule";
        }

        CompareLayers(reference, Cell(kind + "Cell", reference, reference.Has("param_cells.0.linear_ih.bias")), layers);
        return null;
    }

    private static RecurrentCellFactory Cell(string kind, ReferenceCase reference, bool bias)
    {
        var surrogate = Surrogate(reference, "surrogate1");
        var candidate = Surrogate(reference, "surrogate2");
        return kind switch
        {
            nameof(SpikingLSTMCell) => (
                inputs, hidden) => new SpikingLSTMCell(inputs, hidden, bias, surrogate: surrogate, candidateSurrogate: candidate),
            nameof(SpikingGRUCell) => (
                inputs, hidden) => new SpikingGRUCell(inputs, hidden, bias, surrogate: surrogate, candidateSurrogate: candidate),
            nameof(SpikingVanillaRNNCell) => (inputs, hidden) => new SpikingVanillaRNNCell(inputs, hidden, bias, surrogate: surrogate),
            _ => throw new NotSupportedException($"this suite knows no recurrent cell called {kind}"),
        };
    }

    private static Surrogate? Surrogate(ReferenceCase reference, string constant) =>
        reference.Text(constant) is { } name ? SurrogateCatalog.Create(name, release: reference.IsRelease) : null;

    private static void CompareCell(ReferenceCase reference, RecurrentCellFactory factory)
    {
        using var cell = factory((long)reference.Number("input"), (long)reference.Number("hidden"));
        reference.LoadParameters(cell);
        var x = reference.Tensor("x").requires_grad_();
        IReadOnlyList<Tensor> state = [.. Enumerable.Range(0, cell.States).Select(_ => zeros([x.shape[1], cell.Hidden], dtype: x.dtype))];
        var outputs = new List<Tensor>();
        foreach (var step in x.unbind(0))
        {
            state = cell.Step(step, state);
            outputs.Add(state[0]);
        }

        var y = stack(outputs);
        reference.Same("y", y);
        (y * reference.Tensor("g")).sum().backward();
        reference.Close("grad_x", x.grad!);
        reference.CloseGradients(cell);
    }

    private static void CompareLayers(ReferenceCase reference, RecurrentCellFactory factory, int layers)
    {
        var hidden = reference.Shape("param_cells.0.linear_hh.weight")[1];
        using var network = new SpikingRecurrent(factory, reference.Shape("x")[2], hidden, layers, reference.Flag("bidirectional"));
        reference.LoadParameters(network);
        var (y, final) = network.Run(reference.Tensor("x"));
        reference.Same("y", y);

        // SpikingJelly joins the states of an LSTM in one tensor; the release branch on an axis of their own
        reference.Close("final", cat([.. final], 0).reshape([.. reference.Shape("final")]));
    }
}
