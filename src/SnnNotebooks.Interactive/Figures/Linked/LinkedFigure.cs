using System.Text.Json;

namespace SnnNotebooks.Interactive.Figures.Linked;

/// <summary>
/// Several drawings that share a selection, drawn by a script of the kit's own. It needs neither plotly.js nor a network, follows the
/// colours of the page, and says in words what it shows where scripts are off.
/// </summary>
/// <param name="title">A line above it; empty for none.</param>
/// <param name="description">What it shows, in words.</param>
/// <param name="data">What the script draws.</param>
internal sealed class LinkedFigure(string title, string description, IReadOnlyDictionary<string, object?> data)
{
    private static readonly string Script = Read();

    /// <summary>The figure as a fragment.</summary>
    public string ToHtml()
    {
        var id = "snn" + Guid.NewGuid().ToString("N");
        return $$"""
            {{(title.Length > 0 ? $"<div style=\"font-weight:600\">{Markup.Escape(title)}</div>" : string.Empty)}}
            <div class="snn-linked" id="{{id}}" role="figure"
              aria-label="{{Markup.Escape(description)}}">{{Markup.Escape(description)}}</div>
            <script type="application/json" data-for="{{id}}">{{JsonSerializer.Serialize(data, ChartNumber.Options)}}</script>
            <script>(function(){
            {{Script}}
            (function find(left){
              var root=document.getElementById('{{id}}');
              if(!root) return left>0&&setTimeout(function(){ find(left-1) },50);
              var data=JSON.parse(document.querySelector('script[data-for="{{id}}"]').textContent);
              snnLinked(root,data).catch(function(failure){ root.textContent+=' (not drawn: '+failure.message+')' });
            })(100);
            })();</script>
            """;
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(LinkedFigure).Assembly.GetManifestResourceStream("linked.js")!);
        return reader.ReadToEnd();
    }
}
