using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>
/// What reaches the standard streams of a kernel's process past <c>Console.Out</c>: output of child processes, of native libraries and of
/// raw streams. The streams are turned into pipes that are read here. Not on Windows, where children are given handles instead.
/// </summary>
internal sealed partial class RawOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly byte[] Mark = [0, .. Encoding.ASCII.GetBytes($"snn-{Guid.NewGuid():N}"), 0];

    private readonly (Stream Writer, AutoResetEvent Reached)[] streams;

    private RawOutput((Stream, AutoResetEvent)[] streams) => this.streams = streams;

    /// <summary>Begins to read the standard streams of this process.</summary>
    /// <param name="sink">Receives what is written to them.</param>
    public static RawOutput Capture(IOutputSink sink) =>
        new(OperatingSystem.IsWindows()
            ? []
            : [(Capture(1, "stdout", sink, out var output), output), (Capture(2, "stderr", sink, out var error), error)]);

    /// <summary>Waits until all that was written up to now has been received.</summary>
    public void Drain()
    {
        foreach (var (writer, _) in streams)
        {
            writer.Write(Mark);
            writer.Flush();
        }

        foreach (var (_, reached) in streams)
        {
            reached.WaitOne(Patience);
        }
    }

    private static Stream Capture(int number, string name, IOutputSink sink, out AutoResetEvent reached)
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        if (Replace((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), number) < 0)
        {
            throw new NotebookException($"The kernel cannot read its own {name}: dup2 failed with error {Marshal.GetLastPInvokeError()}.");
        }

        pipe.DisposeLocalCopyOfClientHandle();
        var marked = reached = new AutoResetEvent(false);
        new Thread(() => Read(pipe, name, sink, marked)) { IsBackground = true, Name = name }.Start();
        return number == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
    }

    private static void Read(Stream pipe, string name, IOutputSink sink, AutoResetEvent reached)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[1 << 16];
        var kept = 0;
        for (var read = pipe.Read(bytes); read > 0; read = pipe.Read(bytes, kept, bytes.Length - kept))
        {
            var data = bytes.AsSpan(0, kept + read);
            for (var mark = data.IndexOf(Mark); mark >= 0; mark = data.IndexOf(Mark))
            {
                Send(data[..mark]);
                reached.Set();
                data = data[(mark + Mark.Length)..];
            }

            // the beginning of a mark may be all that has come of it
            kept = Math.Min(data.Length, Mark.Length - 1);
            while (kept > 0 && !data.EndsWith(Mark.AsSpan(0, kept)))
            {
                kept--;
            }

            Send(data[..^kept]);
            data[^kept..].CopyTo(bytes);
        }

        void Send(ReadOnlySpan<byte> text)
        {
            var characters = new char[decoder.GetCharCount(text, flush: false)];
            if (decoder.GetChars(text, characters, flush: false) > 0)
            {
                sink.Stream(name, new string(characters));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Replace(int handle, int number);
}
