using System.Text.Json;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// An interactive chart: traces and layout in the words of plotly.js, drawn by the page's copy of it. The title stands above it as text,
/// where plotly's buttons cannot cover it on a narrow screen.
/// </summary>
/// <param name="title">A line above the chart; empty for none.</param>
/// <param name="description">What it shows, in words: for readers of the screen, and where nothing can be drawn.</param>
/// <param name="height">Its height in CSS pixels.</param>
public sealed class PlotlyFigure(string title, string description, int height)
{
    private readonly List<Dictionary<string, object>> traces = [];
    private readonly Dictionary<string, object> layout = [];
    private IReadOnlyList<FigureControl> controls = [];
    private IReadOnlyList<PlotlyFigure> frames = [];

    /// <summary>Adds a trace.</summary>
    /// <param name="type">Plotly's name, for example <c>scatter</c>.</param>
    /// <param name="properties">
    /// Its properties: numbers (what is not finite is a gap), texts, truth values and arrays of them; a name with a dot is one of a nested
    /// object.
    /// </param>
    /// <returns>This figure.</returns>
    public PlotlyFigure Add(string type, params (string Name, object Value)[] properties)
    {
        var trace = new Dictionary<string, object>();
        Set(trace, properties);
        trace["type"] = type;
        traces.Add(trace);
        return this;
    }

    /// <summary>Sets properties of the layout.</summary>
    /// <param name="properties">As in <see cref="Add"/>.</param>
    /// <returns>This figure.</returns>
    public PlotlyFigure Layout(params (string Name, object Value)[] properties)
    {
        Set(layout, properties);
        return this;
    }

    /// <summary>Puts controls above the chart, which then shows one of several charts.</summary>
    /// <param name="steering">The controls.</param>
    /// <param name="charts">A chart for each setting, the last control running fastest; linear axes get one range in all.</param>
    internal PlotlyFigure Steer(IReadOnlyList<FigureControl> steering, IReadOnlyList<PlotlyFigure> charts)
    {
        (controls, frames) = (steering, charts);
        CommonAxes.Fix([.. charts.Append(this).Select(chart => ((IReadOnlyList<Dictionary<string, object>>)chart.traces, chart.layout))]);
        return this;
    }

    /// <summary>
    /// The chart as a fragment. It draws with the page's plotly.js where there is one (our exports carry it); elsewhere it asks
    /// the network for it once, and where that fails the description stays until another output brings plotly.js. Colours follow the page's
    /// text, also when the reader changes the theme.
    /// </summary>
    /// <returns>The fragment.</returns>
    public string ToHtml()
    {
        foreach (var chart in frames.Append(this))
        {
            chart.SetLook();
        }

        var id = "snn" + Guid.NewGuid().ToString("N");
        return $$"""
            {{(title.Length > 0 ? $"<div style=\"font-weight:600\">{Markup.Escape(title)}</div>" : string.Empty)}}
            {{(controls.Count > 0 ? FigureControls.ToHtml(id, controls) : string.Empty)}}
            <div class="snn-plotly" id="{{id}}" role="figure" aria-label="{{Markup.Escape(description)}}"
              style="width:100%;min-height:{{height}}px;--snn-height:{{height}}">{{Markup.Escape(description)}}</div>
            <script type="application/json" class="snn-figure" data-for="{{id}}">{{Json()}}</script>
            <script>(function(){
            var figure, inkDrawn=null;
            function box(){ return document.getElementById('{{id}}') }
            function steering(){ return document.querySelector('[data-steers="{{id}}"]') }
            function controls(){ return [].slice.call(steering().querySelectorAll('input,select')) }
            function chart(){
              return figure.frames?figure.frames[controls().reduce(function(at,control){
                return at*(control.options?control.options.length:+control.max+1)+ +control.value;
              },0)]:figure;
            }
            function steer(){
              steering().hidden=false;
              controls().forEach(function(control){
                control.oninput=function(){
                  if(!control.options) control.nextElementSibling.value=control.dataset.names.split('|')[+control.value];
                  draw(true);
                };
              });
            }
            function draw(moved){
              var place=box(), ink=getComputedStyle(place).color;
              if(ink===inkDrawn&&moved!==true) return;
              if(inkDrawn===null){
                place.textContent='';
                figure=JSON.parse(document.querySelector('script[data-for="{{id}}"]').textContent);
                if(figure.frames) steer();
              }
              inkDrawn=ink;
              if(!/^rgb/.test(ink)) ink='rgb(128,128,128)';
              var rgb=ink.match(/[\d.]+/g), line='rgba('+rgb[0]+','+rgb[1]+','+rgb[2]+',0.16)';
              var now=chart(), layout=Object.assign({},now.layout,{font:{color:ink,size:12} });
              Object.keys(layout).forEach(function(name){
                if(/^[xy]axis/.test(name)) layout[name]=Object.assign({gridcolor:line,zerolinecolor:line},layout[name]);
              });
              Plotly.react(place,now.data,layout,{responsive:true,displaylogo:false,modeBarButtonsToRemove:['select2d','lasso2d']});
              measure();
            }
            // paper has another width, at which nothing is drawn anew: a page's style shrinks the chart by this
            function measure(){ box().style.setProperty('--snn-drawn',box().clientWidth) }
            // what was drawn in three dimensions is gone once it was shown, and was not drawn where nobody has looked: paper gets a copy
            function scenes(){
              var full=box()._fullLayout;
              return (full&&full._subplots&&full._subplots.gl3d||[]).map(function(name){ return full[name]._scene.glplot });
            }
            function print(begins){
              if(!box()) return;
              scenes().forEach(function(scene){
                var seen=scene.canvas, copy=seen.parentNode.querySelector('.snn-copy');
                if(copy) copy.remove();
                seen.style.visibility=begins?'hidden':'';
                if(!begins) return;
                copy=document.createElement('canvas');
                copy.className='snn-copy'; copy.width=seen.width; copy.height=seen.height;
                copy.style.cssText='position:absolute;left:0;top:0;width:100%;height:100%';
                scene.redraw();
                copy.getContext('2d').drawImage(seen,0,0);
                seen.after(copy);
              });
            }
            function start(){
              draw();
              addEventListener('beforeprint',function(){ print(true) });
              addEventListener('afterprint',function(){ print(false) });
              var themes=new MutationObserver(function(){ if(box()) draw(); else themes.disconnect() });
              [document.documentElement,document.body].forEach(function(part){ themes.observe(part,{attributes:true}) });
              if(window.ResizeObserver) new ResizeObserver(function(entries,sizes){
                if(!box()) return sizes.disconnect();
                Plotly.Plots.resize(box());
                measure();
              }).observe(box());
              if(window.matchMedia) matchMedia('(prefers-color-scheme: dark)').addEventListener('change',function(){ if(box()) draw() });
            }
            function fail(){
              window.snnPlotly=null;
              var place=box();
              if(place&&inkDrawn===null) place.textContent+=' (not drawn: plotly.js is neither in this page nor reachable)';
            }
            function wait(){ if(window.Plotly) start(); else if(box()) setTimeout(wait,250) }
            function load(){
              if(window.Plotly) return start();
              window.snnPlotly=window.snnPlotly||new Promise(function(done,failed){
                var url='https://cdn.plot.ly/plotly-{{PlotlyScript.Version}}.min';
                if(window.require&&window.define&&window.define.amd)
                  return window.require([url],function(module){ window.Plotly=module; done() },failed);
                var script=document.createElement('script');
                script.onload=done; script.onerror=failed; script.src=url+'.js'; document.head.appendChild(script);
              });
              window.snnPlotly.catch(fail);
              wait();
            }
            (function find(left){ if(box()) load(); else if(left>0) setTimeout(function(){ find(left-1) },50) })(100);
            })();</script>
            """;
    }

    private void SetLook() => Layout(
            ("paper_bgcolor", "rgba(0,0,0,0)"), ("plot_bgcolor", "rgba(0,0,0,0)"), ("height", height), ("hovermode", "closest"),
            ("uirevision", "kept"),
            ("modebar.bgcolor", "rgba(0,0,0,0)"), ("modebar.color", Palette.Grey), ("modebar.activecolor", Palette.Blue));

    // data and layout, those of each setting of its controls, and what a renderer of ours needs beside them;
    // no character in it could end or comment out the script element it stands in: the serializer escapes < and line separators
    private string Json() => frames.Count == 0
        ? JsonSerializer.Serialize(new { description, height, data = traces, layout }, ChartNumber.Options)
        : JsonSerializer.Serialize(
            new { description, height, data = traces, layout, frames = frames.Select(chart => new { data = chart.traces, chart.layout }) },
            ChartNumber.Options);

    private static void Set(Dictionary<string, object> target, (string Name, object Value)[] properties)
    {
        foreach (var (name, value) in properties)
        {
            var (owner, rest) = (target, name);
            while (rest.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
            {
                var first = rest[..dot];
                rest = rest[(dot + 1)..];
                if (owner.GetValueOrDefault(first) is not Dictionary<string, object> nested)
                {
                    owner[first] = nested = [];
                }

                owner = nested;
            }

            owner[rest] = value;
        }
    }
}
