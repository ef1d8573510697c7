namespace SnnNotebooks.Interactive.Exercises;

/// <content>How an exercise is defined.</content>
public sealed partial class Exercise
{
    private readonly List<(string Name, Func<ExerciseDraw, Quantity> Draw)> inputs = [];
    private readonly List<(string Message, Func<IReadOnlyList<Quantity>, Quantity, bool> Holds)> requirements = [];
    private readonly List<(string Message, Func<IReadOnlyList<Quantity>, Quantity> Mistaken)> mistakes = [];
    private readonly List<string> hints = [];
    private Func<IReadOnlyList<Quantity>, Quantity>? truth;
    private double tolerance = 1e-4;
    private int cases = 12;
    private int hintsShown;
    private ExerciseVerdict lastVerdict = new(ExerciseOutcome.NotAnswered, NotAnsweredYet);

    /// <summary>Begins an exercise; one of the same name is forgotten.</summary>
    /// <param name="name">Small letters, digits and hyphens.</param>
    /// <returns>The exercise, to be defined further.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static Exercise Define(string name) => Defined[name] = new Exercise(Named(name));

    /// <summary>Asks for a function and names its next argument.</summary>
    /// <param name="name">The argument's name in messages.</param>
    /// <param name="draw">Draws it: a number or an array.</param>
    /// <returns>This exercise.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public Exercise Given(string name, Func<ExerciseDraw, Quantity> draw)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(draw);
        inputs.Add((name, draw));
        return this;
    }

    /// <summary>On how many inputs a function is tried; 12 where nothing is said.</summary>
    /// <param name="count">At least 1.</param>
    /// <returns>This exercise.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Exercise Cases(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        cases = count;
        return this;
    }

    /// <summary>What is right.</summary>
    /// <param name="compute">The right answer, from the arguments in their order.</param>
    /// <returns>This exercise.</returns>
    public Exercise Truth(Func<IReadOnlyList<Quantity>, Quantity> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        truth = compute;
        return this;
    }

    /// <summary>
    /// How near an answer must be: a share of the largest number of the truth in each case; 0.0001 where nothing is said.
    /// </summary>
    /// <param name="share">Not below 0.</param>
    /// <returns>This exercise.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is negative.</exception>
    public Exercise Within(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        tolerance = share;
        return this;
    }

    /// <summary>
    /// A property that the answer must have, where more than one answer is right. Properties are asked in their order: an answer that has
    /// the first ones but not all is almost right.
    /// </summary>
    /// <param name="otherwise">A sentence for the one whose answer does not have it.</param>
    /// <param name="holds">Whether it has, from the arguments and what the answer gave.</param>
    /// <returns>This exercise.</returns>
    /// <exception cref="ArgumentException"><paramref name="otherwise"/> is empty.</exception>
    public Exercise Requires(string otherwise, Func<IReadOnlyList<Quantity>, Quantity, bool> holds)
    {
        ArgumentException.ThrowIfNullOrEmpty(otherwise);
        ArgumentNullException.ThrowIfNull(holds);
        requirements.Add((otherwise, holds));
        return this;
    }

    /// <summary>An answer that is nearly right. Units, signs, steps too early or late are recognised without being named here.</summary>
    /// <param name="message">A sentence that names the step which went wrong.</param>
    /// <param name="mistaken">What such an answer gives, from the arguments in their order.</param>
    /// <returns>This exercise.</returns>
    /// <exception cref="ArgumentException"><paramref name="message"/> is empty.</exception>
    public Exercise Almost(string message, Func<IReadOnlyList<Quantity>, Quantity> mistaken)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        ArgumentNullException.ThrowIfNull(mistaken);
        mistakes.Add((message, mistaken));
        return this;
    }

    /// <summary>Adds a hint; they are shown in their order.</summary>
    /// <param name="text">A sentence or two.</param>
    /// <returns>This exercise.</returns>
    /// <exception cref="ArgumentException"><paramref name="text"/> is empty.</exception>
    public Exercise WithHint(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        hints.Add(text);
        return this;
    }
}
