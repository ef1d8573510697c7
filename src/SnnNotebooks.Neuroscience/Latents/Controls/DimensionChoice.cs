namespace SnnNotebooks.Latents.Controls;

/// <summary>How many dimensions foretell trials and neurons that were left out.</summary>
/// <param name="Best">The number of least error; 0 where no dimension helps. The most that were tried says that more may be better.</param>
/// <param name="Fewest">The smallest number whose error is above the least by no more than one standard error of the difference.</param>
/// <param name="Errors">
/// For 0, 1, 2, ... dimensions the squared error over that of each neuron's mean: 1 foretells nothing.
/// </param>
/// <param name="StandardErrors">Of the errors, over the parts left out.</param>
public sealed record DimensionChoice(int Best, int Fewest, IReadOnlyList<double> Errors, IReadOnlyList<double> StandardErrors);
