using SnnNotebooks.Latents.Controls;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>A control of a recording, to be seen beside it: the same method on counts with nothing to find.</summary>
/// <param name="Name">What it is, such as <c>shifted in time</c>.</param>
/// <param name="Latents">[trials, T, D]; not kept.</param>
/// <param name="Counts">[trials, T, N]; not kept.</param>
/// <param name="Decoding">Of these latents; null where the recording's is.</param>
public sealed record LinkedControl(string Name, Tensor Latents, Tensor Counts, ConditionDecoding? Decoding = null);
