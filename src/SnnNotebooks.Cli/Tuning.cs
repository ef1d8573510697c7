using SnnNotebooks.Native;

namespace SnnNotebooks.Cli;

/// <summary>Tunes this process before a verb computes in it.</summary>
internal static class Tuning
{
    /// <summary>Tunes it.</summary>
    /// <param name="needsLibTorch">Whether the verb can do nothing without libtorch.</param>
    /// <returns>What is wrong with the user's choice or with libtorch, a sentence; or null.</returns>
    public static string? Refusal(bool needsLibTorch)
    {
        try
        {
            ProcessTuning.Apply();
            return null;
        }
        catch (ArgumentException unknown)
        {
            return unknown.Message;
        }
        catch (LibTorchException missing)
        {
            return needsLibTorch ? missing.Message : null;
        }
    }
}
