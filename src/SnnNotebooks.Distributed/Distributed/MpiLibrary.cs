using System.Runtime.InteropServices;
using System.Text;

namespace SnnNotebooks.Distributed;

/// <summary>The functions of the MPI library on this machine, called by their names in C.</summary>
internal sealed unsafe class MpiLibrary
{
    private const int LongestText = 8192; // MPI_MAX_LIBRARY_VERSION_STRING of MPICH; Open MPI has less

    // Open MPI 4 and 5; MPICH and its kin
    private static readonly string[] OpenMpi = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib"] : ["libmpi.so.40"];
    private static readonly string[] Mpich = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib"] : ["libmpi.so.12", "libmpich.so.12"];

    private readonly nint library;
    private readonly delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, int> allReduce;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int> allToAll;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int> allGather;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int> broadcast;

    /// <summary>Loads the library.</summary>
    /// <exception cref="DistributedException">There is none.</exception>
    public MpiLibrary()
    {
        library = Load(RankVariables.IsOfMpich ? [.. Mpich, .. OpenMpi] : [.. OpenMpi, .. Mpich]);
        Handles = MpiHandles.Of(library);
        allReduce = (delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, int>)Function("MPI_Allreduce");
        allToAll = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int>)Function("MPI_Alltoall");
        allGather = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int>)Function("MPI_Allgather");
        broadcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int>)Function("MPI_Bcast");
    }

    /// <summary>The predefined handles.</summary>
    public MpiHandles Handles { get; }

    /// <summary>Begins; calls may come from several threads, one at a time.</summary>
    /// <exception cref="DistributedException">The library was built without threads.</exception>
    public void Begin()
    {
        const int Serialized = 2;
        int provided;
        var start = (delegate* unmanaged[Cdecl]<nint, nint, int, int*, int>)Function("MPI_Init_thread");
        Check("MPI_Init_thread", start(0, 0, Serialized, &provided));
        if (provided < Serialized)
        {
            throw new DistributedException($"The MPI library allows threads at level {provided} only; level {Serialized} is needed.");
        }

        // failures come back as codes instead of ending the process without a word of ours
        var handler = (delegate* unmanaged[Cdecl]<nint, nint, int>)Function("MPI_Comm_set_errhandler");
        Check("MPI_Comm_set_errhandler", handler(Handles.World, Handles.ErrorsReturn));
    }

    /// <summary>This rank.</summary>
    public int Rank() => Number("MPI_Comm_rank");

    /// <summary>How many there are.</summary>
    public int Size() => Number("MPI_Comm_size");

    /// <summary>Name and version, in the library's words.</summary>
    public string Version()
    {
        var text = stackalloc byte[LongestText];
        int length;
        var ask = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Function("MPI_Get_library_version");
        Check("MPI_Get_library_version", ask(text, &length));
        var words = Encoding.UTF8.GetString(text, Math.Min(length, LongestText)).TrimEnd('\0').Split(',', '\n')[0].Trim();
        return words.Replace("Open MPI v", "Open MPI ", StringComparison.Ordinal)
            .Replace("Version:\t", string.Empty, StringComparison.Ordinal);
    }

    /// <summary>Adds up in place.</summary>
    public void Sum(void* values, int count, nint type) =>
        Check("MPI_Allreduce", allReduce((void*)Handles.InPlace, values, count, type, Handles.Sum, Handles.World));

    /// <summary>Sends so many to each, takes as many from each.</summary>
    public void Exchange(void* parts, void* received, int count, nint type) =>
        Check("MPI_Alltoall", allToAll(parts, count, type, received, count, type, Handles.World));

    /// <summary>Gives all what each has.</summary>
    public void Gather(void* own, void* all, int count, nint type) =>
        Check("MPI_Allgather", allGather(own, count, type, all, count, type, Handles.World));

    /// <summary>Gives all what rank 0 has.</summary>
    public void Broadcast(void* values, int count, nint type) =>
        Check("MPI_Bcast", broadcast(values, count, type, 0, Handles.World));

    /// <summary>Waits for all.</summary>
    public void Barrier() => Check("MPI_Barrier", ((delegate* unmanaged[Cdecl]<nint, int>)Function("MPI_Barrier"))(Handles.World));

    /// <summary>Ends all processes.</summary>
    public void Abort(int exitCode) => ((delegate* unmanaged[Cdecl]<nint, int, int>)Function("MPI_Abort"))(Handles.World, exitCode);

    /// <summary>Ends the work of the library in this process.</summary>
    public void End() => Check("MPI_Finalize", ((delegate* unmanaged[Cdecl]<int>)Function("MPI_Finalize"))());

    private static nint Load(string[] candidates)
    {
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var loaded))
            {
                return loaded;
            }
        }

        throw new DistributedException(
            $"No MPI library was found (tried {string.Join(", ", candidates)}): install Open MPI (on Debian and Ubuntu the package "
            + "openmpi-bin), or load your cluster's MPI module.");
    }

    private int Number(string function)
    {
        int number;
        Check(function, ((delegate* unmanaged[Cdecl]<nint, int*, int>)Function(function))(Handles.World, &number));
        return number;
    }

    private void Check(string function, int code)
    {
        if (code == 0)
        {
            return;
        }

        var text = stackalloc byte[LongestText];
        int length;
        ((delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Function("MPI_Error_string"))(code, text, &length);
        throw new DistributedException($"{function} failed: {Encoding.UTF8.GetString(text, Math.Min(length, LongestText))}");
    }

    private nint Function(string name) => NativeLibrary.TryGetExport(library, name, out var address)
        ? address
        : throw new DistributedException($"The MPI library has no function {name}.");
}
