using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive;
using SnnNotebooks.Native;

namespace SnnNotebooks.Cli;

/// <summary>The kit, as this tool lends it to the notebooks it runs.</summary>
internal static class KitExtension
{
    private static readonly string[] Assemblies =
    [
        "SnnNotebooks", "SnnNotebooks.Core", "SnnNotebooks.Data", "SnnNotebooks.Distributed", "SnnNotebooks.Interactive",
        "SnnNotebooks.Interactive.Frames", "SnnNotebooks.LibTorch.Cpu", "SnnNotebooks.Memristive", "SnnNotebooks.Models",
        "SnnNotebooks.Neuroscience",
    ];

    /// <summary>
    /// libtorch is loaded, the process tuned, and the formatters registered, when a cell first refers to the kit: a notebook without it
    /// starts without them.
    /// </summary>
    public static HostExtension Create() => new([.. Assemblies, "TorchSharp"], () =>
    {
        ProcessTuning.Apply();
        KitFormatters.Register();
        FrameFormatters.Register();
    });
}
