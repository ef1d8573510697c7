using System.Diagnostics;
using System.Reflection;
using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>
/// TorchSharp as it was loaded. The package's own assembly lets go of the arguments of native calls before they return, and a collection at
/// that moment frees a tensor while it is read. Programs built with this kit get a copy that keeps them (<c>SnnNotebooks.Core.targets</c>).
/// </summary>
public static class TorchSharpAssembly
{
    /// <summary>Whether arguments of TorchSharp's methods live until the method returns.</summary>
    public static bool KeepsArguments { get; } =
        typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };

    /// <summary>What to know and to do where arguments are not kept; null where they are.</summary>
    public static string? Caution => KeepsArguments
        ? null
        : $"{typeof(torch).Assembly.Location} frees tensors and numbers that native calls still read: rarely, numbers are wrong or the "
            + "process dies, "
            + "where temporaries are left to the garbage collector. Keep work in dispose scopes (torch.NewDisposeScope()), or use the "
            + "copy the build makes: "
            + "refer to the package SnnNotebooks.Core, or import its SnnNotebooks.Core.targets where you refer to the project, and do "
            + "not set SnnWeaveTorchSharp.";
}
