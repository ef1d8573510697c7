namespace SnnNotebooks.Native;

/// <summary>A PyTorch of some Python on this machine.</summary>
/// <param name="Folder">The folder of its libraries, for <c>SNN_LIBTORCH</c>.</param>
/// <param name="Version">Its version; null where none is stated.</param>
/// <param name="HasCuda">Whether it computes on NVIDIA GPUs.</param>
/// <param name="Refusal">Why this kit does not run with it; null where it does.</param>
public sealed record FoundTorch(string Folder, string? Version, bool HasCuda, string? Refusal);
