using SnnNotebooks.Cli.Commands;
using SnnNotebooks.Training.Parallel;

namespace SnnNotebooks.Cli.Training;

/// <summary>A training as one of several ranks, or alone.</summary>
internal static class RankRun
{
    /// <summary>Joins the ranks and does the work; a rank that fails ends all others.</summary>
    /// <param name="join">Gives the ranks, or null for a process alone.</param>
    /// <param name="output">The run's result.</param>
    /// <param name="work">The work.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<IReducer?> join, string output, Action<IReducer?, RankLog> work)
    {
        IReducer? ranks = null;
        RankLog? log = null;
        var code = TrainCommand.Guard(
            () =>
            {
                ranks = join();
                log = new RankLog(ranks, output);
                work(ranks, log);
            },
            failure => (log ?? new RankLog(null, output)).Fail(failure));
        if (ranks is { Size: > 1 } && code is not (ExitCode.Success or ExitCode.Stopped))
        {
            ranks.Abort(code);
        }

        ranks?.Dispose();
        return code;
    }
}
