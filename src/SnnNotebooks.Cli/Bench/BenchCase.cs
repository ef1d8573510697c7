using System.Text.Json.Serialization;

namespace SnnNotebooks.Cli.Bench;

/// <summary>One thing that is measured, the same by the kit and by its peers (<c>gpu_peer.py</c>).</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Kind">
/// <c>lif</c>: LIF, tau 2, arctangent, hard reset, on [T, elements / T]. <c>own</c>: a user's own equation on the same.
/// <c>copy</c>: a copy on the device. <c>csnn</c>: the network of SpikingJelly's Fashion-MNIST example. <c>linear-lif</c>: a dense layer
/// and LIF, the task of the Open Neuromorphic benchmark. <c>sew-resnet18</c>: ImageNet's. <c>spikformer-ti</c>: SpikingJelly's Spikformer
/// of 256 features, 8 heads, 4 blocks. <c>qkformer</c>: HST-10-384. <c>memory</c>: <c>csnn</c> again, its memory rather than its time.
/// </param>
/// <param name="Pass"><c>both</c> (forward and backward), <c>forward</c>, <c>train</c> (a step of training) or <c>infer</c>; of
/// <c>memory</c> the kit's backend, <c>fused</c> or <c>reference</c>.</param>
/// <param name="Steps">T.</param>
/// <param name="Size">Elements of <c>lif</c>, <c>own</c> and <c>copy</c>; channels of <c>csnn</c> and <c>memory</c>; neurons of
/// <c>linear-lif</c>; pixels of a side of the networks for ImageNet.</param>
/// <param name="Batch">Inputs at once, where that is no part of the size.</param>
/// <param name="Type"><c>float32</c>, <c>float16</c>, <c>bfloat16</c>, or <c>tf32</c> for float32 with matrix products in TF32.</param>
/// <param name="Runs">Steps of training of <c>memory</c>.</param>
/// <param name="Compiled">Whether PyTorch's compiler is tried as well: on the same equation, or on SpikingJelly's network.</param>
/// <param name="IsLong">Whether it is left out unless all are asked for.</param>
internal sealed record BenchCase(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("pass")] string Pass,
    [property: JsonPropertyName("steps")] int Steps,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("batch")] int Batch = 1,
    [property: JsonPropertyName("type")] string Type = "float32",
    [property: JsonPropertyName("runs")] int Runs = 0,
    [property: JsonPropertyName("compiled")] bool Compiled = false,
    [property: JsonIgnore] bool IsLong = false);
