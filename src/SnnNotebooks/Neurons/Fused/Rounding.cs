using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Rounds a constant of an equation to float.</summary>
internal static class Rounding
{
    /// <summary>
    /// The same as a cast. But the instruction of a cast keeps the upper part of the register it writes, and so waits for
    /// whatever was computed there last: in a loop that chains each iteration to the one before. Here it keeps zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(double value) => Sse2.IsSupported
        ? Sse2.ConvertScalarToVector128Single(Vector128<float>.Zero, Vector128.CreateScalarUnsafe(value)).ToScalar()
        : (float)value;
}
