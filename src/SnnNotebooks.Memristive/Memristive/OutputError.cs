namespace SnnNotebooks.Memristive;

/// <summary>What the error of the output layer is.</summary>
public enum OutputError
{
    /// <summary>y - F(z) of each output by itself.</summary>
    Sigmoid,

    /// <summary>y - softmax(z).</summary>
    Softmax,

    /// <summary>y - x of one binary read of the outputs: comparators only.</summary>
    BinaryRead,

    /// <summary>y minus 1 at the largest column sum.</summary>
    WinnerTakesAll,
}
