using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>The server that started the kernel.</summary>
internal static class JupyterServer
{
    /// <summary>Ends when the server has: one that was killed cannot ask its kernels to end. Never where none is known.</summary>
    public static async Task GoneAsync()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), CultureInfo.InvariantCulture, out var parent))
        {
            await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
        }

        try
        {
            using var process = Process.GetProcessById(parent);
            await process.WaitForExitAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // already gone
        }
    }
}
