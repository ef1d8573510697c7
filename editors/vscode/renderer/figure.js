// one chart: drawn by the plotly.js of this extension, in the colours of the theme, in the width it has

let loading;

/** plotly.js, loaded once for each notebook on screen. */
function plotly() {
  return loading ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error('plotly.js is missing from the extension: install it again'));
    script.src = new URL('../media/plotly.min.js', import.meta.url).href;
    document.head.append(script);
  });
}

/**
 * Draws a figure into a place that holds its description.
 * @param {HTMLElement} place
 * @param {{ data: object[], layout: object, frames?: { data: object[], layout: object }[] }} figure with frames: one for each setting of
 *   the controls that stand before the place, the last control running fastest
 * @returns {() => void} removes it
 */
export function draw(place, figure) {
  let ink, gone = false, library;
  const steering = figure.frames ? place.previousElementSibling : null;
  const controls = [...steering?.querySelectorAll('input, select') ?? []];
  const chart = () => figure.frames?.[controls.reduce((at, one) => at * (one.options?.length ?? +one.max + 1) + +one.value, 0)] ?? figure;
  const redraw = moved => {
    const now = getComputedStyle(place).color;
    if (gone || !library || (now === ink && moved !== true)) return;
    if (ink === undefined) place.textContent = '';
    ink = now;
    const { data, layout } = chart();
    library.react(place, data, themed(layout, now), {
      responsive: true,
      displaylogo: false,
      modeBarButtonsToRemove: ['select2d', 'lasso2d'],
    });
    place.dataset.snnDrawn = 'true';
  };
  for (const one of controls) {
    one.oninput = () => {
      if (!one.options) one.nextElementSibling.value = one.dataset.names.split('|')[+one.value];
      redraw(true);
    };
  }
  if (steering) steering.hidden = false;
  const themes = new MutationObserver(() => redraw());
  for (const part of [document.documentElement, document.body]) themes.observe(part, { attributes: true });
  const sizes = new ResizeObserver(() => { if (ink !== undefined && place.offsetWidth > 0) library.Plots.resize(place); });
  sizes.observe(place);
  plotly().then(loaded => { library = loaded; redraw(); }, error => { place.textContent += ` (not drawn: ${error.message})`; });
  return () => {
    gone = true;
    themes.disconnect();
    sizes.disconnect();
    if (ink !== undefined) library.purge(place);
  };
}

// text and grid in the colour of the page's text
function themed(layout, ink) {
  const [red, green, blue] = /^rgb/.test(ink) ? ink.match(/[\d.]+/g) : [128, 128, 128];
  const line = `rgba(${red},${green},${blue},0.16)`;
  const made = { ...layout, font: { ...layout?.font, color: `rgb(${red},${green},${blue})`, size: 12 } };
  for (const name of Object.keys(made)) if (/^[xy]axis/.test(name)) made[name] = { gridcolor: line, zerolinecolor: line, ...made[name] };
  return made;
}
