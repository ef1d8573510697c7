namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Where a generated loop finds what it reads and puts what it computes: places in its table of rows, any number of variables and
/// numbers.
/// </summary>
internal static class StepRows
{
    /// <summary>The input.</summary>
    public const int X = 0;

    /// <summary>The output.</summary>
    public const int Output = 1;

    /// <summary>Gradient of the output.</summary>
    public const int GradOutput = 2;

    /// <summary>Gradient of the input.</summary>
    public const int GradX = 3;

    private const int First = 4;
    private const int Kinds = 6;

    /// <summary>A variable before the step.</summary>
    public static int Before(int variable) => First + (variable * Kinds);

    /// <summary>A variable after charging.</summary>
    public static int Charged(int variable) => Before(variable) + 1;

    /// <summary>A variable after the reset.</summary>
    public static int After(int variable) => Before(variable) + 2;

    /// <summary>Gradient of a variable after the reset, replaced by that before the step.</summary>
    public static int Carried(int variable) => Before(variable) + 3;

    /// <summary>A number that differs from neuron to neuron.</summary>
    public static int Number(int number) => Before(number) + 4;

    /// <summary>The gradient of such a number, added up over the steps.</summary>
    public static int GradNumber(int number) => Before(number) + 5;

    /// <summary>
    /// The row in which a step finds what the one before left in a row: a variable before the step for that after the reset, the same one
    /// for what is carried or added up; null for what no step reads.
    /// </summary>
    public static int? ReadAs(int row) => row < First ? null : ((row - First) % Kinds) switch
    {
        2 => row - 2,
        3 or 5 => row,
        _ => null,
    };

    /// <summary>How many rows there are.</summary>
    public static int Count(int variables, int numbers) => Before(Math.Max(variables, numbers));
}
