using System.Globalization;
using System.Runtime.InteropServices;
using SnnNotebooks.Neurons.Fused.Cuda;
using static TorchSharp.torch;

namespace SnnNotebooks.Distributed;

/// <summary>What the kit calls of NVIDIA's NCCL (nccl.h of 2.13 and later). Sums and broadcasts are put on a stream and return.</summary>
internal sealed unsafe class NcclLibrary
{
    /// <summary>Length of a run's identity.</summary>
    public const int IdBytes = 128;

    private readonly NativeFunctions functions;

    /// <summary>Loads the library.</summary>
    /// <param name="candidates">Where it may stand.</param>
    /// <exception cref="CudaException">It is not there.</exception>
    public NcclLibrary(IReadOnlyList<string> candidates)
    {
        functions = new NativeFunctions("NCCL", candidates);
        int code;
        Check("ncclGetVersion", ((delegate* unmanaged<int*, int>)functions["ncclGetVersion"])(&code));
        Name = string.Create(CultureInfo.InvariantCulture, $"NCCL {code / 10000}.{code / 100 % 100}.{code % 100}");
    }

    /// <summary>Name and version.</summary>
    public string Name { get; }

    /// <summary>Where it may stand: beside libtorch, in the package that a Python PyTorch brings, where the system looks.</summary>
    /// <param name="torchFolder">The folder of libtorch's libraries; null where it is not known.</param>
    public static IReadOnlyList<string> Candidates(string? torchFolder)
    {
        const string File = "libnccl.so.2";
        string[] folders = torchFolder is null ? [] : [torchFolder, Path.Combine(torchFolder, "..", "..", "nvidia", "nccl", "lib")];
        return [.. folders.Select(folder => Path.GetFullPath(Path.Combine(folder, File))), File];
    }

    /// <summary>Its number for a type of values; null for types that it is not used for.</summary>
    public static int? Type(ScalarType type) => type switch
    {
        ScalarType.Byte => 1,
        ScalarType.Int64 => 4,
        ScalarType.Float16 => 6,
        ScalarType.Float32 => 7,
        ScalarType.Float64 => 8,
        ScalarType.BFloat16 => 9,
        _ => null,
    };

    /// <summary>What all ranks of one run must know to find each other; made by one of them.</summary>
    public byte[] NewId()
    {
        var id = new byte[IdBytes];
        fixed (byte* bytes = id)
        {
            Check("ncclGetUniqueId", ((delegate* unmanaged<byte*, int>)functions["ncclGetUniqueId"])(bytes));
        }

        return id;
    }

    /// <summary>Joins the ranks of a run with the device of the present context; returns when all have come.</summary>
    /// <returns>The communicator.</returns>
    public nint Join(int ranks, byte[] id, int rank)
    {
        nint communicator;
        UniqueId given = default;
        id.CopyTo(new Span<byte>(given.Bytes, IdBytes));
        var join = (delegate* unmanaged<nint*, int, UniqueId, int, int>)functions["ncclCommInitRank"];
        Check("ncclCommInitRank", join(&communicator, ranks, given, rank));
        return communicator;
    }

    /// <summary>Adds up in place, in an order of its own.</summary>
    public void Sum(nint values, long count, int type, nint communicator, nint stream)
    {
        const int Add = 0;
        CheckEarlier(communicator);
        var sum = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)functions["ncclAllReduce"];
        Check("ncclAllReduce", sum(values, values, (nuint)count, type, Add, communicator, stream));
    }

    /// <summary>Gives all what rank 0 has, in place.</summary>
    public void Broadcast(nint values, long count, int type, nint communicator, nint stream)
    {
        CheckEarlier(communicator);
        var send = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)functions["ncclBroadcast"];
        Check("ncclBroadcast", send(values, values, (nuint)count, type, 0, communicator, stream));
    }

    /// <summary>Leaves when all is done: by <c>ncclCommDestroy</c>, which the other ranks call, too, or by <c>ncclCommAbort</c> at once.
    /// What it answers changes nothing any more.</summary>
    public void Leave(nint communicator, bool atOnce) =>
        ((delegate* unmanaged<nint, int>)functions[atOnce ? "ncclCommAbort" : "ncclCommDestroy"])(communicator);

    /// <summary>What failed after its call had returned is told at the next one.</summary>
    private void CheckEarlier(nint communicator)
    {
        int code;
        var ask = (delegate* unmanaged<nint, int*, int>)functions["ncclCommGetAsyncError"];
        Check("ncclCommGetAsyncError", ask(communicator, &code));
        Check("an earlier call", code);
    }

    private void Check(string what, int code)
    {
        if (code != 0)
        {
            var error = Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)functions["ncclGetErrorString"])(code));
            var cause = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)functions["ncclGetLastError"])(0))?.Trim();
            throw new CudaException(string.Create(
                CultureInfo.InvariantCulture, $"{what} failed: {error} (error {code}){(cause is { Length: > 0 } ? $", {cause}" : "")}."));
        }
    }

    /// <summary>As C passes it, by value.</summary>
    private struct UniqueId
    {
        public fixed byte Bytes[IdBytes];
    }
}
