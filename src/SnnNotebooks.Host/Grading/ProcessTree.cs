using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>What a process and all that came from it use, by <c>/proc</c>, and their end.</summary>
internal static class ProcessTree
{
    /// <summary>Threads of all its processes, and their memory in bytes; zeros where it is gone.</summary>
    /// <param name="root">The id of the process.</param>
    public static (int Tasks, long Memory) Uses(int root)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? Read(id) : null)
            .OfType<Entry>().ToLookup(entry => entry.Parent);
        var (tasks, memory) = Read(root) is { } own ? (own.Threads, own.Memory) : (0, 0L);
        var next = new Stack<int>([root]);
        while (next.TryPop(out var parent))
        {
            foreach (var child in all[parent])
            {
                (tasks, memory) = (tasks + child.Threads, memory + child.Memory);
                next.Push(child.Id);
            }
        }

        return (tasks, memory);
    }

    /// <summary>Ends it, if it has not ended yet.</summary>
    /// <param name="process">The process.</param>
    /// <param name="whole">
    /// Whether the kernel ends all that came from it at once, as it does with a namespace: a search for what a hand-in forks meanwhile is a
    /// race.
    /// </param>
    public static void End(Process process, bool whole)
    {
        try
        {
            process.Kill(entireProcessTree: !whole);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException or Win32Exception)
        {
            // it ended meanwhile
        }
    }

    private sealed record Entry(int Id, int Parent, int Threads, long Memory);

    private static Entry? Read(int id)
    {
        try
        {
            // the name, in brackets, may hold anything; fields 4, 20 and 24 are parent, threads and resident pages
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new Entry(id, (int)Field(4), (int)Field(20), Field(24) * Environment.SystemPageSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null; // it ended meanwhile
        }
    }
}
