namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// The order in which nodes are computed within a time step. A cycle is cut where a neuron's output re-enters it: that edge carries
/// the output of the step before, as recurrent layers do in every simulator with a time step. A cycle without a neuron or a delay has no
/// order.
/// </summary>
internal sealed class NirSchedule
{
    private NirSchedule(List<string> order, HashSet<(string From, string To)> feedback) => (Order, Feedback) = (order, feedback);

    /// <summary>Every node that an input reaches or that leads to one, each after the nodes it depends on within the step.</summary>
    public IReadOnlyList<string> Order { get; }

    /// <summary>The edges that carry the value of the step before.</summary>
    public IReadOnlySet<(string From, string To)> Feedback { get; }

    /// <summary>Finds an order.</summary>
    /// <param name="nodes">All nodes' names; where several orders are possible, this one decides.</param>
    /// <param name="edges">From and to.</param>
    /// <param name="holdsState">Whether a node remembers, so that an edge out of it may be cut.</param>
    /// <param name="readsPastOnly">Whether a node's output never depends on its input of the same step.</param>
    /// <exception cref="NirException">A cycle has no node that remembers.</exception>
    public static NirSchedule Of(IReadOnlyCollection<string> nodes, IEnumerable<(string From, string To)> edges,
        Func<string, bool> holdsState, Func<string, bool> readsPastOnly)
    {
        var feedback = new HashSet<(string From, string To)>();
        var successors = nodes.ToDictionary(name => name, _ => new List<string>(), StringComparer.Ordinal);
        foreach (var (from, to) in edges.Distinct())
        {
            // what a delay gives now does not depend on what it is given now
            if (!readsPastOnly(to))
            {
                successors[from].Add(to);
            }
        }

        while (true)
        {
            var (order, cycle) = Sort(nodes, successors);
            if (cycle is null)
            {
                return new NirSchedule(order, feedback);
            }

            // the last neuron before the cycle closes: feed-forward parts keep the step they are in
            var at = Enumerable.Range(0, cycle.Count).LastOrDefault(i => holdsState(cycle[i]), -1);
            if (at < 0)
            {
                throw new NirException(
                    $"The cycle {string.Join(" -> ", cycle.Append(cycle[0]))} has neither a neuron nor a delay of at least one time "
                    + "step: its value depends on itself.");
            }

            var cut = (cycle[at], cycle[(at + 1) % cycle.Count]);
            feedback.Add(cut);
            successors[cut.Item1].Remove(cut.Item2);
        }
    }

    /// <summary>
    /// Depth first with a stack of its own (a chain may be long); gives an order, or the first cycle met, starting where it was entered.
    /// </summary>
    private static (List<string> Order, List<string>? Cycle) Sort(IEnumerable<string> nodes, Dictionary<string, List<string>> successors)
    {
        var finished = new List<string>();
        var state = new Dictionary<string, bool>(StringComparer.Ordinal); // false: on the path, true: finished
        foreach (var root in nodes.Where(name => !state.ContainsKey(name)))
        {
            var path = new Stack<(string Node, int Next)>([(root, 0)]);
            state[root] = false;
            while (path.TryPop(out var at))
            {
                if (at.Next == successors[at.Node].Count)
                {
                    state[at.Node] = true;
                    finished.Add(at.Node);
                    continue;
                }

                path.Push((at.Node, at.Next + 1));
                var next = successors[at.Node][at.Next];
                if (!state.TryGetValue(next, out var done))
                {
                    state[next] = false;
                    path.Push((next, 0));
                }
                else if (!done)
                {
                    return ([], [next, .. path.Select(step => step.Node).TakeWhile(node => node != next).Reverse()]);
                }
            }
        }

        finished.Reverse();
        return (finished, null);
    }
}
