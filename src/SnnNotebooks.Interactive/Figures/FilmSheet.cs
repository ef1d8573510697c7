using System.Globalization;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// Frames in one picture, in rows, and the controls that play through them. Where scripts are off the picture stays, with all frames side
/// by side.
/// </summary>
internal sealed class FilmSheet
{
    private readonly string picture;
    private readonly string unit;
    private readonly int count;
    private readonly int across;
    private readonly int width;
    private readonly int height;
    private readonly int every;

    private FilmSheet(string picture, (int Count, int Height, int Width) size, int across, int every, string unit)
    {
        (this.picture, this.across, this.every, this.unit) = (picture, across, every, unit);
        (count, height, width) = size;
    }

    /// <summary>Draws the frames.</summary>
    /// <param name="size">How many there are, their rows and columns.</param>
    /// <param name="every">One in how many frames of the original they are.</param>
    /// <param name="unit">What a frame is called, for example <c>time step</c>.</param>
    /// <param name="colours">At most 256.</param>
    /// <param name="colour">From frame and pixel (rows from the top) to the place of its colour.</param>
    public static FilmSheet Of((int Count, int Height, int Width) size, int every, string unit, (byte R, byte G, byte B, byte A)[] colours,
        Func<int, int, byte> colour)
    {
        var (count, height, width) = size;
        var across = (int)Math.Ceiling(Math.Sqrt(count));
        var (plane, down) = (width * height, (count + across - 1) / across);
        var pixels = new byte[across * width * down * height];
        for (var frame = 0; frame < count; frame++)
        {
            var corner = (frame / across * height * across * width) + (frame % across * width);
            for (var pixel = 0; pixel < plane; pixel++)
            {
                pixels[corner + (pixel / width * across * width) + (pixel % width)] = colour(frame, pixel);
            }
        }

        return new FilmSheet(Png.DataUri(Png.EncodeIndexed(pixels, across * width, down * height, colours)), size, across, every, unit);
    }

    /// <summary>The picture with its controls: a button that plays and pauses, and a slider, both reachable by keyboard.</summary>
    /// <param name="title">A line above it.</param>
    /// <param name="description">What is shown, in words.</param>
    /// <param name="legend">Markup between the controls and the description.</param>
    /// <param name="framesPerSecond">How fast it plays.</param>
    /// <param name="first">The frame that is shown first, from 0.</param>
    public string Player(string title, string description, string legend, double framesPerSecond, int first = 0)
    {
        var id = "snn" + Guid.NewGuid().ToString("N");
        var zoom = Math.Max(1, 320 / Math.Max(width, height));
        var (name, words) = (Markup.Escape(title), Markup.Escape(description));
        return $$"""
            <figure class="snn-figure snn-player" id="{{id}}" style="margin:0;font-size:13px"><div style="font-weight:600">{{name}}</div>
            <img src="{{picture}}" alt="{{name}}: {{words}}, side by side in rows of {{across}}"
              style="max-width:100%;image-rendering:pixelated"/>
            <div hidden><canvas width="{{width}}" height="{{height}}" role="img" aria-label="{{name}}: one {{unit}}"
              style="width:{{width * zoom}}px;max-width:100%;image-rendering:pixelated;display:block;outline:1px solid rgba(128,128,128,.4)"
              ></canvas>
            <div style="display:flex;gap:10px;align-items:center;margin:4px 0;max-width:{{Math.Max(width * zoom, 260)}}px">
            <button type="button" style="min-width:64px">play</button>
            <input type="range" min="0" max="{{count - 1}}" step="1" value="{{first}}" aria-label="{{unit}}" style="flex:1;min-width:80px"/>
            <output aria-live="off" style="min-width:64px;text-align:right">{{first * every}} / {{(count - 1) * every}}</output></div></div>
            {{legend}}<figcaption style="opacity:.75">{{words}}</figcaption>
            <script>(function(){
            function start(player){
              var sheet=player.querySelector('img'), stage=player.querySelector('div[hidden]'), canvas=stage.querySelector('canvas');
              var button=stage.querySelector('button'), slider=stage.querySelector('input'), text=stage.querySelector('output');
              var pen=canvas.getContext('2d'), last={{count - 1}}, timer=null;
              function draw(){
                var frame=+slider.value;
                pen.clearRect(0,0,{{width}},{{height}});
                var left=frame%{{across}}*{{width}}, top=Math.floor(frame/{{across}})*{{height}};
                pen.drawImage(sheet,left,top,{{width}},{{height}},0,0,{{width}},{{height}});
                text.value=frame*{{every}}+' / '+last*{{every}};
              }
              function stop(){ clearInterval(timer); timer=null; button.textContent='play' }
              function step(){
                if(!document.body.contains(player)) return stop(); slider.value=+slider.value>=last?0:+slider.value+1; draw();
              }
              button.onclick=function(){
                if(timer) return stop();
                timer=setInterval(step,{{(1000 / framesPerSecond).ToString("0.#", CultureInfo.InvariantCulture)}});
                button.textContent='pause';
              };
              slider.oninput=draw;
              function show(){ stage.hidden=false; sheet.style.display='none'; draw() }
              if(sheet.complete&&sheet.naturalWidth) show(); else sheet.onload=show;
            }
            (function wait(left){
              var player=document.getElementById('{{id}}');
              if(player) start(player); else if(left>0) setTimeout(function(){ wait(left-1) },50);
            })(100);
            })();</script></figure>
            """;
    }
}
