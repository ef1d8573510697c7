namespace SnnNotebooks.Cli.Bench;

/// <summary>
/// Runs the kit and its peers in turns, A B A B, each time in a new process: what a machine does to one it does to the other, and what a
/// process brings with it (addresses, clocks, compiled code) is drawn anew.
/// </summary>
/// <param name="Processes">Those that take turns: each gives the lines of one new process.</param>
/// <param name="Rounds">How many turns each has.</param>
internal sealed record BenchTurns(IReadOnlyList<Func<CancellationToken, IEnumerable<string>>> Processes, int Rounds = 3)
{
    /// <summary>Runs them all.</summary>
    /// <param name="progress">Told before each turn, from 0.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>For each round that was begun, what was said in it.</returns>
    public IReadOnlyList<IReadOnlyList<BenchLine>> Run(Action<int> progress, CancellationToken cancellation)
    {
        var rounds = new List<IReadOnlyList<BenchLine>>();
        for (var round = 0; round < Rounds && !cancellation.IsCancellationRequested; round++)
        {
            var lines = new List<BenchLine>();
            rounds.Add(lines);
            for (var turn = 0; turn < Processes.Count; turn++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return rounds;
                }

                progress((round * Processes.Count) + turn);
                lines.AddRange(Processes[turn](cancellation).Select(BenchLine.Parse).OfType<BenchLine>());
            }
        }

        return rounds;
    }
}
