namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>A planted region of the synthetic cortex.</summary>
/// <param name="Name">The acronym of the mouse region whose place it takes.</param>
/// <param name="Level">Which stage of the hierarchy its neurons read, from 0.</param>
/// <param name="TimeConstant">Seconds over which its response to a movie is integrated; longer further up (as J. Murray et al. 2014 and J.
/// Siegle et al. 2021 measured).</param>
/// <param name="Latency">Seconds from the onset of a scene to the first evoked spike.</param>
public sealed record CortexArea(string Name, int Level, double TimeConstant, double Latency);
