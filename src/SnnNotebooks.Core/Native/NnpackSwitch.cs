namespace SnnNotebooks.Native;

/// <summary>
/// Leaves NNPACK out: it never gets a turn beside oneDNN, and where it cannot start, each attempt writes a warning among the results.
/// </summary>
internal static class NnpackSwitch
{
    public const string Reason = "NNPACK writes a warning at every convolution of one image where it cannot start, and is not needed";

    /// <summary>Switches it off.</summary>
    /// <returns>Why not, or null where it is off.</returns>
    public static string? Apply() =>
        TorchContext.SwitchOff("_ZN2at7Context20setUserEnabledNNPACKEb") ? null : "this libtorch has no such switch";
}
