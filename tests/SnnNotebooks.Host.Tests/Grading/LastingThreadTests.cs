using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Host.Grading;
using Xunit;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>Hand-ins end with the thread that started them, which must not be one of the pool.</summary>
public sealed class LastingThreadTests
{
    [Fact]
    public async Task Processes_are_children_of_the_thread_that_never_ends()
    {
        for (var i = 0; i < 2; i++)
        {
            using var process = await LastingThread.StartAsync(new ProcessStartInfo("sleep", "60"));
            try
            {
                Assert.Equal([LastingThread.Name], ThreadsWithChild(process.Id));
            }
            finally
            {
                process.Kill();
            }
        }
    }

    private static string[] ThreadsWithChild(int child) =>
    [
        .. Directory.GetDirectories("/proc/self/task")
            .Where(thread => Read(thread, "children").Split(' ').Contains(child.ToString(CultureInfo.InvariantCulture)))
            .Select(thread => Read(thread, "comm").TrimEnd()),
    ];

    /// <summary>What Linux says of a thread; nothing of one that ended meanwhile.</summary>
    private static string Read(string thread, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, file));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
