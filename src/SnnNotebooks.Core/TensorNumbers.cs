using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>The numbers of a tensor, copied out in one go: TorchSharp's accessors read them one by one.</summary>
public static class TensorNumbers
{
    private static readonly Dictionary<Type, ScalarType> Types = new()
    {
        [typeof(bool)] = ScalarType.Bool,
        [typeof(byte)] = ScalarType.Byte,
        [typeof(sbyte)] = ScalarType.Int8,
        [typeof(short)] = ScalarType.Int16,
        [typeof(int)] = ScalarType.Int32,
        [typeof(long)] = ScalarType.Int64,
        [typeof(Half)] = ScalarType.Float16,
        [typeof(float)] = ScalarType.Float32,
        [typeof(double)] = ScalarType.Float64,
    };

    /// <summary>All numbers, the last axis fastest.</summary>
    /// <param name="tensor">Any shape, order in memory and device, of the type <typeparamref name="T"/>.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="ArgumentException">The tensor is of another type, or has more numbers than an array holds.</exception>
    public static T[] Numbers<T>(this Tensor tensor)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.numel() > Array.MaxLength)
        {
            throw new ArgumentException(
                $"A tensor of {tensor.numel()} numbers does not fit an array: take parts of it (narrow).", nameof(tensor));
        }

        var numbers = GC.AllocateUninitializedArray<T>((int)tensor.numel());
        tensor.CopyNumbers(0, numbers.AsSpan());
        return numbers;
    }

    /// <summary>A run of the numbers.</summary>
    /// <param name="tensor">Any shape, order in memory and device, of the type <typeparamref name="T"/>.</param>
    /// <param name="start">The first number's place, the last axis counted fastest.</param>
    /// <param name="target">Where they go; its length is how many.</param>
    /// <exception cref="ArgumentException">The tensor is of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The run goes beyond the tensor.</exception>
    public static void CopyNumbers<T>(this Tensor tensor, long start, Span<T> target)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, tensor.numel() - target.Length);
        if (!Types.TryGetValue(typeof(T), out var type) || tensor.dtype != type)
        {
            throw new ArgumentException(
                $"A tensor of {tensor.dtype} was given, and numbers of {typeof(T).Name} were asked of it: convert it with .to(...).",
                nameof(tensor));
        }

        if (target.IsEmpty)
        {
            return;
        }

        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            Copy(tensor, start, target);
            return;
        }

        using var scope = NewDisposeScope();
        Copy(tensor.detach().cpu().contiguous(), start, target);
    }

    private static unsafe void Copy<T>(Tensor plain, long start, Span<T> target)
        where T : unmanaged
    {
        new ReadOnlySpan<T>((T*)NativeAutograd.Address(plain) + start, target.Length).CopyTo(target);
        GC.KeepAlive(plain); // a span of a tensor's memory does not keep the tensor
    }
}
