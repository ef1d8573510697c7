using System.Text.Json;
using SnnNotebooks.Interactive.Exercises;
using TorchSharp;

namespace SnnNotebooks.Interactive.Tests.Exercises;

public sealed class ExerciseTests
{
    // a charge of n steps towards an input
    private static Exercise Charge(string name) => Exercise.Define(name)
        .Given("input", draw => draw.Between(0.5, 3)).Given("steps", draw => draw.Whole(2, 9))
        .Truth(given => given[0] * (1 - Math.Pow(0.5, given[1])))
        .Almost("The leak is missing.", given => given[0] * given[1] / 2)
        .WithHint("first").WithHint("second");

    [Fact]
    public void The_right_function_is_right_however_often_it_is_tried()
    {
        Charge("often");
        Func<double, int, double> right = (input, steps) =>
            Enumerable.Range(0, steps).Aggregate(0.0, (v, _) => v + ((input - v) / 2));

        Assert.All(Enumerable.Range(0, 20), _ =>
            Assert.Equal(ExerciseOutcome.Right, Exercise.Check("often", right).Verdict.Outcome));
    }

    [Fact]
    public void A_known_mistake_is_named()
    {
        Charge("known");
        Func<double, double, double> mistaken = (input, steps) => input * steps / 2;

        Assert.Equal(new(ExerciseOutcome.Almost, "The leak is missing."), Exercise.Check("known", mistaken).Verdict);
    }

    private static double Line(double x) => (0.37 * x) + 0.2;

    public static TheoryData<string, Func<double, double>> CommonMistakes => new()
    {
        { "The sign", x => -Line(x) },
        { "It is 1000 times too large", x => 1000 * Line(x) },
        { "It is 100 times too small", x => Line(x) / 100 },
        { "Degrees for radians", x => Line(x) * 180 / Math.PI },
        { "It is too small by 2 pi", x => Line(x) / (2 * Math.PI) },
        { "It is the reciprocal", x => 1 / Line(x) },
        { "It is cut off to a whole number", x => (int)Line(x) },
        { "It is rounded to a whole number", x => Math.Round(Line(x)) },
        { "It is rounded up", x => Math.Ceiling(Line(x)) },
        { "It is one minus", x => 1 - Line(x) },
        { "It is the square", x => Line(x) * Line(x) },
        { "It is the root", x => Math.Sqrt(Line(x)) },
        { "It is right but for a factor", x => 2.5 * Line(x) },
        { "It is right but for a number", x => Line(x) + 4 },
    };

    [Theory]
    [MemberData(nameof(CommonMistakes), DisableDiscoveryEnumeration = true)]
    public void What_goes_wrong_in_every_exercise_is_recognised_without_being_named(string words, Func<double, double> mistaken)
    {
        Exercise.Define("line").Given("x", draw => draw.Between(1, 20)).Truth(given => Line(given[0]));

        var verdict = Exercise.Check("line", mistaken).Verdict;

        Assert.Equal(ExerciseOutcome.Almost, verdict.Outcome);
        Assert.StartsWith(words, verdict.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<double[], double[]>> CommonMistakesOfArrays => new()
    {
        { "The order is reversed", x => [.. x.Reverse()] },
        { "It is right, but one step late", x => [0, .. x.SkipLast(1)] },
        { "It is right, but one step early", x => [.. x.Skip(1), 0] },
        { "These add up from the beginning", x => [.. x.Select((_, i) => x.Take(i + 1).Sum())] },
        { "It is a mean", x => [.. x.Select(value => value / x.Length)] },
        { "It is a sum", x => [.. x.Select(value => value * x.Length)] },
    };

    [Theory]
    [MemberData(nameof(CommonMistakesOfArrays), DisableDiscoveryEnumeration = true)]
    public void So_is_what_goes_wrong_with_arrays(string words, Func<double[], double[]> mistaken)
    {
        Exercise.Define("array").Given("x", draw => draw.Many(7, 1, 9)).Truth(given => given[0]);

        var verdict = Exercise.Check("array", mistaken).Verdict;

        Assert.Equal(ExerciseOutcome.Almost, verdict.Outcome);
        Assert.StartsWith(words, verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_numbers_the_one_that_is_wrong_is_named()
    {
        Exercise.Define("two").Given("x", draw => draw.Between(1, 9)).Truth(given => new double[] { given[0], given[0] * given[0] });
        Func<double, (double, double)> half = x => (x, x + 1);
        Func<double, (double, double)> none = x => (x + 1, x - 1);

        Assert.Equal(new(ExerciseOutcome.Almost, "The first number is right; the second is not yet."), Exercise.Check("two", half).Verdict);
        Assert.Equal(ExerciseOutcome.Wrong, Exercise.Check("two", none).Verdict.Outcome);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(6)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    public void A_single_number_is_not_told_that_it_is_the_square_or_twice_what_is_right(double answer)
    {
        Exercise.Define("three").Truth(_ => 3);

        Assert.Equal(new(ExerciseOutcome.Wrong, "That is not it."), Exercise.Check("three", answer).Verdict);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void No_factor_makes_nothing_right(double answer)
    {
        Exercise.Define("line").Given("x", draw => draw.Between(3, 20)).Truth(given => Line(given[0]));
        Func<double, double> always = _ => answer;

        Assert.Equal(ExerciseOutcome.Wrong, Exercise.Check("line", always).Verdict.Outcome);
    }

    [Fact]
    public void Mistakes_are_listed_in_their_order() => Assert.Equal(["A property.", "A mistake."],
        Exercise.Define("listed").Almost("A mistake.", _ => 1).Requires("A property.", (_, _) => true).Mistakes);

    [Fact]
    public void Inputs_are_drawn_anew_at_every_try_but_a_seed_draws_its_own_again()
    {
        var exercise = Charge("anew");
        var seen = new HashSet<double>();
        Func<double, double, double> spy = (input, _) => seen.Add(input) ? 0 : 1;
        Exercise.Check("anew", spy);
        var first = seen.Count;
        Exercise.Check("anew", spy);

        Assert.True(seen.Count > first + 6);
        Assert.Equal(AnswerValues.WriteCases(exercise.Draw(5)), AnswerValues.WriteCases(exercise.Draw(5)));
    }

    [Fact]
    public void A_gap_is_open_and_no_failure()
    {
        Charge("gap");
        Func<double, double, double> gap = (_, _) => throw new NotImplementedException();
        Func<double, double, double[]?> nothing = (_, _) => null;

        foreach (var answer in new object?[] { null, gap, nothing })
        {
            var view = Exercise.Check("gap", answer);
            Assert.Equal(ExerciseOutcome.NotAnswered, view.Verdict.Outcome);
            Assert.Equal("gap: open. Not answered yet.", view.ToString());
        }
    }

    [Fact]
    public void Each_wrong_try_shows_one_hint_more_and_an_open_gap_shows_none()
    {
        Charge("hints");
        Func<double, double, double> wrong = (_, _) => 7;

        Exercise.Check("hints", null);
        Assert.Contains("hint 1 of 2: first", Exercise.Check("hints", wrong).ToString(), StringComparison.Ordinal);
        var second = Exercise.Hint("hints").ToString();
        Assert.Contains("hint 2 of 2: second", second, StringComparison.Ordinal);
        Assert.Contains("not right", second, StringComparison.Ordinal);
        var last = Exercise.Check("hints", wrong).ToString();
        Assert.Contains("hint 2 of 2: second", last, StringComparison.Ordinal);
        Assert.DoesNotContain("hint 3", last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_of_a_wrong_answer_shows_an_input_and_the_answer_but_not_the_truth()
    {
        Exercise.Define("quiet").Given("x", _ => 4).Truth(_ => 0.123456);
        Func<double, double> wrong = x => x + 1;

        var message = Exercise.Check("quiet", wrong).Verdict.Message;

        Assert.Equal("That is not it. For x = 4 your answer is 5. Where it is wrong it is too large.", message);
    }

    [Theory]
    [InlineData(1, "Where it is wrong it is too large.")]
    [InlineData(-1, "Where it is wrong it is too small.")]
    [InlineData(0, "It is the same for every input.")]
    public void Of_a_mistake_that_nobody_foresaw_is_told_which_way_it_goes(double slope, string end)
    {
        Exercise.Define("cube").Given("x", draw => draw.Between(1, 2)).Truth(given => Math.Pow(given[0], 3));
        Func<double, double> wrong = x => slope == 0 ? 0 : Math.Pow(x, 3) + (slope * Math.Exp(x));

        var verdict = Exercise.Check("cube", wrong).Verdict;

        Assert.Equal(ExerciseOutcome.Wrong, verdict.Outcome);
        Assert.EndsWith(end, verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_two_numbers_is_right_where_the_other_is_infinite()
    {
        Exercise.Define("pair").Given("x", draw => draw.Between(1, 2)).Truth(given => new double[] { given[0], 2 * given[0] });
        Func<double, (double, double)> half = x => (x, double.PositiveInfinity);

        Assert.Equal(
            new(ExerciseOutcome.Almost, "The first number is right; the second is not yet."),
            Exercise.Check("pair", half).Verdict);
    }

    [Fact]
    public void What_a_function_throws_is_told_as_a_wrong_answer()
    {
        Charge("throws");
        Func<double, double, double> broken = (_, _) => throw new InvalidOperationException("no luck");

        var verdict = Exercise.Check("throws", broken).Verdict;

        Assert.Equal(ExerciseOutcome.Wrong, verdict.Outcome);
        Assert.EndsWith("it throws InvalidOperationException: no luck", verdict.Message, StringComparison.Ordinal);
    }

    public static TheoryData<object, string> Mismatches => new()
    {
        { 3.0, "A function of input, steps is asked for." },
        { new Func<double, double>(x => x), "The function takes 1 argument(s); expected are 2." },
        { new Func<double[], double, double>((_, _) => 0), "The argument " },
        { new Func<double, double, string>((_, _) => "0.5"), "An answer of type String; expected are numbers" },
        { new Func<double, double, object>((_, _) => (1.0, "a")), "An answer of type String; expected are numbers" },
        { new Func<double, double, double[]>((_, _) => [1, 2, 3]), "One number is asked for; your answer is an array of 3 numbers." },
        { new Func<double, double, IEnumerable<double>>((_, _) => Endless()), "An answer of more than 1000000 numbers." },
    };

    [Theory]
    [MemberData(nameof(Mismatches), DisableDiscoveryEnumeration = true)]
    public void An_answer_of_another_kind_is_wrong_and_told_what_is_asked(object answer, string message)
    {
        Charge("kind");

        var verdict = Exercise.Check("kind", answer).Verdict;

        Assert.Equal(ExerciseOutcome.Wrong, verdict.Outcome);
        Assert.StartsWith(message, verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_arrays_tuples_and_tensors_are_answers_alike()
    {
        Exercise.Define("forms").Truth(_ => new double[] { 1, 0, 2 });
        using var tensor = torch.tensor(new[] { 1f, 0f, 2f });
        foreach (var answer in new object[] { new[] { 1.0, 0, 2 }, new[] { 1f, 0, 2 }, new[] { 1, 0, 2 }, new List<long> { 1, 0, 2 },
            (1, 0.0, 2L), tensor, new Func<int[]>(() => [1, 0, 2]) })
        {
            Assert.Equal(ExerciseOutcome.Right, Exercise.Check("forms", answer).Verdict.Outcome);
        }
    }

    [Fact]
    public void Properties_are_asked_in_their_order()
    {
        Exercise.Define("properties")
            .Requires("A rate lies between 0 and 1.", (_, answer) => answer >= 0 && answer <= 1)
            .Requires("It must lie above a half.", (_, answer) => answer > 0.5);

        Assert.Equal(ExerciseOutcome.Wrong, Exercise.Check("properties", 2).Verdict.Outcome);
        Assert.Equal(new(ExerciseOutcome.Almost, "It must lie above a half."), Exercise.Check("properties", 0.4).Verdict);
        Assert.Equal(ExerciseOutcome.Right, Exercise.Check("properties", 0.7).Verdict.Outcome);
        Assert.Equal(ExerciseOutcome.Right, Exercise.Check("properties", 0.9).Verdict.Outcome);
    }

    [Fact]
    public void A_property_that_cannot_be_asked_of_an_answer_does_not_hold()
    {
        Exercise.Define("pair")
            .Requires("Two numbers are asked for, the larger one last.", (_, answer) => answer.Values[1] > answer.Values[0]);

        Assert.Equal(new(ExerciseOutcome.Wrong, "Two numbers are asked for, the larger one last."), Exercise.Check("pair", 2).Verdict);
        Assert.Equal(ExerciseOutcome.Right, Exercise.Check("pair", (1, 2)).Verdict.Outcome);
    }

    [Fact]
    public void Without_a_definition_the_answer_is_kept()
    {
        var view = Exercise.Check("elsewhere", 42);

        Assert.Equal(ExerciseOutcome.NotJudged, view.Verdict.Outcome);
        Assert.Equal(42, Exercise.AnswerTo("elsewhere"));
        var error = Assert.Throws<ArgumentException>(() => Exercise.Find("elsewhere"));
        Assert.Contains("defined are", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_is_judged_in_another_process_by_its_numbers()
    {
        var exercise = Charge("apart");
        Func<float, long, float> right = (input, steps) => input * (1 - MathF.Pow(0.5f, steps));
        var cases = exercise.Draw(11);

        var sent = AnswerValues.Of(right, AnswerValues.ReadCases(AnswerValues.WriteCases(cases))).Write();

        Assert.Equal(ExerciseOutcome.Right, exercise.Judge(cases, AnswerValues.Read(sent)).Outcome);
        Assert.Equal(ExerciseOutcome.Wrong, exercise.Judge(exercise.Draw(12), AnswerValues.Read(sent)).Outcome);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Answered":true,"Error":null,"Values":null}""")]
    [InlineData("""{"Answered":true,"Error":null,"Values":[null]}""")]
    [InlineData("""{"Answered":true,"Error":null,"Values":[{"Shape":null,"Values":[1]}]}""")]
    [InlineData("""{"Answered":true,"Error":null,"Values":[{"Shape":[2],"Values":[1]}]}""")]
    [InlineData("""{"Answered":true,"Error":null,"Values":[{"Shape":[-1,-1],"Values":[1]}]}""")]
    [InlineData("""{"Answered":true,"Error":null,"Values":[{"Shape":[4294967296,4294967296],"Values":[]}]}""")]
    [InlineData("""{"Answered":true,"Error":null,"Values":[{"Shape":[],"Values":["1"]}]}""")]
    public void Values_that_do_not_fit_together_are_refused(string json) =>
        Assert.Throws<JsonException>(() => AnswerValues.Read(json));

    [Fact]
    public void Values_that_are_not_finite_travel_and_are_wrong()
    {
        var exercise = Exercise.Define("finite").Truth(_ => 1);
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var sent = AnswerValues.Read(AnswerValues.Of(value, exercise.Draw(1)).Write());
            Assert.Equal(ExerciseOutcome.Wrong, exercise.Judge(exercise.Draw(1), sent).Outcome);
        }
    }

    [Fact]
    public void A_view_escapes_what_it_is_told()
    {
        const string Hostile = "<script>alert('x')</script>";
        Exercise.Define("hostile").Given("x", _ => 1).Truth(_ => 0).WithHint(Hostile);
        Func<double, double> answer = _ => throw new InvalidOperationException(Hostile);

        var html = Exercise.Check("hostile", answer).ToHtml();

        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("data-outcome=\"Wrong\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Rate")]
    [InlineData("a b")]
    [InlineData("../x")]
    [InlineData("a\"")]
    public void Names_are_small_letters_digits_and_hyphens(string name)
    {
        Assert.Throws<ArgumentException>(() => Exercise.Define(name));
        Assert.Throws<ArgumentException>(() => Exercise.Check(name, 1));
    }

    [Fact]
    public void A_definition_without_a_truth_is_its_authors_mistake()
    {
        Exercise.Define("empty");

        Assert.Contains("neither Truth nor Requires", Assert.Throws<InvalidOperationException>(() => Exercise.Check("empty", 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_tells_its_own_faults()
    {
        Assert.Empty(Charge("sound").Faults(1));
        var faults = Exercise.Define("unsound").Given("x", draw => draw.Between(1, 2)).Truth(given => given[0])
            .Almost("It is the same.", given => given[0]).Faults(1);
        Assert.Equal(2, faults.Count);
        Assert.Equal("unsound: There is no hint.", faults[0]);
        Assert.StartsWith("unsound: The mistake 'It is the same.' is judged: Right", faults[1], StringComparison.Ordinal);
        Assert.Contains("has nothing to do with it", Assert.Single(
            Exercise.Define("lax").Requires("Any.", (_, _) => true).WithHint("h").Faults(1)), StringComparison.Ordinal);
    }

    private static IEnumerable<double> Endless()
    {
        while (true)
        {
            yield return 1;
        }
    }
}
