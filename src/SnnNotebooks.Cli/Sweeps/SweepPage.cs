using System.Globalization;
using System.Net;
using System.Text;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>The page of a sweep: the table, the curves, and a way to every report. It opens without a network.</summary>
internal static class SweepPage
{
    /// <summary>Writes <c>index.html</c> into the sweep's folder.</summary>
    public static void Write(SweepFolder folder, SweepPlan plan, SweepTable table)
    {
        var rows = SweepTable.Rows(folder, plan);
        var body = new StringBuilder(
            $"<h1>{Encode(plan.Title)}</h1>\n<p class=\"about\">{rows.Count} of {plan.Tasks.Count} tasks done</p>\n");
        foreach (var caution in table.Cautions)
        {
            body.Append($"<div class=\"error\" role=\"alert\">{Encode(caution)}</div>\n");
        }

        body.Append(table.Show().ToHtml()).Append('\n');
        foreach (var curve in rows.Values.SelectMany(row => row.Curves.Keys).Distinct())
        {
            body.Append(Curves(curve, plan, rows).ToHtml()).Append('\n');
        }

        body.Append("<h2>Tasks</h2>\n<table><thead><tr><th scope=\"col\">task</th><th scope=\"col\">state</th>"
            + "<th scope=\"col\">seconds</th><th scope=\"col\">files</th></tr></thead><tbody>\n");
        foreach (var task in plan.Tasks)
        {
            body.Append(Line(folder, task));
        }

        SweepFolder.Write(folder.Page, HtmlPage.Write(plan.Title, [PlotlyScript.Read()], body.Append("</tbody></table>\n").ToString()));
    }

    // the mean of the seeds, as far as all of them go
    private static CurveView Curves(string name, SweepPlan plan, Dictionary<string, TaskRow> rows)
    {
        var axis = rows.Values.First(row => row.Curves.ContainsKey(name)).Curves[name].Axis;
        var curves = new List<Curve>();
        foreach (var group in plan.Tasks.GroupBy(task => task.Group))
        {
            TaskCurve[] seeds =
                [.. group.Select(task => rows.GetValueOrDefault(task.Id)?.Curves.GetValueOrDefault(name)).OfType<TaskCurve>()];
            if (seeds.Length > 0)
            {
                var points = Enumerable.Range(0, seeds.Min(seed => seed.Values.Count)).ToArray();
                curves.Add(new Curve($"{group.Key} (n = {seeds.Length})", [.. points.Select(point => point + 1.0)],
                    [.. points.Select(point => seeds.Average(seed => seed.Values[point]))]));
            }
        }

        return new CurveView($"{name}, mean of the seeds", axis, name, curves);
    }

    private static string Line(SweepFolder folder, SweepTask task)
    {
        var row = folder.Row(task.Id, out var damaged);
        var state = row switch
        {
            { Exit: 0 } => "done",
            { } failed => $"failed, exit code {failed.Exit}{(failed.Failure is { } why ? $": {why}" : string.Empty)}",
            _ => damaged ? "damaged row" : "missing",
        };
        string[] files = [task.Report, "output.txt"];
        var links = files.Where(file => File.Exists(Path.Combine(folder.TaskPath(task.Id), file)))
            .Select(file => $"<a href=\"tasks/{task.Id}/{Encode(Uri.EscapeDataString(file))}\">{Encode(file)}</a>");
        return $"<tr><td>{Encode(task.Title)}</td><td>{Encode(state)}</td><td>"
            + $"{row?.Seconds.ToString("0.0", CultureInfo.InvariantCulture)}</td><td>{string.Join(", ", links)}</td></tr>\n";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
