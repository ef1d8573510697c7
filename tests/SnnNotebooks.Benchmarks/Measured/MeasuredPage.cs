using System.Globalization;
using System.Text;

namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>Writes <c>notebooks/measured.md</c> from the questions.</summary>
internal static class MeasuredPage
{
    private const string Kit = "kit";

    private const string Head =
        """
        # What was measured

        <!-- Made by `dotnet run -c Release --project tests/SnnNotebooks.Benchmarks -- page` from tests/SnnNotebooks.Benchmarks/results:
             change those, never this page. A test compares the two. -->

        What the laptop runs gave, and how fast the kit is: every figure with the command that made it, the day and the machine, every ratio
        with its peer and the peer's version. No machine had a GPU where none is named. Data are what was at hand, not the papers' sets, so
        no score below reproduces a published one; what they can show is the order of methods on equal terms. What is lost stands beside
        what is won.

        """;

    /// <summary>The page.</summary>
    public static string Write(IEnumerable<Question> questions)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        string? chapter = null;
        foreach (var question in questions)
        {
            var colon = question.Title.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                chapter = null;
                Paragraph(page, $"## {question.Title}");
            }
            else
            {
                if (question.Title[..colon] != chapter)
                {
                    Paragraph(page, $"## {chapter = question.Title[..colon]}");
                }

                Paragraph(page, $"### {Capital(question.Title[(colon + 1)..].Trim())}");
            }

            Paragraphs(page, question.Text);
            IMeasured? before = null;
            foreach (var table in question.Tables)
            {
                Origin(page, table, before);
                before = table;
                Paragraphs(page, table.Text is null ? [] : [table.Text]);
                Table(page, [.. table.Columns.Select(column => column.Name)], table.Rows);
                var peers = table.Columns.Where(column => column.Peer is not null)
                    .Select(column => $"{column.Name}: {column.Peer}").ToArray();
                Paragraphs(page, peers.Length == 0 ? [] : [$"Ratios against: {string.Join("; ", peers)}."]);
            }

            foreach (var timing in question.Timings)
            {
                Origin(page, timing, before);
                before = timing;
                Paragraphs(page, timing.Text is null ? [] : [timing.Text]);
                TimingTable.Write(timing, Kit, (header, rows) => Table(page, header, rows), text => Paragraph(page, text));
            }

            Paragraphs(page, question.Remarks);
        }

        return page.ToString();
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static void Paragraph(StringBuilder page, string text) => page.Append('\n').Append(text).Append('\n');

    private static void Paragraphs(StringBuilder page, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Paragraph(page, text);
        }
    }

    /// <summary>Command, day and machine, where they are not those of the table before.</summary>
    private static void Origin(StringBuilder page, IMeasured now, IMeasured? before)
    {
        if (before is not null && (before.Command, before.Date, before.Machine) == (now.Command, now.Date, now.Machine))
        {
            return;
        }

        var day = DateOnly.ParseExact(now.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Paragraph(page, $"```\n{now.Command}\n```");
        Paragraph(page, string.Create(CultureInfo.InvariantCulture, $"On {day:d MMMM yyyy}, {now.Machine}."));
    }

    private static void Table(StringBuilder page, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.Append('\n');
        Row(header);
        Row([.. header.Select(_ => "---")], string.Empty);
        foreach (var row in rows)
        {
            Row(row);
        }

        void Row(IEnumerable<string> cells, string space = " ") =>
            page.Append('|').AppendJoin('|', cells.Select(cell => space + cell + space)).Append("|\n");
    }
}
