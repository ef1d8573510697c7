using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>What one recurrent layer is made of.</summary>
/// <param name="inputs">Features of its input.</param>
/// <param name="hidden">Features of its output.</param>
public delegate SpikingRecurrentCell RecurrentCellFactory(long inputs, long hidden);

/// <summary>
/// Spiking recurrent layers on top of one another, each running over the whole sequence before the next (SpikingJelly 0.0.0.0.14 fed a
/// layer with what the one below gave a step before). In the state dictionary the cells are <c>cells.0</c>, <c>cells.1</c>, ..., those that
/// run backwards <c>cells_reverse.0</c>, ... Nothing is carried from call to call, except by what <see cref="Run"/> is given.
/// </summary>
public sealed class SpikingRecurrent : nn.Module<Tensor, Tensor>, ISequenceLayer, IWholeSequence
{
    private readonly ModuleList<SpikingRecurrentCell> cells;
    private readonly ModuleList<SpikingRecurrentCell>? cells_reverse;

    /// <summary>Builds the layers.</summary>
    /// <param name="cell">Makes the cells, for example <c>(inputs, hidden) => new SpikingLSTMCell(inputs, hidden)</c>.</param>
    /// <param name="inputs">Features of the input, at least 1.</param>
    /// <param name="hidden">Features of each layer in each direction, at least 1.</param>
    /// <param name="layers">Layers, at least 1.</param>
    /// <param name="bidirectional">Whether each layer also runs backwards; the next gets both outputs, features joined.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public SpikingRecurrent(RecurrentCellFactory cell, long inputs, long hidden, int layers = 1, bool bidirectional = false)
        : base(nameof(SpikingRecurrent))
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        cells = Stack();
        register_module(nameof(cells), cells);
        if (bidirectional)
        {
            cells_reverse = Stack();
            register_module(nameof(cells_reverse), cells_reverse);
        }

        ModuleList<SpikingRecurrentCell> Stack() => nn.ModuleList(
            Enumerable.Range(0, layers).Select(layer => cell(layer == 0 ? inputs : hidden * (bidirectional ? 2 : 1), hidden)).ToArray());
    }

    /// <summary>Runs the layers from zero states.</summary>
    /// <param name="input">[T, N, inputs].</param>
    /// <returns>Outputs of the last layer, [T, N, hidden], or [T, N, 2 hidden] with both directions.</returns>
    /// <exception cref="ArgumentException">The input is no such sequence.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Run(input).Output.MoveToOuterDisposeScope();
    }

    /// <summary>Runs the layers.</summary>
    /// <param name="input">[T, N, inputs].</param>
    /// <param name="initial">States to start from, in the form of the result; zeros where none are given.</param>
    /// <returns>
    /// Outputs, as <see cref="forward"/>, and the final states: for each state of a cell (h; of LSTM also c) one tensor
    /// [layers * directions, N, hidden], first all layers forwards, then all backwards.
    /// </returns>
    /// <exception cref="ArgumentException">The input is no such sequence, or the states do not fit.</exception>
    public (Tensor Output, IReadOnlyList<Tensor> Final) Run(Tensor input, IReadOnlyList<Tensor>? initial = null)
    {
        FloatingPoint.Require(input, GetName());
        var first = cells[0];
        if (input.dim() != 3 || input.shape[0] < 1 || input.shape[2] != first.Inputs)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected a sequence [T, N, {first.Inputs}] with T of at "
                + "least 1.", nameof(input));
        }

        long[] shape = [cells.Count * (cells_reverse is null ? 1 : 2), input.shape[1], first.Hidden];
        if (initial is not null && (initial.Count != first.States || initial.Any(state => !state.shape.SequenceEqual(shape))))
        {
            throw new ArgumentException(
                $"{GetName()} needs {first.States} initial states of shape [{string.Join(", ", shape)}].", nameof(initial));
        }

        using var scope = NewDisposeScope();
        var final = new IReadOnlyList<Tensor>[shape[0]];
        var sequence = input.unbind(0);
        for (var layer = 0; layer < cells.Count; layer++)
        {
            (var outputs, final[layer]) = Sweep(cells[layer], sequence, Start(layer));
            if (cells_reverse is not null)
            {
                (var backwards, final[cells.Count + layer]) = Sweep(
                    cells_reverse[layer], [.. sequence.Reverse()], Start(cells.Count + layer));
                outputs = [.. outputs.Zip(backwards.Reverse(), (forwards, back) => cat([forwards, back], -1))];
            }

            sequence = outputs;
        }

        var states = Enumerable.Range(0, first.States)
            .Select(state => stack(final.Select(each => each[state]).ToArray()).MoveToOuterDisposeScope()).ToArray();
        return (stack(sequence).MoveToOuterDisposeScope(), states);

        IReadOnlyList<Tensor> Start(int place) => initial is null
            ? [.. Enumerable.Range(0, first.States).Select(_ => zeros(shape[1..], dtype: input.dtype, device: input.device))]
            : [.. initial.Select(state => state.select(0, place))];
    }

    private static (Tensor[] Outputs, IReadOnlyList<Tensor> Final) Sweep(
        SpikingRecurrentCell cell, Tensor[] sequence, IReadOnlyList<Tensor> state)
    {
        var outputs = new Tensor[sequence.Length];
        for (var t = 0; t < sequence.Length; t++)
        {
            state = cell.Step(sequence[t], state);
            outputs[t] = state[0];
        }

        return (outputs, state);
    }
}
