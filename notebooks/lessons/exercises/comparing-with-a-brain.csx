// What is right, what is nearly right and what helps, for the exercises of "Comparing with a brain".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class BrainAnswers
{
    // [rows, columns] of a quantity
    public static double[][] Rows(Quantity matrix) => [.. matrix.Values.Chunk((int)matrix.Shape[1])];

    public static double[][] Columns(Quantity matrix)
    {
        var rows = Rows(matrix);
        return [.. Enumerable.Range(0, rows[0].Length).Select(j => rows.Select(row => row[j]).ToArray())];
    }

    public static Quantity Pairs(double[][] rows, Func<double[], double[], double> value) =>
        new([rows.Length, rows.Length], [.. rows.SelectMany(a => rows.Select(b => value(a, b)))]);

    public static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));

    public static double Correlation(double[] a, double[] b) =>
        Cosine([.. a.Select(x => x - a.Average())], [.. b.Select(y => y - b.Average())]);

    public static double Products(double[] a, double[] b) => a.Zip(b, (x, y) => (x - a.Average()) * (y - b.Average())).Sum();

    public static double[] Ranks(double[] values) => [.. values.Select(value => (double)values.Count(other => other < value))];

    // where each number stands in the order of their sizes, as sorting gives it
    public static double[] Order(double[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i]).Select(i => (double)i)];

    // from how far beyond the diagonal on: 0 takes it in
    public static double[] Above(Quantity rdm, int from = 1)
    {
        var n = (int)rdm.Shape[0];
        return [.. Enumerable.Range(0, n).SelectMany(i => Enumerable.Range(i + from, n - i - from).Select(j => rdm.Values[(i * n) + j]))];
    }

    // symmetric, zeros on the diagonal, no two of the others equal: draws have four digits
    public static Quantity Rdm(ExerciseDraw draw, int n)
    {
        var above = draw.Many(n * (n - 1) / 2, 0.1, 1.9);
        var values = new double[n * n];
        var next = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                values[(i * n) + j] = values[(j * n) + i] = above[next++] + (next * 2e-6);
            }
        }

        return new([n, n], values);
    }
}

Exercise.Define("own-rdm")
    .Given("responses", draw => new Quantity([5, 7], draw.Many(35, 0, 9))).Within(1e-3)
    .Truth(given => BrainAnswers.Pairs(BrainAnswers.Rows(given[0]), (a, b) => 1 - BrainAnswers.Correlation(a, b)))
    .Almost("That is the correlation: likeness. Dissimilarity is one minus it.",
        given => BrainAnswers.Pairs(BrainAnswers.Rows(given[0]), BrainAnswers.Correlation))
    .Almost("The rows' means are still in: that is one minus the cosine. Subtract each row's mean first.",
        given => BrainAnswers.Pairs(BrainAnswers.Rows(given[0]), (a, b) => 1 - BrainAnswers.Cosine(a, b)))
    .Almost("That compares neurons (columns), not scenes (rows).",
        given => BrainAnswers.Pairs(BrainAnswers.Columns(given[0]), (a, b) => 1 - BrainAnswers.Correlation(a, b)))
    .Almost("Each neuron's mean (column) is taken off. A correlation of scenes takes the mean of each scene (row).", given =>
    {
        var means = BrainAnswers.Columns(given[0]).Select(column => column.Average()).ToArray();
        return BrainAnswers.Pairs([.. BrainAnswers.Rows(given[0]).Select(row => row.Zip(means, (x, mean) => x - mean).ToArray())],
            (a, b) => 1 - BrainAnswers.Cosine(a, b));
    })
    .Almost("The rows are not divided by their length yet: a correlation lies between -1 and 1.",
        given => BrainAnswers.Pairs(BrainAnswers.Rows(given[0]), (a, b) => 1 - BrainAnswers.Products(a, b)))
    .Almost("The rows are divided by their standard deviation: divide by their length (norm), or by the number of neurons less one, too.",
        given => BrainAnswers.Pairs(BrainAnswers.Rows(given[0]), (a, b) => 1 - ((a.Length - 1) * BrainAnswers.Correlation(a, b))))
    .Almost("That is the Euclidean distance. One minus the correlation is asked for.", given => BrainAnswers.Pairs(
            BrainAnswers.Rows(given[0]), (a, b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum())))
    .Almost("The sign of the correlation is lost: responses that go opposite ways are the least alike.",
        given => BrainAnswers.Pairs(BrainAnswers.Rows(given[0]), (a, b) => 1 - Math.Abs(BrainAnswers.Correlation(a, b))))
    .Almost("One mean of all responses is taken off. Each scene (row) has its own.", given =>
    {
        var mean = given[0].Values.Average();
        return BrainAnswers.Pairs([.. BrainAnswers.Rows(given[0]).Select(row => row.Select(x => x - mean).ToArray())],
            (a, b) => 1 - BrainAnswers.Cosine(a, b));
    })
    .WithHint("Subtract from each row its mean, divide it by its length, and multiply the matrix with its own transpose.")
    .WithHint("responses.mean([1], keepdim: true) has a mean for each row; norm(1, keepdim: true, p: 2) a length.");

Exercise.Define("spearman-brown")
    .Given("r", draw => draw.Between(0.05, 0.95))
    .Truth(given => 2 * given[0] / (1 + given[0]))
    .Almost("That is the correlation of the halves, without the correction.", given => given[0])
    .Almost("That goes the wrong way: more trials are more reliable, not less.", given => given[0] / (2 - given[0]))
    .Almost("Twice r alone can be above 1.", given => 2 * given[0])
    .Almost("The factor 2 above the line is missing: where halves agree, r = 1, so do the wholes.", given => given[0] / (1 + given[0]))
    .Almost("A correlation is at most 1; this grows beyond it. Look at the sign below the line.", given => 2 * given[0] / (1 - given[0]))
    .Almost("Brackets are missing: a division comes before a sum.", given => 3 * given[0])
    .Almost("The root is the correlation with a mean without any noise. Here both sets have noise.", given => Math.Sqrt(given[0]))
    .Almost("That is for four times as many trials. All the trials are twice as many as a half.",
        given => 4 * given[0] / (1 + (3 * given[0])))
    .WithHint("Write the variance of a half's mean as signal S and noise N; r is S / (S + N). With twice the trials the noise is N / 2.")
    .WithHint("S / (S + N/2), with N = S (1 - r) / r.");

Exercise.Define("rsa-score")
    .Given("a", draw => BrainAnswers.Rdm(draw, 6)).Given("b", draw => BrainAnswers.Rdm(draw, 6)).Within(1e-3)
    .Truth(given => BrainAnswers.Correlation(
        BrainAnswers.Ranks(BrainAnswers.Above(given[0])), BrainAnswers.Ranks(BrainAnswers.Above(given[1]))))
    .Almost("That correlates the numbers themselves; ranks are asked for.",
        given => BrainAnswers.Correlation(BrainAnswers.Above(given[0]), BrainAnswers.Above(given[1])))
    .Almost("The whole matrices are in it, with their zeros on the diagonal: these are alike in any two RDMs. Take what stands above it.",
        given => BrainAnswers.Correlation(BrainAnswers.Ranks(given[0]), BrainAnswers.Ranks(given[1])))
    .Almost("The diagonal is in it: it is zero in every RDM. Take what stands above it.", given => BrainAnswers.Correlation(
        BrainAnswers.Ranks(BrainAnswers.Above(given[0], from: 0)), BrainAnswers.Ranks(BrainAnswers.Above(given[1], from: 0))))
    .Almost("One minus the correlation is a distance; a likeness is asked for.", given => 1 - BrainAnswers.Correlation(
        BrainAnswers.Ranks(BrainAnswers.Above(given[0])), BrainAnswers.Ranks(BrainAnswers.Above(given[1]))))
    .Almost("That is the covariance of the ranks. A correlation is divided by both deviations, too.", given =>
        BrainAnswers.Products(BrainAnswers.Ranks(BrainAnswers.Above(given[0])), BrainAnswers.Ranks(BrainAnswers.Above(given[1]))) / 15)
    .Almost("The factor 6 is missing in front of the squared differences of the ranks.", given => 1 - ((1 - BrainAnswers.Correlation(
        BrainAnswers.Ranks(BrainAnswers.Above(given[0])), BrainAnswers.Ranks(BrainAnswers.Above(given[1])))) / 6))
    .Almost("That is the order (which number is the smallest, which the next), not the rank of each.", given => BrainAnswers.Correlation(
            BrainAnswers.Order(BrainAnswers.Above(given[0])), BrainAnswers.Order(BrainAnswers.Above(given[1]))))
    .Almost("In the formula n is how many numbers are ranked, 15, not how many scenes there are.",
        given => 1 - (16 * (1 - BrainAnswers.Correlation(
            BrainAnswers.Ranks(BrainAnswers.Above(given[0])), BrainAnswers.Ranks(BrainAnswers.Above(given[1]))))))
    .WithHint("Three steps: collect what stands above the diagonal of each, replace each number by its rank, correlate.")
    .WithHint("The rank of a number is how many of the others are smaller.");

Exercise.Define("p-value")
    .Given("score", draw => draw.Between(0.2, 0.5)).Given("shuffled", draw => draw.Many(99, -0.3, 0.6))
    .Truth(given => (1.0 + given[1].Values.Count(value => value >= given[0])) / 100)
    .Almost("This can be 0, which no number of shuffles can show: count the unshuffled order, too, above and below the line.",
        given => given[1].Values.Count(value => value >= given[0]) / 99.0)
    .Almost("The unshuffled order is counted above the line, but not below it.",
        given => (1.0 + given[1].Values.Count(value => value >= given[0])) / 99)
    .Almost("That is the share below the score; chance is what comes out at least as high.",
        given => given[1].Values.Count(value => value < given[0]) / 99.0)
    .Almost("That is the share at most as high as the score; chance is what comes out at least as high.",
        given => (1.0 + given[1].Values.Count(value => value <= given[0])) / 100)
    .Almost("That is 0 for every input: a whole number divided by a whole number is cut off to a whole one. Begin with 1.0.", _ => 0)
    .Almost("That is how many; p is a share of all orders.", given => 1.0 + given[1].Values.Count(value => value >= given[0]))
    .Almost("The unshuffled order is counted below the line, but not above it.",
        given => given[1].Values.Count(value => value >= given[0]) / 100.0)
    .Almost("Scores far below zero are counted, too. Only those at least as high are asked for.",
        given => (1.0 + given[1].Values.Count(value => Math.Abs(value) >= given[0])) / 100)
    .WithHint("How many of the shuffled scores are at least as high? The unshuffled one is, too.")
    .WithHint("(1 + that many) / (1 + all shuffles).");
