using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Trial-averaged macaque responses in the layout of the AAAI 2023 paper's authors (specs/visual_cortex_static.md, section 2).
/// </summary>
public static class MacaqueResponses
{
    /// <summary>The paper keeps neurons of face patch AM of at least this noise ceiling.</summary>
    public const double PublishedCeiling = 0.1;

    /// <summary>Face patch AM: <c>AM.npy</c> (images, neurons) and <c>noise_ceiling.npy</c> (L. Chang et al. 2021).</summary>
    /// <param name="folder">The folder <c>macaque_face</c>.</param>
    /// <param name="ceiling">Neurons of at least this noise ceiling are kept.</param>
    /// <returns>[images, kept], float64; the caller disposes it.</returns>
    /// <exception cref="DatasetException">A file is missing or damaged, the two do not fit, or no neuron is kept.</exception>
    public static Tensor Faces(string folder, double ceiling = PublishedCeiling)
    {
        using var responses = ArrayFile.Read(Path.Combine(folder, "AM.npy"), dimensions: 2);
        using var ceilings = ArrayFile.Read(Path.Combine(folder, "noise_ceiling.npy"), dimensions: 1);
        if (ceilings.shape[0] != responses.shape[1])
        {
            throw new DatasetException(
                $"{folder} holds {responses.shape[1]} neurons and {ceilings.shape[0]} noise ceilings; expected as many.");
        }

        using var mask = ceilings.ge(ceiling);
        using var kept = mask.nonzero();
        using var index = kept.squeeze(1);
        return index.numel() > 0
            ? responses.index_select(1, index)
            : throw new DatasetException(
                $"None of the {responses.shape[1]} neurons in {folder} has a noise ceiling of at least {ceiling}.");
    }

    /// <summary>V4 or IT: <c>V4.npy</c>, <c>IT.npy</c> (images, neurons), already averaged and normalised (N. Majaj et al. 2015).</summary>
    /// <param name="folder">The folder <c>macaque_synthetic</c>.</param>
    /// <param name="area"><c>V4</c> or <c>IT</c>.</param>
    /// <returns>[images, N], float64; the caller disposes it.</returns>
    /// <exception cref="DatasetException">The file is missing or damaged.</exception>
    public static Tensor Objects(string folder, string area) => ArrayFile.Read(Path.Combine(folder, $"{area}.npy"), dimensions: 2);
}
