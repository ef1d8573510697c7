namespace SnnNotebooks.TestSupport;

/// <summary>A test of what is said where there is no GPU; skipped where there is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WithoutGpuTheoryAttribute : TheoryAttribute
{
    public WithoutGpuTheoryAttribute() => Skip = Gpu.IsThere ? "needs a machine without an NVIDIA GPU" : null;
}

/// <summary>A theory that needs a GPU and a libtorch for it; skipped where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GpuTheoryAttribute : TheoryAttribute
{
    public GpuTheoryAttribute() => Skip = Gpu.Missing;
}

file static class Gpu
{
    public static string? Missing => IsThere ? null : "needs an NVIDIA GPU and SNN_LIBTORCH with a libtorch for it";

    public static bool IsThere => File.Exists("/dev/nvidiactl");
}
