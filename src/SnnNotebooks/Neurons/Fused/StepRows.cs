namespace SnnNotebooks.Neurons.Fused;

/// <summary>Where a generated loop finds what it reads and puts what it computes: indices into its table of rows, then the learnable numbers.</summary>
internal static class StepRows
{
    /// <summary>The variables before the step; as many rows as variables.</summary>
    public const int Before = 0;

    /// <summary>The variables after charging.</summary>
    public const int Charged = 3;

    /// <summary>The variables after the reset.</summary>
    public const int After = 6;

    /// <summary>Gradients of the variables after the reset, replaced by those before the step.</summary>
    public const int Carried = 9;

    /// <summary>The input.</summary>
    public const int X = 12;

    /// <summary>The output.</summary>
    public const int Output = 13;

    /// <summary>Gradient of the output.</summary>
    public const int GradOutput = 14;

    /// <summary>Gradient of the input.</summary>
    public const int GradX = 15;

    /// <summary>How many rows there are.</summary>
    public const int Count = 16;

    /// <summary>The first learnable number, as a leaf.</summary>
    public const int FirstNumber = Count;
}
