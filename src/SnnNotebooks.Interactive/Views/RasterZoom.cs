using System.Globalization;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// What enlarges a part of a raster in the page: a rectangle drawn with the mouse, Ctrl and the wheel, buttons, or, with the drawing
/// focused, the keys + - 0 and the arrows; a double click shows all again. Where scripts are off there are no controls, and the drawing
/// stays as it is.
/// </summary>
/// <param name="area">Where the raster lies in the drawing.</param>
/// <param name="size">Its time steps and neurons.</param>
/// <param name="bands">The groups of neurons, if any.</param>
/// <param name="strip">Height of the population's rate.</param>
/// <param name="room">Width of the neurons' rates.</param>
internal sealed class RasterZoom((double Left, double Top, double Width, double Height) area, (int Steps, int Neurons) size,
    IReadOnlyList<(string Name, int Start, int Count)> bands, double strip, double room)
{
    private readonly string id = "snn" + Guid.NewGuid().ToString("N");

    /// <summary>The buttons; hidden until the script has found the drawing.</summary>
    public string Controls =>
        $"<div id=\"{id}\" hidden style=\"font-size:13px;margin:2px 0\"><button type=\"button\" aria-label=\"enlarge\">+</button> "
        + "<button type=\"button\" aria-label=\"show more\">&#8722;</button> <button type=\"button\">all</button> <output "
        + "aria-live=\"polite\" style=\"opacity:.75\"></output></div>";

    /// <summary>The script; it belongs inside the figure, after the drawing and the buttons.</summary>
    public string Script
    {
        get
        {
            string Number(double value) => Markup.Coordinate(value);
            var groups = string.Join(
                ",", bands.Select(band => string.Create(CultureInfo.InvariantCulture, $"[{band.Start},{band.Count}]")));
            return $$"""
                <script>(function(){
                function start(bar){
                  var figure=bar.parentNode, svg=figure.querySelector('svg'), fixed=svg.querySelector('.snn-ticks');
                  var both=svg.querySelector('.snn-both'), across=svg.querySelector('.snn-across'), down=svg.querySelector('.snn-down');
                  var left={{Number(area.Left)}}, top={{Number(area.Top)}}, width={{Number(area.Width)}}, height={{Number(area.Height)}};
                  var steps={{size.Steps}}, neurons={{size.Neurons}}, groups=[{{groups}}];
                  var buttons=bar.querySelectorAll('button'), text=bar.querySelector('output'), own=null, frame=null, from=null;
                  var names=[].map.call(fixed.querySelectorAll('text title'),function(title){ return title.textContent });
                  var view={x:0,y:0,w:width,h:height};
                  function make(name,parts,content){
                    var element=document.createElementNS('http://www.w3.org/2000/svg',name);
                    Object.keys(parts).forEach(function(key){ element.setAttribute(key,parts[key]) });
                    if(content!==undefined) element.textContent=content;
                    return element;
                  }
                  function ticks(first,last,most){
                    var step=1, factors=[2,2.5,2], i=0;
                    while((last-first)/step>most){ step*=factors[i%3]; i++ }
                    var list=[];
                    for(var tick=Math.ceil(first/step)*step;tick<=last;tick+=step) list.push(tick);
                    return list;
                  }
                  function label(x,y,anchor,content){ own.appendChild(make('text',{x:x,y:y,'text-anchor':anchor},content)) }
                  function line(path){ own.appendChild(make('path',{d:path,stroke:'currentColor','stroke-opacity':0.4})) }
                  function draw(){
                    view.w=Math.min(width,Math.max(view.w,width/steps)); view.h=Math.min(height,Math.max(view.h,height/neurons));
                    view.x=Math.min(Math.max(0,view.x),width-view.w); view.y=Math.min(Math.max(0,view.y),height-view.h);
                    both.setAttribute('viewBox',[view.x,view.y,view.w,view.h].join(' '));
                    across.setAttribute('viewBox',[view.x,0,view.w,{{Number(strip)}}].join(' '));
                    down.setAttribute('viewBox',[0,view.y,{{Number(room)}},view.h].join(' '));
                    var whole=view.w===width&&view.h===height;
                    if(own) own.remove();
                    own=whole?null:make('g',{});
                    fixed.style.display=whole?'':'none';
                    var t0=view.x*steps/width, t1=(view.x+view.w)*steps/width, n0=view.y*neurons/height, n1=(view.y+view.h)*neurons/height;
                    text.value=whole?'':'steps '+Math.floor(t0)+' to '+(Math.ceil(t1)-1)
                      +', neurons '+Math.floor(n0)+' to '+(Math.ceil(n1)-1);
                    var image=both.querySelector('image');
                    if(image) image.style.imageRendering=whole?image.dataset.whole:'pixelated';
                    if(whole) return;
                    svg.insertBefore(own,fixed);
                    ticks(t0-0.5,t1-0.5,10).forEach(function(tick){
                      if(tick<0) return;
                      var x=left+(tick+0.5-t0)*width/(t1-t0);
                      line('M'+x+' '+(top+height)+'v4');
                      label(x,top+height+17,'middle',tick);
                    });
                    if(groups.length===0) ticks(n0-0.5,n1-0.5,height/16).forEach(function(tick){
                      if(tick<0) return; var y=top+(tick+0.5-n0)*height/(n1-n0); line('M'+left+' '+y+'h-4'); label(left-7,y+4,'end',tick);
                    });
                    groups.forEach(function(group,i){
                      var a=Math.max(group[0],n0), b=Math.min(group[0]+group[1],n1);
                      if(a>=b) return;
                      var y=top+((a+b)/2-n0)*height/(n1-n0), end=top+(b-n0)*height/(n1-n0), name=names[i]||'';
                      line('M'+(left-5)+' '+end+'H'+(left+width));
                      label(left-7,y+4,'end',name.length>9?name.slice(0,8)+'…':name);
                    });
                  }
                  function zoom(factor,x,y){
                    if(x===undefined){ x=view.x+view.w/2; y=view.y+view.h/2 }
                    view={x:x-(x-view.x)*factor,y:y-(y-view.y)*factor,w:view.w*factor,h:view.h*factor}; draw();
                  }
                  function all(){ view={x:0,y:0,w:width,h:height}; draw() }
                  function place(event){
                    var point=svg.createSVGPoint(); point.x=event.clientX; point.y=event.clientY;
                    return point.matrixTransform(svg.getScreenCTM().inverse());
                  }
                  function inside(point){ return point.x>=left&&point.x<=left+width&&point.y>=top&&point.y<=top+height }
                  function inView(point){
                    var x=Math.min(Math.max(point.x,left),left+width)-left, y=Math.min(Math.max(point.y,top),top+height)-top;
                    return {x:view.x+x*view.w/width,y:view.y+y*view.h/height};
                  }
                  buttons[0].onclick=function(){ zoom(0.5) }; buttons[1].onclick=function(){ zoom(2) }; buttons[2].onclick=all;
                  svg.addEventListener('wheel',function(event){
                    var point=place(event);
                    if(!event.ctrlKey||!inside(point)) return;
                    event.preventDefault();
                    point=inView(point);
                    zoom(event.deltaY<0?0.8:1.25,point.x,point.y);
                  },{passive:false});
                  svg.addEventListener('keydown',function(event){
                    var keys={
                      '+':function(){ zoom(0.5) },'=':function(){ zoom(0.5) },'-':function(){ zoom(2) },'0':all,
                      ArrowLeft:function(){ view.x-=view.w/4; draw() },ArrowRight:function(){ view.x+=view.w/4; draw() },
                      ArrowUp:function(){ view.y-=view.h/4; draw() },ArrowDown:function(){ view.y+=view.h/4; draw() }
                    };
                    if(!keys[event.key]||event.ctrlKey||event.metaKey||event.altKey) return;
                    event.preventDefault(); event.stopPropagation(); keys[event.key]();
                  });
                  svg.addEventListener('dblclick',all);
                  svg.addEventListener('pointerdown',function(event){
                    var point=place(event);
                    if(event.pointerType!=='mouse'||event.button!==0||!inside(point)) return;
                    event.preventDefault();
                    svg.focus({preventScroll:true});
                    from=point;
                    svg.setPointerCapture(event.pointerId);
                  });
                  svg.addEventListener('pointermove',function(event){
                    if(!from) return;
                    var to=place(event);
                    if(!frame) svg.appendChild(frame=make('rect',{fill:'currentColor','fill-opacity':0.12,stroke:'currentColor'}));
                    frame.setAttribute('x',Math.min(from.x,to.x)); frame.setAttribute('width',Math.abs(to.x-from.x));
                    frame.setAttribute('y',Math.min(from.y,to.y)); frame.setAttribute('height',Math.abs(to.y-from.y));
                  });
                  function done(event){
                    if(!from) return;
                    var a=inView(from), b=inView(place(event));
                    var wide=Math.abs(place(event).x-from.x)>4, high=Math.abs(place(event).y-from.y)>4;
                    from=null;
                    if(frame){ frame.remove(); frame=null }
                    if(event.type!=='pointerup'||!(wide||high)) return;
                    if(wide){ view.x=Math.min(a.x,b.x); view.w=Math.abs(a.x-b.x) }
                    if(high){ view.y=Math.min(a.y,b.y); view.h=Math.abs(a.y-b.y) }
                    draw();
                  }
                  svg.addEventListener('pointerup',done); svg.addEventListener('pointercancel',done);
                  var image=both.querySelector('image');
                  if(image) image.dataset.whole=image.style.imageRendering;
                  bar.hidden=false;
                }
                (function wait(left){
                  var bar=document.getElementById('{{id}}');
                  if(bar) start(bar); else if(left>0) setTimeout(function(){ wait(left-1) },50);
                })(100);
                })();</script>
                """;
        }
    }
}
