using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Host.Execution;

/// <summary>Tells whether native code called the code that runs: an exception that reaches its frames ends the process.</summary>
internal static class NativeFrames
{
    /// <summary>Whether some frame of this thread is a call into native code, or one from there.</summary>
    public static bool AreBelow() => new StackTrace(fNeedFileInfo: false).GetFrames().Any(frame =>
        frame.GetMethod() is { } method
        && method.Module != typeof(object).Module // the runtime's own calls carry exceptions on
        && (method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
            || method.IsDefined(typeof(UnmanagedCallersOnlyAttribute), inherit: false)));
}
