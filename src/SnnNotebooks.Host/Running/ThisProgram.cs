using System.Reflection;

namespace SnnNotebooks.Host.Running;

/// <summary>How this program starts itself anew.</summary>
public static class ThisProgram
{
    /// <summary>The program and the arguments that stand before its own.</summary>
    public static IReadOnlyList<string> Command
    {
        get
        {
            var program = Environment.ProcessPath ?? "dotnet";
            var isMuxer = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
            return isMuxer ? [program, Assembly.GetEntryAssembly()!.Location] : [program];
        }
    }
}
