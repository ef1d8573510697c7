using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>Environment variables as native libraries see them: those that .NET sets on Unix stay its own.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable, unless it is set. On Linux only.</summary>
    public static void Default(string name, string value)
    {
        if (OperatingSystem.IsLinux())
        {
            SetEnv(name, value, 0);
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
