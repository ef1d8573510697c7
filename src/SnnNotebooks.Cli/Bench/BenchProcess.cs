using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Cli.Bench;

/// <summary>Starts a process that times cases, and gives its lines.</summary>
/// <param name="program">What to start.</param>
/// <param name="arguments">With what.</param>
/// <param name="seconds">When it is stopped; what it said until then counts.</param>
internal sealed class BenchProcess(string program, IReadOnlyList<string> arguments, double seconds)
{
    private const int Kept = 400; // characters of what it said last, for the message

    /// <summary>Runs it to its end.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its lines, and one more where it failed.</returns>
    public IEnumerable<string> Lines(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        string? refusal = null;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            refusal = $"{program} cannot be started: {missing.Message}";
            process = new Process();
        }

        if (refusal is not null)
        {
            process.Dispose();
            yield return new BenchLine(null, refusal, []).ToString();
            yield break;
        }

        using (process)
        using (var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            late.CancelAfter(TimeSpan.FromSeconds(seconds));
            using var end = late.Token.Register(() => End(process));
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var isRead = false;
            try
            {
                while (process.StandardOutput.ReadLine() is { } line)
                {
                    yield return line;
                }

                isRead = true;
            }
            finally
            {
                if (!isRead)
                {
                    End(process); // nobody asks for its further lines
                }
            }

            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                var said = errors.Result.Trim();
                var how = late.IsCancellationRequested
                    ? string.Create(CultureInfo.InvariantCulture, $"was stopped after {seconds:0} s")
                    : $"ended with {ProcessEnd.Describe(process.ExitCode)}";
                yield return new BenchLine(
                    null, $"{Path.GetFileName(program)} {how}: {said[Math.Max(0, said.Length - Kept)..].ReplaceLineEndings(" ")}", [])
                    .ToString();
            }
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // it, or one of those that it started, has ended by itself
        }
    }
}
