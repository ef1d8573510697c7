using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Event frames as a film: a button plays and pauses, a slider chooses the frame, both reachable by keyboard. Everything is in the page;
/// where scripts are off, the frames stand side by side.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class FramePlayerView : View
{
    private const int MostFrames = 200;
    private const int MostPixels = 160;
    private readonly string title;
    private readonly double framesPerSecond;
    private readonly string sheet;
    private readonly string description;
    private readonly int count;
    private readonly int across;
    private readonly int width;
    private readonly int height;
    private readonly int every;

    /// <summary>Reads the frames; the tensor is not kept.</summary>
    /// <param name="frames">[T, 2, H, W]: OFF and ON counts, or any numbers of which those above 0 count. Above 200 frames or 160 pixels it is thinned (maxima of neighbours), and says so.</param>
    /// <param name="title">A line above it.</param>
    /// <param name="framesPerSecond">How fast it plays, above 0.</param>
    /// <exception cref="ArgumentException">The shape is another, or a length is 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="framesPerSecond"/> is not above 0.</exception>
    public FramePlayerView(Tensor frames, string title, double framesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(title);
        if (frames.dim() != 4 || frames.shape[1] != 2 || frames.numel() == 0)
        {
            throw new ArgumentException($"The player needs frames [T, 2, H, W], OFF and ON; this is [{string.Join(", ", frames.shape)}].", nameof(frames));
        }

        if (!(framesPerSecond > 0 && double.IsFinite(framesPerSecond)))
        {
            throw new ArgumentOutOfRangeException(nameof(framesPerSecond), framesPerSecond, "The player needs a speed above 0.");
        }

        (this.title, this.framesPerSecond) = (title, framesPerSecond);
        using var scope = NewDisposeScope();
        var all = frames.shape[0];
        every = (int)((all + MostFrames - 1) / MostFrames);
        var stride = (Math.Max(frames.shape[2], frames.shape[3]) + MostPixels - 1) / MostPixels;
        var shown = frames.detach().slice(0, 0, all, every).cpu().to(ScalarType.Float32);
        var broken = shown.isfinite().logical_not().any().item<bool>();
        shown = nan_to_num(shown, 0, 0, 0);
        if (stride > 1)
        {
            shown = nn.functional.max_pool2d(shown, [stride, stride], ceil_mode: true);
        }

        shown = shown.contiguous();
        (count, height, width) = ((int)shown.shape[0], (int)shown.shape[2], (int)shown.shape[3]);
        across = (int)Math.Ceiling(Math.Sqrt(count));
        sheet = Sheet(MemoryMarshal.Cast<byte, float>(shown.bytes), shown.max().ToDouble());
        description = string.Create(CultureInfo.InvariantCulture, $"{count} of {all} frames, {frames.shape[2]} x {frames.shape[3]} pixels")
            + (stride > 1 ? string.Create(CultureInfo.InvariantCulture, $" (the highest of {stride} x {stride} shown as one)") : string.Empty)
            + (broken ? "; values that are not finite are left out" : string.Empty);
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var id = "snn" + Guid.NewGuid().ToString("N");
        var zoom = Math.Max(1, 320 / Math.Max(width, height));
        var name = Markup.Escape(title);
        return $$"""
            <figure class="snn-figure snn-player" id="{{id}}" style="margin:0;font-size:13px"><div style="font-weight:600">{{name}}</div>
            <img src="{{sheet}}" alt="{{name}}: {{description}}, side by side in rows of {{across}}" style="max-width:100%;image-rendering:pixelated"/>
            <div hidden><canvas width="{{width}}" height="{{height}}" role="img" aria-label="{{name}}: one frame" style="width:{{width * zoom}}px;max-width:100%;image-rendering:pixelated;display:block;outline:1px solid rgba(128,128,128,.4)"></canvas>
            <div style="display:flex;gap:10px;align-items:center;margin:4px 0;max-width:{{Math.Max(width * zoom, 260)}}px"><button type="button" style="min-width:64px">play</button><input type="range" min="0" max="{{count - 1}}" step="1" value="0" aria-label="frame" style="flex:1;min-width:80px"/><output aria-live="off" style="min-width:64px;text-align:right">0 / {{count - 1}}</output></div></div>
            {{EventColours.Legend}}<figcaption style="opacity:.75">{{description}}</figcaption>
            <script>(function(){
            function start(player){
              var sheet=player.querySelector('img'), stage=player.querySelector('div[hidden]'), canvas=stage.querySelector('canvas'), button=stage.querySelector('button'), slider=stage.querySelector('input'), text=stage.querySelector('output');
              var pen=canvas.getContext('2d'), last={{count - 1}}, timer=null;
              function draw(){
                var frame=+slider.value;
                pen.clearRect(0,0,{{width}},{{height}});
                pen.drawImage(sheet,frame%{{across}}*{{width}},Math.floor(frame/{{across}})*{{height}},{{width}},{{height}},0,0,{{width}},{{height}});
                text.value=frame*{{every}}+' / '+last*{{every}};
              }
              function stop(){ clearInterval(timer); timer=null; button.textContent='play' }
              function step(){ if(!document.body.contains(player)) return stop(); slider.value=+slider.value>=last?0:+slider.value+1; draw() }
              button.onclick=function(){ if(timer) return stop(); timer=setInterval(step,{{(1000 / framesPerSecond).ToString("0.#", CultureInfo.InvariantCulture)}}); button.textContent='pause' };
              slider.oninput=draw;
              function show(){ stage.hidden=false; sheet.style.display='none'; draw() }
              if(sheet.complete&&sheet.naturalWidth) show(); else sheet.onload=show;
            }
            (function wait(left){ var player=document.getElementById('{{id}}'); if(player) start(player); else if(left>0) setTimeout(function(){ wait(left-1) },50) })(100);
            })();</script></figure>
            """;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {description}";

    // all frames in one picture, in rows
    private string Sheet(ReadOnlySpan<float> values, double most)
    {
        var (plane, down) = (width * height, (count + across - 1) / across);
        var pixels = new byte[across * width * down * height];
        for (var frame = 0; frame < count; frame++)
        {
            var corner = (frame / across * height * across * width) + (frame % across * width);
            for (var pixel = 0; pixel < plane; pixel++)
            {
                pixels[corner + (pixel / width * across * width) + (pixel % width)] =
                    EventColours.Code(values[(2 * frame * plane) + pixel], values[(((2 * frame) + 1) * plane) + pixel], most);
            }
        }

        return Png.DataUri(Png.EncodeIndexed(pixels, across * width, down * height, EventColours.Table));
    }
}
