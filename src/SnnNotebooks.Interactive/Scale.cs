namespace SnnNotebooks.Interactive;

/// <summary>How much of an experiment a notebook runs; chosen by the parameter <c>Scale</c>.</summary>
public enum Scale
{
    /// <summary>Data that ships with the kit, at most a minute on two cores: every step and figure, small numbers.</summary>
    Quick,

    /// <summary>Real data one can get in minutes, up to about an hour: the numbers mean something.</summary>
    Laptop,

    /// <summary>The full published recipe; needs a GPU and the data set.</summary>
    Paper,
}
