using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// libtorch's switches of mixed precision (<c>at::autocast</c>, ATen/autocast_mode.h), which TorchSharp does not offer: each by its name in
/// C++, as Linux compilers write it. All but the cache of converted weights belong to the thread that calls.
/// </summary>
internal static unsafe class NativeAutocast
{
    private static readonly delegate* unmanaged[Cdecl]<sbyte, byte> IsEnabledOn =
        (delegate* unmanaged[Cdecl]<sbyte, byte>)Export("_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE");

    private static readonly delegate* unmanaged[Cdecl]<sbyte, byte, void> SetEnabledOn =
        (delegate* unmanaged[Cdecl]<sbyte, byte, void>)Export("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb");

    private static readonly delegate* unmanaged[Cdecl]<sbyte, sbyte> TypeOn =
        (delegate* unmanaged[Cdecl]<sbyte, sbyte>)Export("_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE");

    private static readonly delegate* unmanaged[Cdecl]<sbyte, sbyte, void> SetTypeOn =
        (delegate* unmanaged[Cdecl]<sbyte, sbyte, void>)Export("_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE");

    private static readonly delegate* unmanaged[Cdecl]<int> Increment =
        (delegate* unmanaged[Cdecl]<int>)Export("_ZN2at8autocast17increment_nestingEv");

    private static readonly delegate* unmanaged[Cdecl]<int> Decrement =
        (delegate* unmanaged[Cdecl]<int>)Export("_ZN2at8autocast17decrement_nestingEv");

    private static readonly delegate* unmanaged[Cdecl]<void> Clear =
        (delegate* unmanaged[Cdecl]<void>)Export("_ZN2at8autocast11clear_cacheEv");

    /// <summary>Whether this libtorch has them under these names.</summary>
    public static bool IsThere => IsEnabledOn != null && SetEnabledOn != null && TypeOn != null && SetTypeOn != null
        && Increment != null && Decrement != null && Clear != null;

    /// <summary>Whether operations on a device's tensors are converted.</summary>
    public static bool IsEnabled(DeviceType device) => IsEnabledOn((sbyte)device) != 0;

    /// <summary>Converts them from now on, or no more.</summary>
    public static void SetEnabled(DeviceType device, bool enabled) => SetEnabledOn((sbyte)device, (byte)(enabled ? 1 : 0));

    /// <summary>What they are converted to.</summary>
    public static ScalarType Type(DeviceType device) => (ScalarType)TypeOn((sbyte)device);

    /// <summary>Sets what they are converted to.</summary>
    public static void SetType(DeviceType device, ScalarType type) => SetTypeOn((sbyte)device, (sbyte)type);

    /// <summary>Goes one scope deeper.</summary>
    public static void Enter() => Increment();

    /// <summary>
    /// Comes out of a scope. Where it was the outermost, converted weights are forgotten: the next step changes the weights.
    /// </summary>
    public static void Leave()
    {
        if (Decrement() == 0)
        {
            Clear();
        }
    }

    /// <summary>Forgets converted weights.</summary>
    public static void ForgetWeights() => Clear();

    private static nint Export(string name) =>
        LibTorch.Library is { } libtorch && NativeLibrary.TryGetExport(libtorch, name, out var address) ? address : 0;
}
