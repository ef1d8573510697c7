namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>The CUDA driver or its compiler NVRTC is missing or refused something.</summary>
/// <param name="message">Which function, on what, and why.</param>
internal sealed class CudaException(string message) : Exception(message);
