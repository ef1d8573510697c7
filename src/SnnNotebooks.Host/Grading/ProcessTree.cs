using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>What a process and all that came from it use, by <c>/proc</c>, and their end.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // in which /proc counts time, on every Linux that .NET knows
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5); // with a sandbox that is to end by itself

    /// <summary>
    /// Threads of all its processes, their memory in bytes, and what they and their children that have ended used of the processor; zeros
    /// where it is gone.
    /// </summary>
    /// <param name="root">The id of the process.</param>
    public static (int Tasks, long Memory, TimeSpan Processor) Uses(int root)
    {
        var (all, own) = (ByParent(), Read(root));
        var (tasks, memory, ticks) = own is null ? (0, 0L, 0L) : (own.Threads, own.Memory, own.Ticks);
        var next = new Stack<int>([root]);
        while (next.TryPop(out var parent))
        {
            foreach (var child in all[parent])
            {
                (tasks, memory, ticks) = (tasks + child.Threads, memory + child.Memory, ticks + child.Ticks);
                next.Push(child.Id);
            }
        }

        return (tasks, memory, TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }

    /// <summary>Ends it, if it has not ended yet.</summary>
    /// <param name="process">The process.</param>
    /// <param name="whole">
    /// Whether it waits for the first process of a namespace, with which the kernel ends all others at once: a search for what a hand-in
    /// forks meanwhile is a race. That one is ended, not the one that waits: this ends by itself, and takes the dead off the kernel's list.
    /// Left to the system's first process they would stay on it for ever in many a container.
    /// </param>
    public static void End(Process process, bool whole)
    {
        try
        {
            if (process.HasExited)
            {
                return; // its number may be another's by now
            }

            var first = whole ? ByParent()[process.Id].Select(child => Process.GetProcessById(child.Id)).ToArray() : [];
            foreach (var child in first)
            {
                using (child)
                {
                    child.Kill();
                }
            }

            if (first.Length == 0 || !process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: !whole);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or AggregateException or Win32Exception)
        {
            // it ended meanwhile
        }
    }

    private static ILookup<int, Entry> ByParent() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? Read(id) : null)
        .OfType<Entry>().ToLookup(entry => entry.Parent);

    private sealed record Entry(int Id, int Parent, int Threads, long Memory, long Ticks);

    private static Entry? Read(int id)
    {
        try
        {
            // the name, in brackets, may hold anything; fields 4, 14 to 17, 20 and 24 are parent, times, threads and resident pages
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new Entry(id, (int)Field(4), (int)Field(20), Field(24) * Environment.SystemPageSize,
                Field(14) + Field(15) + Field(16) + Field(17));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null; // it ended meanwhile
        }
    }
}
