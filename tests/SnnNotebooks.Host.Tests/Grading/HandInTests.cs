using SnnNotebooks.Host.Grading;

namespace SnnNotebooks.Host.Tests.Grading;

public sealed class HandInTests
{
    [Theory]
    [InlineData("// Exercise: a\nusing System;\n// your answer: f\nvar f = 1;\n\nExercise.Check(\"a\", f)", "var f = 1;")]
    [InlineData("// Exercise: a\nusing System;\n// your answer\n\nvar f = 1;\nvar g = f;", "var f = 1;\nvar g = f;")]
    [InlineData("// Exercise: a\nvar f = 1;\nExercise.Check(\"a\", f)", "var f = 1;")]
    [InlineData("// Exercise: a", "")]
    [InlineData("// Exercise: a\nExercise.Check(\"a\", 1)\n// your answer\nvar f = 2;", "var f = 2;")]
    [InlineData("// Exercise: a\n// your answer\nExercise.Check(\"a\", 1)\nvar f = 2;\nExercise.Check(\"a\", f)",
        "Exercise.Check(\"a\", 1)\nvar f = 2;")]
    public void An_answer_is_what_stands_in_the_gap(string cell, string answer) => Assert.Equal(answer, ComposedLesson.Answer(cell));
}
