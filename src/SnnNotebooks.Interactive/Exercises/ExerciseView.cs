using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive.Exercises;

/// <summary>An exercise's verdict with the hints shown so far.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ExerciseView : View
{
    private readonly string name;
    private readonly IReadOnlyList<string> hints;
    private readonly int hintCount;

    internal ExerciseView(string name, ExerciseVerdict verdict, IReadOnlyList<string> hints, int hintCount) =>
        (this.name, Verdict, this.hints, this.hintCount) = (name, verdict, hints, hintCount);

    /// <summary>What came of the answer.</summary>
    public ExerciseVerdict Verdict { get; }

    private (string Word, string Mark, string Colour) Look => Verdict.Outcome switch
    {
        ExerciseOutcome.Right => ("right", "&#10003;", Palette.Green),
        ExerciseOutcome.Almost => ("almost", "&#8776;", Palette.Orange),
        ExerciseOutcome.Wrong => ("not right", "&#10007;", Palette.Vermillion),
        ExerciseOutcome.NotJudged => ("kept", "&#8230;", Palette.Blue),
        _ => ("open", "&#9675;", Palette.Grey),
    };

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var (word, mark, colour) = Look;
        var html = new StringBuilder(
            $"<div class=\"snn-exercise\" role=\"status\" data-outcome=\"{Verdict.Outcome}\" style=\"border-left:5px solid {colour};"
            + "background:rgba(128,128,128,0.1);padding:8px 14px;margin:4px 0;max-width:52em;line-height:1.5\">"
            + $"<div><b><span aria-hidden=\"true\" style=\"display:inline-block;width:1.4em\">{mark}</span>{name}: {word}</b></div>"
            + $"<div>{Markup.Escape(Verdict.Message)}</div>");
        for (var i = 0; i < hints.Count; i++)
        {
            html.Append($"<details{(i == hints.Count - 1 ? " open" : string.Empty)} style=\"margin-top:4px\"><summary>Hint {i + 1} of "
                + $"{hintCount}</summary>{Markup.Escape(hints[i])}</details>");
        }

        return html.Append("</div>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        Environment.NewLine,
        hints.Select((hint, i) => $"hint {i + 1} of {hintCount}: {hint}").Prepend($"{name}: {Look.Word}. {Verdict.Message}"));
}
