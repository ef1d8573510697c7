namespace SnnNotebooks.Native;

/// <summary>
/// What the kit changes in the process it runs in, beyond loading libraries. A program asks for it with <see cref="Apply"/>; notebooks
/// (<c>Kit.Start()</c>) and the <c>snn</c> tool do. Each measure has a name and can be left out by it, in the environment variable
/// <c>SNN_TUNING</c> (<c>SNN_TUNING=-large-pages,-nnpack-off</c>) or in the call. Only a measure that keeps numbers right is taken without
/// being asked for: <c>onednn-guard</c>, as soon as libtorch is loaded; the variable leaves that out, too.
/// </summary>
public static class ProcessTuning
{
    /// <summary>The environment variable that leaves measures out.</summary>
    public const string Variable = "SNN_TUNING";

    private static readonly Lock Gate = new();

    private static readonly Measure[] All =
    [
        new("onednn-guard", OneDnnGuard.Reason, OneDnnGuard.Apply) { IsProtection = true },
        new("nnpack-off", NnpackSwitch.Reason, NnpackSwitch.Apply),
        new("freed-memory", FreedMemory.Reason, FreedMemory.Apply),
        new("large-pages", LargePages.Reason, LargePages.Apply),
    ];

    /// <summary>Every measure as it stands, in the order in which they are taken.</summary>
    public static IReadOnlyList<TuningMeasure> Measures
    {
        get
        {
            lock (Gate)
            {
                return [.. All.Select(measure => measure.State)];
            }
        }
    }

    /// <summary>
    /// Takes every measure that is not left out and not taken yet. Call it before the first tensor: libtorch asks once for large pages.
    /// </summary>
    /// <param name="leaveOut">
    /// What to leave out besides what <see cref="Variable"/> names, in the same form: names with a minus before them, separated by commas.
    /// </param>
    /// <returns><see cref="Measures"/>.</returns>
    /// <exception cref="ArgumentException">The variable or <paramref name="leaveOut"/> has an unknown name, or one without a
    /// minus.</exception>
    /// <exception cref="LibTorchException">libtorch cannot be loaded.</exception>
    public static IReadOnlyList<TuningMeasure> Apply(string? leaveOut = null)
    {
        var byVariable = Names(Environment.GetEnvironmentVariable(Variable), Variable);
        var byProgram = Names(leaveOut, nameof(leaveOut));
        LibTorch.EnsureLoaded();
        lock (Gate)
        {
            foreach (var measure in All)
            {
                measure.Take(byVariable.Contains(measure.Name)
                    ? $"left out by {Variable}"
                    : byProgram.Contains(measure.Name) ? "left out by the program"
                    : null);
            }
        }

        return Measures;
    }

    /// <summary>
    /// Takes the measures that keep numbers right, once the libraries are there. A name that is misspelt leaves nothing out here.
    /// </summary>
    internal static void Protect()
    {
        var words = Words(Environment.GetEnvironmentVariable(Variable));
        lock (Gate)
        {
            foreach (var measure in All.Where(measure => measure.IsProtection))
            {
                measure.Take(words.Contains($"-{measure.Name}") ? $"left out by {Variable}" : null);
            }
        }
    }

    /// <summary>The names that a text leaves out.</summary>
    internal static IReadOnlySet<string> Names(string? text, string source) =>
        Words(text).Select(word => Name(word, source)).ToHashSet(StringComparer.Ordinal);

    private static string[] Words(string? text) =>
        (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Name(string word, string source)
    {
        var name = word.TrimStart('-');
        if (!All.Any(measure => measure.Name == name))
        {
            var nearest = Spelling.Nearest(name, All.Select(measure => measure.Name));
            throw new ArgumentException(
                $"{source} names '{name}', which is no measure. Did you mean {nearest}? There are "
                + $"{string.Join(", ", All.Select(measure => measure.Name))}.");
        }

        return word == $"-{name}"
            ? name
            : throw new ArgumentException($"{source} has '{word}': to leave the measure out, write -{name}; all others are taken.");
    }

    /// <summary>A measure, and whether it is in force.</summary>
    private sealed class Measure(string name, string reason, Func<string?> apply)
    {
        public string Name => name;

        public bool IsProtection { get; init; }

        public TuningMeasure State { get; private set; } = new(name, reason, false, "not asked for");

        /// <summary>Takes it, unless it is in force or there is a reason against it.</summary>
        public void Take(string? against)
        {
            if (!State.IsInForce)
            {
                against ??= apply();
                State = State with { IsInForce = against is null, Why = against };
            }
        }
    }
}
