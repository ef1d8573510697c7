using Plotly.NET;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>An interactive chart: Plotly.NET's traces and layout, drawn by the plotly.js of the page.</summary>
internal sealed class PlotlyFigure(string description, int height)
{
    private readonly List<Trace> traces = [];
    private readonly Layout layout = new();

    /// <summary>Adds a trace.</summary>
    /// <param name="type">Plotly's name, for example <c>scatter</c>.</param>
    /// <param name="properties">Its properties; a name with a dot is one of a nested object.</param>
    public PlotlyFigure Add(string type, params (string Name, object Value)[] properties)
    {
        var trace = new Trace(type);
        Set(trace, properties);
        traces.Add(trace);
        return this;
    }

    /// <summary>Sets properties of the layout.</summary>
    public PlotlyFigure Layout(params (string Name, object Value)[] properties)
    {
        Set(layout, properties);
        return this;
    }

    /// <summary>
    /// The chart as a fragment. It draws with the page's plotly.js where there is one (our exports carry it); elsewhere it asks
    /// the network for it once. Colours follow the page's, also when the reader switches between light and dark.
    /// </summary>
    public string ToHtml()
    {
        Layout(("paper_bgcolor", "rgba(0,0,0,0)"), ("plot_bgcolor", "rgba(0,0,0,0)"), ("height", height), ("hovermode", "closest"));
        var json = GenericChart.toJson(GenericChart.setLayout(layout, GenericChart.ofTraceObjects(false, Microsoft.FSharp.Collections.ListModule.OfSeq(traces))));
        var id = "snn" + Guid.NewGuid().ToString("N");
        return $$"""
            <div class="snn-plotly" id="{{id}}" role="img" aria-label="{{Markup.Escape(description)}}" style="width:100%;height:{{height}}px"></div>
            <script>(function(){
            var figure={{json.Replace("<", "\\u003c", StringComparison.Ordinal)}};
            var dark=window.matchMedia&&matchMedia('(prefers-color-scheme: dark)');
            function draw(){
              var box=document.getElementById('{{id}}');
              var ink=getComputedStyle(box).color;
              var line=dark&&dark.matches?'rgba(255,255,255,0.16)':'rgba(0,0,0,0.12)';
              var layout=Object.assign({},figure.layout,{font:{color:ink,size:13} });
              Object.keys(layout).forEach(function(name){ if(/^[xy]axis/.test(name)) layout[name]=Object.assign({gridcolor:line,zerolinecolor:line},layout[name]) });
              Plotly.react(box,figure.data,layout,{responsive:true,displaylogo:false});
            }
            function start(){ draw(); if(dark&&dark.addEventListener) dark.addEventListener('change',draw); }
            if(window.Plotly) return start();
            var script=document.createElement('script'); script.src='https:'+'//cdn.plot.ly/plotly-2.28.0.min.js'; script.onload=start; document.head.appendChild(script);
            })();</script>
            """;
    }

    private static void Set(DynamicObj.DynamicObj target, (string Name, object Value)[] properties)
    {
        foreach (var (name, value) in properties)
        {
            var (owner, rest) = (target, name);
            while (rest.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
            {
                var first = rest[..dot];
                rest = rest[(dot + 1)..];
                if (owner.GetProperties(false).FirstOrDefault(pair => pair.Key == first).Value is not DynamicObj.DynamicObj nested)
                {
                    nested = new DynamicObj.DynamicObj();
                    owner.SetProperty(first, nested);
                }

                owner = nested;
            }

            owner.SetProperty(rest, value);
        }
    }
}
