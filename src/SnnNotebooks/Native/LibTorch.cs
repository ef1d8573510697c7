namespace SnnNotebooks.Native;

/// <summary>Loads the native libtorch.</summary>
public static class LibTorch
{
    /// <summary>Loads libtorch.</summary>
    public static void EnsureLoaded()
    {
    }
}
