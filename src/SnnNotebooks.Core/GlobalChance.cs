using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>What libtorch draws from where no generator is named: dropout and the like.</summary>
internal static class GlobalChance
{
    /// <summary>Seeds the CPU's generator and every GPU's. TorchSharp 0.107's <c>torch.manual_seed</c> seeds the CPU's alone.</summary>
    public static void Seed(long seed)
    {
        manual_seed(seed);
        if (cuda.is_available())
        {
            cuda.manual_seed_all(seed);
        }
    }
}
