using System.IO.Pipes;
using System.Runtime.InteropServices;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>
/// What reaches the standard streams of a kernel's process past <c>Console.Out</c>: output of child processes, of native libraries and of
/// raw streams. The streams are turned into pipes that are read here. Not on Windows, where children are given handles instead.
/// </summary>
internal sealed partial class RawOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly MarkedOutput[] streams;

    private RawOutput(MarkedOutput[] streams) => this.streams = streams;

    /// <summary>Begins to read the standard streams of this process.</summary>
    /// <param name="sink">Receives what is written to them.</param>
    public static RawOutput Capture(IOutputSink sink) =>
        new(OperatingSystem.IsWindows() ? [] : [Capture(1, "stdout", sink), Capture(2, "stderr", sink)]);

    /// <summary>Waits until all that was written up to now has been received.</summary>
    public void Drain()
    {
        foreach (var stream in streams)
        {
            stream.Write();
        }

        foreach (var stream in streams)
        {
            stream.Wait(Patience);
        }
    }

    private static MarkedOutput Capture(int number, string name, IOutputSink sink)
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        if (Replace((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), number) < 0)
        {
            throw new NotebookException($"The kernel cannot read its own {name}: dup2 failed with error {Marshal.GetLastPInvokeError()}.");
        }

        pipe.DisposeLocalCopyOfClientHandle();
        return new MarkedOutput(pipe, number == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError(), name, sink);
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Replace(int handle, int number);
}
