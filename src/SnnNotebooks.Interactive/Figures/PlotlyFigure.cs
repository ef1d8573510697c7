using System.Text.Json;
using Plotly.NET;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// An interactive chart: Plotly.NET's traces and layout, drawn by the plotly.js of the page. The title stands above it as text,
/// where plotly's buttons cannot cover it on a narrow screen.
/// </summary>
internal sealed class PlotlyFigure(string title, string description, int height)
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
    /// the network for it once, and where that fails the description stays until another output brings plotly.js. Colours follow the page's text, also when the reader
    /// changes the theme.
    /// </summary>
    public string ToHtml()
    {
        Layout(
            ("paper_bgcolor", "rgba(0,0,0,0)"), ("plot_bgcolor", "rgba(0,0,0,0)"), ("height", height), ("hovermode", "closest"), ("uirevision", "kept"),
            ("modebar.bgcolor", "rgba(0,0,0,0)"), ("modebar.color", Palette.Grey), ("modebar.activecolor", Palette.Blue));
        var json = GenericChart.toJson(GenericChart.setLayout(layout, GenericChart.ofTraceObjects(false, Microsoft.FSharp.Collections.ListModule.OfSeq(traces))));
        var id = "snn" + Guid.NewGuid().ToString("N");
        return $$"""
            <div style="font-weight:600">{{Markup.Escape(title)}}</div>
            <div class="snn-plotly" id="{{id}}" role="figure" aria-label="{{Markup.Escape(description)}}" style="width:100%;min-height:{{height}}px">{{Markup.Escape(description)}}</div>
            <script type="application/json" class="snn-figure" data-for="{{id}}">{{InScript(Described(json))}}</script>
            <script>(function(){
            var figure, inkDrawn=null;
            function box(){ return document.getElementById('{{id}}') }
            function draw(){
              var place=box(), ink=getComputedStyle(place).color;
              if(ink===inkDrawn) return;
              if(inkDrawn===null){ place.textContent=''; figure=JSON.parse(document.querySelector('script[data-for="{{id}}"]').textContent) }
              inkDrawn=ink;
              if(!/^rgb/.test(ink)) ink='rgb(128,128,128)';
              var rgb=ink.match(/[\d.]+/g), line='rgba('+rgb[0]+','+rgb[1]+','+rgb[2]+',0.16)';
              var layout=Object.assign({},figure.layout,{font:{color:ink,size:12} });
              Object.keys(layout).forEach(function(name){ if(/^[xy]axis/.test(name)) layout[name]=Object.assign({gridcolor:line,zerolinecolor:line},layout[name]) });
              Plotly.react(place,figure.data,layout,{responsive:true,displaylogo:false,modeBarButtonsToRemove:['select2d','lasso2d']});
            }
            function start(){
              draw();
              var themes=new MutationObserver(function(){ if(box()) draw(); else themes.disconnect() });
              [document.documentElement,document.body].forEach(function(part){ themes.observe(part,{attributes:true}) });
              if(window.ResizeObserver) new ResizeObserver(function(entries,sizes){ if(box()) Plotly.Plots.resize(box()); else sizes.disconnect() }).observe(box());
              if(window.matchMedia) matchMedia('(prefers-color-scheme: dark)').addEventListener('change',function(){ if(box()) draw() });
            }
            function fail(){ window.snnPlotly=null; var place=box(); if(place&&inkDrawn===null) place.textContent+=' (not drawn: plotly.js is neither in this page nor reachable)' }
            function wait(){ if(window.Plotly) start(); else if(box()) setTimeout(wait,250) }
            function load(){
              if(window.Plotly) return start();
              window.snnPlotly=window.snnPlotly||new Promise(function(done,failed){
                var url='https://cdn.plot.ly/plotly-2.28.0.min';
                if(window.require&&window.define&&window.define.amd) return window.require([url],function(module){ window.Plotly=module; done() },failed);
                var script=document.createElement('script'); script.onload=done; script.onerror=failed; script.src=url+'.js'; document.head.appendChild(script);
              });
              window.snnPlotly.catch(fail);
              wait();
            }
            (function find(left){ if(box()) load(); else if(left>0) setTimeout(function(){ find(left-1) },50) })(100);
            })();</script>
            """;
    }

    // data and layout, and what a renderer of ours needs beside them
    private string Described(string json) => $"{{\"description\":{JsonSerializer.Serialize(description)},\"height\":{height},{json.AsSpan(json.IndexOf('{', StringComparison.Ordinal) + 1)}";

    // JSON that cannot end or comment out the script element it stands in
    private static string InScript(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
        .Replace("\u2029", "\\u2029", StringComparison.Ordinal);

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
