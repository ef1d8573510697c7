using System.Runtime.Intrinsics;

namespace SnnNotebooks.Native.Vectors;

/// <summary>
/// Vectors of one width. A loop that takes one of these types as an argument is written once and compiled for AVX2 and for AVX-512, each
/// call an instruction.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IVectors<T, TVector>
    where T : unmanaged
    where TVector : struct
{
    /// <summary>Whether this processor has them, and multiplies and adds at once.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Elements of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>How many vectors the processor holds.</summary>
    static abstract int Registers { get; }

    /// <summary>One value in all elements.</summary>
    static abstract TVector Create(T value);

    /// <summary>Reads a vector from any address.</summary>
    static abstract TVector Load(T* from);

    /// <summary>Writes a vector to any address.</summary>
    static abstract void Store(TVector vector, T* to);

    /// <summary>left right + sum, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector sum);

    /// <summary>What a vector holds, added up to 256 bits.</summary>
    static abstract Vector256<T> Fold(TVector vector);
}
