using SnnNotebooks.Host.Courses;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>What came of one exercise of a hand-in.</summary>
/// <param name="Exercise">Its name.</param>
/// <param name="Verdict">How good the answer is.</param>
/// <param name="Answer">What stood in the gap; null where the hand-in has no such cell.</param>
/// <param name="Printed">The beginning of what the cell printed, for a person to read; it proves nothing.</param>
public sealed record ExerciseGrade(string Exercise, ExerciseVerdict Verdict, string? Answer, string Printed);

/// <summary>What came of one hand-in.</summary>
/// <param name="HandIn">The hand-in.</param>
/// <param name="Lesson">The lesson it answers; null where it answers none, or cannot be read.</param>
/// <param name="Exercises">All exercises of the lesson, in order.</param>
/// <param name="Remarks">What a teacher should know beside that, a sentence each.</param>
public sealed record HandInGrade(HandIn HandIn, CourseLesson? Lesson, IReadOnlyList<ExerciseGrade> Exercises, IReadOnlyList<string> Remarks)
{
    /// <summary>How many answers are of a kind.</summary>
    /// <param name="outcome">The kind.</param>
    public int Count(ExerciseOutcome outcome) => Exercises.Count(exercise => exercise.Verdict.Outcome == outcome);
}

/// <summary>What came of all hand-ins.</summary>
/// <param name="Lessons">The lessons of the course, in order.</param>
/// <param name="HandIns">The hand-ins, by student.</param>
/// <param name="Sandbox">Where they ran.</param>
/// <param name="Seed">The seed of the inputs on which functions were tried.</param>
public sealed record Grades(IReadOnlyList<CourseLesson> Lessons, IReadOnlyList<HandInGrade> HandIns, Sandbox Sandbox, int Seed);
