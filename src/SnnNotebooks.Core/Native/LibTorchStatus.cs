namespace SnnNotebooks.Native;

/// <summary>How libtorch came to be loaded.</summary>
public enum LibTorchLoad
{
    /// <summary>TorchSharp's own probing finds and loads it; nothing was done (Windows, macOS).</summary>
    LeftToTorchSharp,

    /// <summary>The library as shipped was loaded.</summary>
    Original,

    /// <summary>
    /// The system's libstdc++ is older than the library asks for: a copy with that one unused requirement marked weak was loaded.
    /// </summary>
    WeakCopy,
}

/// <summary>What was loaded from where.</summary>
/// <param name="Load">How it was loaded.</param>
/// <param name="LibTorchFolder">The folder of libtorch's libraries, or null where TorchSharp looks for itself.</param>
/// <param name="ShimPath">The <c>libLibTorchSharp.so</c> that was loaded, or null where TorchSharp looks for itself.</param>
/// <param name="CopyWasMade">True where the weak copy was written by this process, false where an earlier one was used again.</param>
public sealed record LibTorchStatus(LibTorchLoad Load, string? LibTorchFolder, string? ShimPath, bool CopyWasMade);
