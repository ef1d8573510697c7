using System.Text;
using SnnNotebooks.Benchmarks.Measured;

namespace SnnNotebooks.Benchmarks;

/// <summary>The verb <c>page</c>: writes <c>notebooks/measured.md</c> from <c>results</c>.</summary>
internal static class PageCommand
{
    /// <summary>Writes it, from the checkout's root.</summary>
    /// <returns>0, 1 where a question lacks something, 2 where this is no checkout.</returns>
    public static int Run()
    {
        var results = Path.Combine("tests", "SnnNotebooks.Benchmarks", "results");
        if (!Directory.Exists(results))
        {
            Console.Error.WriteLine($"{Path.GetFullPath(results)} is not there: run this in the root of a checkout.");
            return 2;
        }

        try
        {
            var questions = Question.LoadAll(results);
            var faults = questions
                .SelectMany(each => QuestionCheck.Faults(each.Question).Select(fault => $"{each.File}: {fault}")).ToList();
            faults.ForEach(Console.Error.WriteLine);
            AtomicFile.Write(
                Path.Combine("notebooks", "measured.md"),
                Encoding.UTF8.GetBytes(MeasuredPage.Write(questions.Select(each => each.Question))));
            return faults.Count == 0 ? 0 : 1;
        }
        catch (InvalidDataException damaged)
        {
            Console.Error.WriteLine(damaged.Message);
            return 1;
        }
    }
}
