using System.Runtime.InteropServices;

namespace SnnNotebooks.Distributed;

/// <summary>
/// MPI's predefined handles. The standard leaves them to the library: Open MPI's are the addresses of its data (mpi.h of 4.1), those of
/// MPICH and its kin (Intel MPI, Cray MPICH, MVAPICH) numbers (mpi.h of 4.0).
/// </summary>
internal sealed record MpiHandles(nint World, nint Byte, nint Int64, nint Float, nint Double, nint Sum, nint ErrorsReturn, nint InPlace)
{
    private static readonly MpiHandles Mpich = new(
        0x44000000, 0x4c00010d, 0x4c00083a, 0x4c00040a, 0x4c00080b, 0x58000003, 0x54000001, -1);

    /// <summary>Those of a loaded library.</summary>
    public static MpiHandles Of(nint library)
    {
        return NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out var world)
            ? new(world, Data("byte"), Data("int64_t"), Data("float"), Data("double"), Data("op_sum"),
                NativeLibrary.GetExport(library, "ompi_mpi_errors_return"), 1)
            : Mpich;

        nint Data(string name) => NativeLibrary.GetExport(library, "ompi_mpi_" + name);
    }
}
