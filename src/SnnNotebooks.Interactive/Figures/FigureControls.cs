using System.Globalization;
using System.Text;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>The markup of controls above a figure; they are hidden until a script makes them work.</summary>
internal static class FigureControls
{
    /// <summary>Sliders and choices that steer the figure at a place.</summary>
    /// <param name="id">The place of the figure.</param>
    /// <param name="controls">The controls, the last one running fastest over the frames.</param>
    public static string ToHtml(string id, IReadOnlyList<FigureControl> controls)
    {
        var html = new StringBuilder(
            $"<div class=\"snn-controls\" data-steers=\"{id}\" hidden style=\"font-size:13px;margin:4px 0;max-width:640px\">");
        foreach (var control in controls)
        {
            var label = Markup.Escape(control.Label);
            html.Append("<label style=\"display:flex;flex-wrap:wrap;gap:2px 10px;align-items:center;margin:2px 0\">")
                .Append($"<span style=\"flex:0 1 16em;min-width:0;overflow-wrap:anywhere\">{label}</span>");
            if (control.IsSlider)
            {
                html.Append(CultureInfo.InvariantCulture,
                    $"<input type=\"range\" min=\"0\" max=\"{control.Names.Count - 1}\" step=\"1\" value=\"{control.Start}\" ")
                    .Append($"data-names=\"{Markup.Escape(string.Join('|', control.Names))}\" aria-label=\"{label}\" ")
                    .Append("style=\"flex:1;min-width:80px\"/>")
                    .Append($"<output style=\"min-width:4em;text-align:right\">{Markup.Escape(control.Names[control.Start])}</output>");
            }
            else
            {
                html.Append($"<select style=\"min-width:0;max-width:100%\" aria-label=\"{label}\">");
                for (var i = 0; i < control.Names.Count; i++)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<option value=\"{i}\"{(i == control.Start ? " selected" : string.Empty)}>")
                        .Append(Markup.Escape(control.Names[i])).Append("</option>");
                }

                html.Append("</select>");
            }

            html.Append("</label>");
        }

        return html.Append("</div>").ToString();
    }
}
