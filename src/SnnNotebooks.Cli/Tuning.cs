using SnnNotebooks.Native;

namespace SnnNotebooks.Cli;

/// <summary>Tunes this process before a verb computes in it.</summary>
internal static class Tuning
{
    /// <summary>Tunes it.</summary>
    /// <returns>What is wrong with the user's choice, or null.</returns>
    public static string? Refusal()
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
        catch (LibTorchException)
        {
            return null; // said by the verbs that need libtorch
        }
    }
}
