using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Writes operations on the widest vectors of this processor. Each is one of .NET's own, which the JIT translates to one instruction.
/// </summary>
/// <param name="il">Where to.</param>
/// <param name="single">True for float, false for double.</param>
internal sealed class VectorCode(ILGenerator il, bool single)
{
    /// <summary>The static class of the vector operations, and its vector type.</summary>
    private static readonly (Type Operations, Type Vector, int Bytes) Simd =
        Vector512.IsHardwareAccelerated ? (typeof(Vector512), typeof(Vector512<>), 64)
        : Vector256.IsHardwareAccelerated ? (typeof(Vector256), typeof(Vector256<>), 32)
        : (typeof(Vector128), typeof(Vector128<>), 16);

    /// <summary>How long a vector is.</summary>
    public static int Bytes => Simd.Bytes;

    /// <summary>How many vectors the processor holds.</summary>
    public static int Registers => Simd.Bytes == 64 || AdvSimd.IsSupported ? 32 : 16;

    /// <summary>Whether multiplying and adding is one instruction.</summary>
    public static bool HasFused { get; } = Simd.Bytes == 64 || Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Whether comparisons give masks in registers of their own.</summary>
    public static bool HasMasks => Simd.Bytes == 64;

    /// <summary>Where to.</summary>
    public ILGenerator IL => il;

    /// <summary>Float or double.</summary>
    public Type Element { get; } = single ? typeof(float) : typeof(double);

    /// <summary>A vector of them.</summary>
    public Type Vector { get; } = Simd.Vector.MakeGenericType(single ? typeof(float) : typeof(double));

    /// <summary>The same number in all elements.</summary>
    public void Constant(double value)
    {
        if (single)
        {
            il.Emit(OpCodes.Ldc_R4, (float)value);
        }
        else
        {
            il.Emit(OpCodes.Ldc_R8, value);
        }

        Call(nameof(Vector512.Create), Element);
    }

    /// <summary>A number that is computed when the code runs, a double, in all elements.</summary>
    public void Broadcast()
    {
        il.Emit(single ? OpCodes.Conv_R4 : OpCodes.Conv_R8);
        Call(nameof(Vector512.Create), Element);
    }

    /// <summary>The sum of a vector's elements, a double.</summary>
    public void AddUp()
    {
        Call(nameof(Vector512.Sum), Vector);
        il.Emit(OpCodes.Conv_R8);
    }

    /// <summary>An operation on as many vectors.</summary>
    public void Operate(string operation, int arguments) => Call(operation, [.. Enumerable.Repeat(Vector, arguments)]);

    /// <summary>The vector at an address.</summary>
    public void Read() => Call(nameof(Vector512.Load), Element.MakePointerType());

    /// <summary>Stores a vector at an address; past the caches, if it is a multiple of the vector's length.</summary>
    public void Write(bool streams) => Call(
        streams ? nameof(Vector512.StoreAlignedNonTemporal) : nameof(Vector512.Store), Vector, Element.MakePointerType());

    /// <summary>2^n of <see cref="Operation.PowerOfTwo"/>.</summary>
    public void PowerOfTwo()
    {
        var (bits, fraction, bias) = single ? (typeof(uint), 23, 127L) : (typeof(ulong), 52, 1023L);
        var whole = Simd.Vector.MakeGenericType(bits);
        Call(single ? nameof(Vector512.AsUInt32) : nameof(Vector512.AsUInt64), Vector);
        il.Emit(OpCodes.Ldc_I4, fraction);
        Call(nameof(Vector512.ShiftLeft), whole, typeof(int));
        if (single)
        {
            il.Emit(OpCodes.Ldc_I4, (int)(bias << fraction));
        }
        else
        {
            il.Emit(OpCodes.Ldc_I8, bias << fraction);
        }

        Call(nameof(Vector512.Create), bits);
        Call(nameof(Vector512.Add), whole, whole);
        Call(single ? nameof(Vector512.AsSingle) : nameof(Vector512.AsDouble), whole);
    }

    /// <summary>What was computed last, in a local of its own.</summary>
    public LocalBuilder Stored() => Stored(Vector);

    /// <inheritdoc cref="Stored()"/>
    public LocalBuilder Stored(Type type)
    {
        var local = il.DeclareLocal(type);
        il.Emit(OpCodes.Stloc, local);
        return local;
    }

    /// <summary>Another local with what one has.</summary>
    public LocalBuilder Copy(LocalBuilder of)
    {
        il.Emit(OpCodes.Ldloc, of);
        return Stored(of.LocalType);
    }

    private void Call(string name, params Type[] parameters) => il.Emit(OpCodes.Call, Find(name, parameters));

    /// <summary>
    /// An operation of the vector class by its parameters, which for generic ones are compared after filling in the element type.
    /// </summary>
    private static MethodInfo Find(string name, Type[] parameters)
    {
        var first = parameters[0];
        var argument = first.IsPointer ? first.GetElementType()! : first.IsGenericType ? first.GetGenericArguments()[0] : first;
        return Simd.Operations.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.Name == name)
            .Select(method => method.IsGenericMethodDefinition ? method.MakeGenericMethod(argument) : method)
            .FirstOrDefault(method => method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters))
            ?? throw new MissingMethodException(
                $"{Simd.Operations.Name} has no {name}({string.Join(", ", parameters.Select(parameter => parameter.Name))}).");
    }
}
