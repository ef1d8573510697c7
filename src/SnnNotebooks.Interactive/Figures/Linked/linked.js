// One selection of trials, time and neuron, and all that is drawn of it.
// Panels are canvases; with a control beside the recording each is drawn twice.
async function snnLinked(root, data) {
  const T = data.bins, count = data.trials, width = data.binWidth, unit = width ? 's' : 'bins';
  const named = data.conditions.length > 0, tau = 2 * Math.PI;
  const unpack = async text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).arrayBuffer();
  };
  const condition = new Uint8Array(await unpack(data.condition));
  const sets = await Promise.all(data.sets.map(async set => ({
    ...set,
    points: new Int16Array(await unpack(set.latents)),
    cells: new Uint8Array(await unpack(set.counts)),
    told: set.found ? new Uint8Array(await unpack(set.found)) : null,
  })));
  const D = data.axes.length, N = data.neurons.length, many = 150000, above = 24, around = 58;
  const at = {
    trials: new Uint8Array(count).fill(1), from: 0, to: T, neuron: 0, axes: [0, Math.min(1, D - 1), Math.min(2, D - 1)],
    solid: D > 2, brush: D < 3, beside: false, yaw: 0.7, pitch: 0.5, zoom: 1,
  };
  const okabe = ['#3b8fc4', '#d55e00', '#009e73', '#d98a00', '#b86aa0', '#808080', '#5fb8e0', '#b03a2e'];
  const viridis = ['#443983', '#3b528b', '#31688e', '#2a788e', '#21918c', '#22a884', '#44bf70', '#7ad151', '#a8db34', '#d2e21b'];
  const colours = named
    ? data.conditions.map((_, i) => i < okabe.length ? okabe[i] : `hsl(${(i * 137.5) % 360},60%,50%)`) : viridis;
  const rgb = colours.map(colour => {
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    return probe.getImageData(0, 0, 1, 1).data;
  });
  const group = (trial, bin) => named ? condition[trial] : Math.min(viridis.length - 1, Math.floor(bin * viridis.length / T));
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const number = value => Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'none';
  const time = bin => width ? number(bin * width) : String(bin);
  const chosen = () => {
    const list = [];
    for (let i = 0; i < count; i++) if (at.trials[i]) list.push(i);
    return list;
  };

  // what the page holds
  const make = (name, parts = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(parts)) {
      if (key === 'style') element.style.cssText = value;
      else if (key in element && key !== 'list') element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const bar = 'display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center;font-size:13px;margin:4px 0';
  const status = make('output', { 'aria-live': 'polite', style: 'opacity:.75;font-size:13px;display:block' });
  const choose = (label, options, value, change) => make('label', {}, label + ' ', make('select', {
    'aria-label': label, onchange: event => { change(event.target.selectedIndex); draw(); },
  }, ...options.map((text, i) => make('option', { selected: i === value }, text))));
  const toggle = (label, get, set) => make('label', {}, make('input', {
    type: 'checkbox', 'aria-label': label, checked: get(), onchange: event => { set(event.target.checked); draw(); },
  }), ' ' + label);
  const range = (label, get, set) => make('input', {
    type: 'range', min: 0, max: T, value: get(), 'aria-label': label, style: 'width:90px;vertical-align:middle',
    oninput: event => { set(Number(event.target.value)); draw(); },
  });
  const from = range('window from', () => at.from, value => { at.from = Math.min(value, at.to - 1); });
  const to = range('window to', () => at.to, value => { at.to = Math.max(value, at.from + 1); });
  const spans = data.axes.map((_, axis) => {
    let low = Infinity, high = -Infinity;
    for (const set of sets) {
      for (let i = axis; i < set.points.length; i += D) {
        const value = set.offset[axis] + set.step[axis] * set.points[i];
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return { middle: (low + high) / 2, half: Math.max((high - low) / 2, 1e-12) };
  });
  const names = 'xyz'.split('');
  const axisNames = data.axes.map((name, i) => `${name} (${number(spans[i].middle - spans[i].half)} to ${
    number(spans[i].middle + spans[i].half)})`);
  const axisBoxes = names.map((name, i) => choose(name, axisNames, at.axes[i], value => { at.axes[i] = value; }));
  axisBoxes[2].hidden = !at.solid;
  const brush = toggle('brush by dragging', () => at.brush, value => { at.brush = value; });
  const controls = make('div', { style: bar }, ...axisBoxes,
    toggle('three dimensions', () => at.solid, value => {
      at.solid = value;
      axisBoxes[2].hidden = !value;
      brush.firstChild.checked = at.brush = !value;
    }),
    brush, make('label', {}, 'time ', from, to),
    ...(sets.length > 1 ? [toggle(`control beside (${sets[1].name})`, () => at.beside, value => { at.beside = value; })] : []));
  const chips = make('div', { style: bar, role: 'group', 'aria-label': 'conditions' });
  const chip = (text, colour, click) => make('button', {
    type: 'button', style: 'font:inherit;padding:1px 8px;border-radius:10px;border:1px solid;background:none;color:inherit;cursor:pointer',
    onclick: event => { click(event.shiftKey || event.ctrlKey || event.metaKey); draw(); },
  }, make('span', { style: `display:inline-block;width:9px;height:9px;margin-right:5px;background:${colour}` }), text);
  const pick = (wanted, add) => {
    for (let i = 0; i < count; i++) at.trials[i] = wanted(i) ? (add ? 1 - at.trials[i] : 1) : add ? at.trials[i] : 0;
  };
  const all = chip('all trials', 'transparent', () => { at.trials.fill(1); });
  const conditionChips = data.conditions.map((name, place) =>
    chip(name, colours[place], add => pick(i => condition[i] === place, add)));
  chips.append(all, ...conditionChips);

  const panels = [];
  const columns = 'grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr))';
  const grid = make('div', { style: `display:grid;${columns};gap:10px 18px;grid-auto-flow:dense` });
  const panel = (title, height, paint, pointer) => {
    const canvas = make('canvas', {
      tabIndex: 0, role: 'img', 'aria-label': title, style: `width:100%;height:${height}px;touch-action:pan-y`,
    });
    const head = make('div', { style: 'font-size:13px;font-weight:600' }, title);
    grid.append(make('div', { style: 'min-width:0;break-inside:avoid' }, head, canvas));
    const own = { canvas, head, height, paint, title };
    panels.push(own);
    if (pointer) drags(own, pointer);
    return own;
  };

  // drawing
  let ink = '#808080', ratio = 1, pending = 0;
  const inkParts = () => (ink.match(/[\d.]+/g) || [128, 128, 128]).slice(0, 3).map(Number);
  const faint = alpha => `rgba(${inkParts().join()},${alpha})`;
  function draw() {
    if (!pending) pending = requestAnimationFrame(() => { pending = 0; paintAll(); });
  }
  function halves(own) {
    const shown = at.beside ? sets.slice(0, 2) : sets.slice(0, 1), whole = own.canvas.clientWidth / shown.length;
    return shown.map((set, i) => ({ set, x: i * whole, y: 0, w: whole, h: own.height }));
  }
  function paintAll() {
    if (!root.isConnected) return;
    const own = getComputedStyle(root).color;
    ink = /^rgb/.test(own) ? own : 'rgb(128,128,128)';
    ratio = window.devicePixelRatio || 1;
    const trials = chosen();
    fitRate(trials);
    for (const each of panels) {
      const { canvas } = each, pixels = Math.max(1, Math.round(canvas.clientWidth * ratio));
      canvas.width = pixels;
      canvas.height = Math.round(each.height * ratio);
      const context = canvas.getContext('2d');
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.font = '12px sans-serif';
      const words = halves(each).map(part => {
        const said = each.paint(context, part, trials);
        if (at.beside) {
          context.fillStyle = ink;
          context.textAlign = 'right';
          context.fillText(part.set === sets[0] ? 'recording' : part.set.name, part.x + part.w - 8, 11);
        }
        return (at.beside ? (part.set === sets[0] ? 'recording: ' : part.set.name + ': ') : '') + said;
      });
      canvas.setAttribute('aria-label', `${each.title}. ${words.join('; ')}`);
    }
    from.value = at.from;
    to.value = at.to;
    status.value = `${trials.length} of ${count} trials, ${time(at.from)} to ${time(at.to)} ${unit}, neuron ${data.neurons[at.neuron]}`;
    conditionChips.forEach((button, place) => {
      const own = trials.filter(i => condition[i] === place).length;
      button.setAttribute('aria-pressed', own > 0);
      button.style.opacity = own > 0 ? 1 : 0.45;
    });
    rows(trials);
  }
  function frame(context, part, low, high, label, marks = ticks(low, high, 4)) {
    const box = { x: part.x + 44, y: part.y + above, w: part.w - 56, h: part.h - around };
    context.strokeStyle = faint(0.4);
    context.fillStyle = ink;
    context.strokeRect(box.x, box.y, box.w, box.h);
    context.textAlign = 'right';
    for (const tick of marks) {
      const y = box.y + box.h * (1 - (tick - low) / (high - low));
      context.fillText(number(tick), box.x - 5, y + 4);
      line(context, [[box.x - 3, y], [box.x, y]]);
    }
    context.textAlign = 'left';
    context.fillText(label, part.x + 2, part.y + 11);
    return box;
  }
  function timeAxis(context, box) {
    context.textAlign = 'center';
    context.fillStyle = ink;
    const end = width ? T * width : T;
    for (const tick of ticks(0, end, Math.max(2, box.w / 60))) {
      context.fillText(number(tick), box.x + box.w * tick / end, box.y + box.h + 15);
    }
    context.fillText(`time (${unit})`, box.x + box.w / 2, box.y + box.h + 30);
    if (at.from > 0 || at.to < T) {
      context.fillStyle = faint(0.12);
      context.fillRect(box.x + box.w * at.from / T, box.y, box.w * (at.to - at.from) / T, box.h);
    }
  }
  function ticks(low, high, most) {
    if (!(high > low)) return [low];
    const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map(part => part * power).find(value => value >= raw * 0.999);
    const list = [];
    for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) {
      list.push(Math.abs(tick) < step / 1e6 ? 0 : tick);
    }
    return list;
  }
  function line(context, points) {
    context.beginPath();
    points.forEach(([x, y], i) => i ? context.lineTo(x, y) : context.moveTo(x, y));
    context.stroke();
  }

  // trajectories
  function projection(part) {
    const [a, b, c] = at.axes, { set } = part, scale = at.zoom * 0.5 * Math.min(part.w, part.h - 24) / (at.solid ? 1.15 : 1.1);
    const middle = [part.x + part.w / 2, part.y + 10 + part.h / 2];
    const [sy, cy, sp, cp] = [Math.sin(at.yaw), Math.cos(at.yaw), Math.sin(at.pitch), Math.cos(at.pitch)];
    const rows = [[cy, 0, -sy], [-sp * sy, cp, -sp * cy]];
    const axes = [a, b, c].map(axis => [set.offset[axis] - spans[axis].middle, set.step[axis], 1 / spans[axis].half]);
    const project = (x, y, z) => at.solid
      ? [middle[0] + scale * (rows[0][0] * x + rows[0][2] * z), middle[1] - scale * (rows[1][0] * x + rows[1][1] * y + rows[1][2] * z)]
      : [middle[0] + scale * x, middle[1] - scale * y];
    const place = (index, points = set.points) => project(
      (axes[0][0] + axes[0][1] * points[index + a]) * axes[0][2], (axes[1][0] + axes[1][1] * points[index + b]) * axes[1][2],
      (axes[2][0] + axes[2][1] * points[index + c]) * axes[2][2]);
    return { project, place, scale };
  }
  function paintTrajectories(context, part, trials) {
    const { project, place, scale } = projection(part), dots = trials.length * T > many;
    if (dots) paintDots(context, part, place);
    context.save();
    context.beginPath();
    context.rect(part.x, part.y, part.w, part.h);
    context.clip();
    if (!dots) {
      const other = [];
      for (let i = 0; i < count && (other.length + trials.length) * T < many; i++) if (!at.trials[i]) other.push(i);
      context.lineWidth = 1;
      context.strokeStyle = faint(0.12);
      for (const trial of other) path(context, place, trial, 0, T);
      const whole = at.from === 0 && at.to === T;
      colours.forEach((colour, own) => {
        const thick = trials.length * T > 20000 ? 1 : 1.6;
        for (const inside of whole ? [true] : [false, true]) {
          context.strokeStyle = colour;
          context.globalAlpha = (inside ? 0.9 : 0.3) * (tiled ? 0.3 : 1);
          context.lineWidth = inside ? thick : 0.7;
          for (const trial of trials) {
            if (named && condition[trial] !== own) continue;
            let [first, end] = named ? [0, T] : [Math.ceil(own * T / viridis.length), Math.ceil((own + 1) * T / viridis.length) + 1];
            if (inside) [first, end] = [Math.max(first, at.from), Math.min(end, at.to)];
            path(context, place, trial, first, Math.min(end, T));
          }
        }
      });
      context.globalAlpha = 1;
    }
    if (tiled) {
      const means = latentMeans(part.set, trials);
      context.lineWidth = 2.4;
      for (const own of new Set(trials.map(i => condition[i]))) {
        context.strokeStyle = colours[own];
        path(context, index => place(index, means), own, at.from, at.to);
      }
    }
    space.head.textContent = tiled ? 'Trajectories, means of conditions bold' : 'Trajectories';
    // the axes stand in a corner, where they hide nothing
    const [corner, long] = [[part.x + 30, part.y + part.h - 30], 20], centre = project(0, 0, 0);
    context.strokeStyle = faint(0.5);
    context.fillStyle = ink;
    context.textAlign = 'center';
    context.lineWidth = 1;
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]].slice(0, at.solid ? 3 : 2).forEach((end, i) => {
      const [dx, dy] = project(...end).map((value, side) => (value - centre[side]) / scale * long);
      line(context, [corner, [corner[0] + dx, corner[1] + dy]]);
      context.fillText(names[i], corner[0] + dx * 1.45, corner[1] + dy * 1.45 + 4);
    });
    context.restore();
    return `${trials.length} trials, ${trials.length * T} bins${dots ? ', drawn as points, all of them' : ''}`;
  }
  function latentMeans(set, trials) {
    const means = new Float64Array(data.conditions.length * T * D), sizes = new Array(data.conditions.length).fill(0);
    for (const trial of trials) sizes[condition[trial]]++;
    for (const trial of trials) {
      const own = condition[trial];
      for (let i = 0; i < T * D; i++) means[own * T * D + i] += set.points[trial * T * D + i] / sizes[own];
    }
    return means;
  }
  function path(context, place, trial, first, end) {
    if (end - first < 2) return;
    context.beginPath();
    for (let bin = first; bin < end; bin++) {
      const [x, y] = place((trial * T + bin) * D);
      if (bin === first) context.moveTo(x, y); else context.lineTo(x, y);
    }
    context.stroke();
  }
  function paintDots(context, part, place) {
    const [w, h] = [part.w, part.h].map(side => Math.max(1, Math.round(side * ratio))), image = context.createImageData(w, h);
    for (let trial = 0; trial < count; trial++) {
      for (let bin = 0; bin < T; bin++) {
        const [x, y] = place((trial * T + bin) * D);
        const column = Math.round((x - part.x) * ratio), row = Math.round((y - part.y) * ratio);
        if (column < 0 || row < 0 || column >= w || row >= h) continue;
        const pixel = 4 * (row * w + column), lit = at.trials[trial] && bin >= at.from && bin < at.to;
        if (!lit && image.data[pixel + 3]) continue;
        const colour = lit ? rgb[group(trial, bin)] : [128, 128, 128];
        [image.data[pixel], image.data[pixel + 1], image.data[pixel + 2]] = colour;
        image.data[pixel + 3] = lit ? 255 : 60;
      }
    }
    context.putImageData(image, Math.round(part.x * ratio), Math.round(part.y * ratio));
  }
  function inside(part, box) {
    const { place } = projection(part);
    const hit = new Uint8Array(count);
    for (let trial = 0; trial < count; trial++) {
      for (let bin = at.from; bin < at.to && !hit[trial]; bin++) {
        const [x, y] = place((trial * T + bin) * D);
        hit[trial] = x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3] ? 1 : 0;
      }
    }
    return hit;
  }

  // neurons
  function meanCounts(set, trials) {
    const sums = new Float64Array(N * T);
    for (const trial of trials) {
      const start = trial * T * N;
      for (let i = 0; i < T * N; i++) sums[i] += set.cells[start + i];
    }
    const scale = set.scale / Math.max(1, trials.length);
    return sums.map(value => set.least + value * scale);
  }
  function loadings(set, trials) {
    const axis = at.axes[0], n = trials.length * (at.to - at.from);
    const sum = new Float64Array(N), squares = new Float64Array(N), products = new Float64Array(N);
    let total = 0, power = 0;
    for (const trial of trials) {
      for (let bin = at.from; bin < at.to; bin++) {
        const row = trial * T + bin, value = set.points[row * D + axis], start = row * N;
        total += value;
        power += value * value;
        for (let neuron = 0; neuron < N; neuron++) {
          const cell = set.cells[start + neuron];
          if (!cell) continue;
          sum[neuron] += cell;
          squares[neuron] += cell * cell;
          products[neuron] += cell * value;
        }
      }
    }
    const spread = power - total * total / n;
    return Float64Array.from(sum, (own, i) => {
      const noise = (squares[i] - own * own / n) * spread;
      return noise > 0 ? (products[i] - own * total / n) / Math.sqrt(noise) : 0;
    });
  }
  let order = Array.from({ length: N }, (_, i) => i), key = '';
  const kept = new Map();
  function carried(set, trials) {
    const now = [at.axes[0], at.from, at.to, trials.length, trials[0], at.trials.join('')].join();
    if (now !== key) {
      key = now;
      kept.clear();
    }
    if (!kept.has(set)) {
      const own = loadings(set, trials);
      kept.set(set, { loadings: own, means: meanCounts(set, trials) });
      if (set === sets[0]) {
        order = Array.from({ length: N }, (_, i) => i).sort((i, j) => own[j] - own[i]);
      }
    }
    return kept.get(set);
  }
  function paintLoadings(context, part, trials) {
    carried(sets[0], trials);
    const own = carried(part.set, trials).loadings;
    const box = frame(context, part, -1, 1, 'correlation'), wide = box.w / N;
    order.forEach((neuron, i) => {
      context.fillStyle = neuron === at.neuron ? okabe[1] : okabe[0];
      context.fillRect(box.x + i * wide, box.y + box.h / 2, Math.max(wide - (wide > 3 ? 1 : 0), 0.5), -box.h / 2 * own[neuron]);
    });
    context.fillStyle = ink;
    context.textAlign = 'center';
    const sorted = part.set === sets[0] ? 'neurons, from the highest' : 'neurons, in that order';
    context.fillText(sorted, box.x + box.w / 2, box.y + box.h + 15);
    const top = order.slice().sort((i, j) => Math.abs(own[j]) - Math.abs(own[i])).slice(0, 3);
    return `most: ${top.map(neuron => `neuron ${data.neurons[neuron]} (${own[neuron].toFixed(2)})`).join(', ')}`;
  }
  function paintRaster(context, part, trials) {
    carried(sets[0], trials);
    const values = carried(part.set, trials).means;
    const box = frame(context, part, 0, N, at.beside ? 'neurons' : 'neurons, the highest loading on top', []);
    const image = document.createElement('canvas');
    [image.width, image.height] = [T, N];
    const inner = image.getContext('2d'), pixels = inner.createImageData(T, N), parts = inkParts();
    order.forEach((neuron, row) => {
      let most = data.traces ? -Infinity : 0, least = data.traces ? Infinity : 0;
      for (let bin = 0; bin < T; bin++) {
        most = Math.max(most, values[bin * N + neuron]);
        least = Math.min(least, values[bin * N + neuron]);
      }
      for (let bin = 0; bin < T; bin++) {
        const pixel = 4 * (row * T + bin);
        for (let i = 0; i < 3; i++) pixels.data[pixel + i] = parts[i];
        pixels.data[pixel + 3] = most > least ? 255 * (values[bin * N + neuron] - least) / (most - least) : 0;
      }
    });
    inner.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = N > box.h;
    context.drawImage(image, box.x, box.y, box.w, box.h);
    timeAxis(context, box);
    const row = order.indexOf(at.neuron);
    context.strokeStyle = okabe[1];
    context.strokeRect(box.x, box.y + box.h * row / N, box.w, Math.max(box.h / N, 1));
    return `mean of ${trials.length} trials`;
  }
  const rateUnit = data.traces ? 'SD' : width ? 'spikes/s' : 'spikes/bin', rateName = data.traces ? 'mean trace' : 'mean rate';
  function rates(set, trials) {
    const factor = set.scale / (!data.traces && width || 1), base = set.least / (!data.traces && width || 1), curves = [];
    (named ? data.conditions : ['all']).forEach((_, place) => {
      const own = named ? trials.filter(i => condition[i] === place) : trials;
      if (!own.length) return;
      const mean = new Float64Array(T), error = new Float64Array(T);
      for (let bin = 0; bin < T; bin++) {
        let total = 0, power = 0;
        for (const trial of own) {
          const value = base + set.cells[(trial * T + bin) * N + at.neuron] * factor;
          total += value;
          power += value * value;
        }
        mean[bin] = total / own.length;
        error[bin] = own.length > 1 ? Math.sqrt(Math.max(0, power - total * total / own.length) / (own.length - 1) / own.length) : 0;
      }
      curves.push({ place, trials: own.length, mean, error });
    });
    return curves;
  }
  // of more curves than there are colours to tell apart each has a plot of its own, and the panel the whole width
  const tile = { wide: clamp(10 + 6.6 * Math.max(...data.conditions.map(name => name.length)), 80, 150), high: 58 };
  let tiled = false;
  function fitRate(trials) {
    const curves = named ? new Set(trials.map(i => condition[i])).size : 1;
    tiled = curves > okabe.length;
    rate.canvas.parentElement.style.gridColumn = tiled ? '1 / -1' : '';
    rate.height = tiled ? above + 20 + tile.high * Math.ceil(curves / tiles(halves(rate)[0]).columns) : 240;
    rate.canvas.style.height = rate.height + 'px';
  }
  function tiles(part) {
    const columns = Math.max(2, Math.floor((part.w - 56) / tile.wide)), w = (part.w - 56) / columns;
    return {
      columns, w,
      box: i => ({
        x: part.x + 44 + w * (i % columns), y: part.y + above + tile.high * Math.floor(i / columns), w: w - 6, h: tile.high - 16,
      }),
      under: point => {
        const column = clamp(Math.floor((point.x - part.x - 44) / w), 0, columns - 1);
        return Math.max(0, Math.floor((point.y - part.y - above) / tile.high)) * columns + column;
      },
    };
  }
  function curve(context, x, y, least, { mean, error }) {
    context.globalAlpha = 0.2;
    context.beginPath();
    for (let bin = 0; bin < T; bin++) context.lineTo(x(bin), y(mean[bin] + error[bin]));
    for (let bin = T - 1; bin >= 0; bin--) context.lineTo(x(bin), y(Math.max(least, mean[bin] - error[bin])));
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.6;
    line(context, Array.from(mean, (value, bin) => [x(bin), y(value)]));
  }
  function paintTiles(context, part, curves, least, highest) {
    const grid = tiles(part), trials = curves.reduce((sum, own) => sum + own.trials, 0);
    const mean = Array.from({ length: T }, (_, bin) => curves.reduce((sum, own) => sum + own.trials * own.mean[bin], 0) / trials);
    context.textAlign = 'left';
    context.fillStyle = ink;
    context.fillText(rateUnit, part.x + 2, part.y + 11);
    curves.forEach((own, i) => {
      const box = grid.box(i), x = bin => box.x + box.w * (bin + 0.5) / T;
      const y = value => box.y + box.h * (1 - (value - least) / (highest - least));
      context.lineWidth = 1;
      context.strokeStyle = faint(0.25);
      context.strokeRect(box.x, box.y, box.w, box.h);
      if (at.from > 0 || at.to < T) {
        context.fillStyle = faint(0.12);
        context.fillRect(box.x + box.w * at.from / T, box.y, box.w * (at.to - at.from) / T, box.h);
      }
      context.strokeStyle = faint(0.6);
      line(context, mean.map((value, bin) => [x(bin), y(value)]));
      context.fillStyle = context.strokeStyle = colours[own.place];
      curve(context, x, y, least, own);
      context.fillStyle = ink;
      context.textAlign = 'left';
      context.fillText(fitted(context, data.conditions[own.place], box.w), box.x, box.y + box.h + 12);
      if (i % grid.columns > 0) return;
      context.textAlign = 'right';
      context.fillText(number(highest), box.x - 4, box.y + 9);
      context.fillText(number(least), box.x - 4, box.y + box.h);
    });
    context.textAlign = 'left';
    context.fillText(`each from 0 to ${number(width ? T * width : T)} ${unit}`, part.x + 44, part.y + rate.height - 6);
  }
  function fitted(context, text, wide) {
    if (context.measureText(text).width <= wide) return text;
    let end = text.length;
    while (end > 1 && context.measureText(text.slice(0, end) + '…').width > wide) end--;
    return text.slice(0, end) + '…';
  }
  function paintPsth(context, part, trials) {
    const shown = halves(rate).map(({ set }) => rates(set, trials)), curves = shown[sets.indexOf(part.set)];
    const most = Math.max(...shown.flat().map(({ mean, error }) => mean.reduce((top, value, bin) => Math.max(top, value + error[bin]), 0)));
    const least = data.traces
      ? Math.min(0, ...shown.flat().map(({ mean, error }) => mean.reduce((low, value, bin) => Math.min(low, value - error[bin]), 0))) : 0;
    const highest = most > 0 ? most : 1;
    rate.head.textContent = `Neuron ${data.neurons[at.neuron]}: ${rateName}${tiled ? ' of each condition' : ''}, band: standard error${
      tiled ? ', grey: mean of all' : ''}`;
    const sum = curves.reduce((all, own) => all + own.trials * own.mean.reduce((total, value) => total + value, 0), 0);
    const said = `neuron ${data.neurons[at.neuron]}: mean ${number(sum / trials.length / T)} ${rateUnit}, ${curves.length} curves`;
    if (tiled) {
      paintTiles(context, part, curves, least, highest);
      return said;
    }
    const box = frame(context, part, least, highest, rateUnit);
    const x = bin => box.x + box.w * (bin + 0.5) / T, y = value => box.y + box.h * (1 - (value - least) / (highest - least));
    for (const own of curves) {
      context.fillStyle = context.strokeStyle = named ? colours[own.place] : okabe[0];
      curve(context, x, y, least, own);
    }
    timeAxis(context, box);
    return said;
  }
  function paintDecoding(context, part, trials) {
    const { set } = part, box = frame(context, part, 0, 1, 'told right');
    const x = bin => box.x + box.w * (bin + 0.5) / T, y = value => box.y + box.h * (1 - value);
    context.fillStyle = faint(0.15);
    context.beginPath();
    for (let bin = 0; bin < T; bin++) context.lineTo(x(bin), y(set.high[bin]));
    for (let bin = T - 1; bin >= 0; bin--) context.lineTo(x(bin), y(set.low[bin]));
    context.fill();
    context.strokeStyle = faint(0.7);
    context.setLineDash([4, 3]);
    line(context, [[box.x, y(set.chance)], [box.x + box.w, y(set.chance)]]);
    context.setLineDash([]);
    const share = Array.from({ length: T }, (_, bin) =>
      trials.filter(trial => set.told[trial * T + bin] === condition[trial]).length / Math.max(1, trials.length));
    context.strokeStyle = okabe[0];
    context.lineWidth = 1.8;
    line(context, share.map((value, bin) => [x(bin), y(value)]));
    timeAxis(context, box);
    const window = share.slice(at.from, at.to);
    return `${number(window.reduce((sum, value) => sum + value, 0) / window.length)} of ${trials.length} trials told right, chance `
      + number(set.chance);
  }

  // the table of trials
  const body = make('tbody'), most = 500;
  const table = make('div', {
    style: 'overflow:auto;max-height:350px;min-width:0;font-size:12px', tabIndex: 0, role: 'region', 'aria-label': 'trials',
  }, make('table', { style: 'border-collapse:collapse' }, make('thead', {}, make('tr', {}, ...['trial', ...data.columns].map(name =>
      make('th', { scope: 'col', style: 'padding:1px 8px;text-align:left' }, name)))), body));
  function rows(trials) {
    const listed = count <= most ? Array.from({ length: count }, (_, i) => i) : trials.slice(0, most);
    if (count <= most && body.children.length === count) {
      [...body.children].forEach((row, i) => {
        row.setAttribute('aria-selected', at.trials[i] === 1);
        row.style.opacity = at.trials[i] ? 1 : 0.4;
      });
      return;
    }
    body.replaceChildren(...listed.map(trial => make('tr', {
      style: `cursor:pointer;opacity:${at.trials[trial] ? 1 : 0.4}`, 'aria-selected': at.trials[trial] === 1,
      onclick: event => { pick(i => i === trial, event.shiftKey || event.ctrlKey || event.metaKey); draw(); },
    }, ...[data.numbers[trial], ...data.rows[trial]].map((text, i) => make('td', {
      style: 'padding:1px 8px;white-space:nowrap' + (i === 0 && named ? `;border-left:4px solid ${colours[condition[trial]]}` : ''),
    }, String(text))))));
    if (count > most && trials.length > most) body.append(make('tr', {}, make('td', {}, `${most} of ${trials.length}`)));
  }

  // the mouse
  function drags(own, act) {
    const { canvas } = own;
    let start = null, shade = null;
    const where = event => {
      const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      return { x, y, part: halves(own).find(part => x >= part.x && x < part.x + part.w) || halves(own)[0] };
    };
    canvas.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      start = where(event);
      start.free = act.free ? act.free(event) : false;
      canvas.setPointerCapture(event.pointerId);
      if (!start.free) {
        shade = make('div', { style: 'position:absolute;border:1px solid;background:rgba(128,128,128,.2);pointer-events:none' });
        root.append(shade);
      }
    });
    canvas.addEventListener('pointermove', event => {
      if (!start) return;
      const end = where(event);
      if (start.free) {
        act.move(end.x - start.x, end.y - start.y);
        [start.x, start.y] = [end.x, end.y];
        draw();
        return;
      }
      const box = canvas.getBoundingClientRect(), outer = root.getBoundingClientRect(), flat = act.flat;
      shade.style.left = box.left - outer.left + Math.min(start.x, end.x) + 'px';
      shade.style.width = Math.abs(end.x - start.x) + 'px';
      shade.style.top = box.top - outer.top + (flat ? above : Math.min(start.y, end.y)) + 'px';
      shade.style.height = (flat ? own.height - around : Math.abs(end.y - start.y)) + 'px';
    });
    const done = event => {
      if (shade) shade.remove();
      shade = null;
      if (!start) return;
      const [first, end] = [start, where(event)];
      start = null;
      if (first.free || event.type !== 'pointerup') return;
      if (Math.abs(end.x - first.x) >= 4 || Math.abs(end.y - first.y) >= 4) act.drag(first, end, event);
      else if (act.click) act.click(first, event);
      draw();
    };
    canvas.addEventListener('pointerup', done);
    canvas.addEventListener('pointercancel', done);
    canvas.addEventListener('dblclick', () => { act.reset(); draw(); });
    canvas.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey || !act.keys || !act.keys[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      act.keys[event.key]();
      draw();
    });
    if (act.wheel) canvas.addEventListener('wheel', event => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      act.wheel(event.deltaY);
      draw();
    }, { passive: false });
  }
  const bin = point => (point.x - point.part.x - 44) / (point.part.w - 56) * T;
  const shift = step => {
    const length = at.to - at.from;
    at.from = clamp(at.from + step, 0, T - length);
    at.to = at.from + length;
  };
  const timing = {
    flat: true,
    drag: (first, end) => {
      const [a, b] = [bin(first), bin({ ...end, part: first.part })].sort((i, j) => i - j);
      at.from = clamp(Math.floor(a), 0, T - 1);
      at.to = clamp(Math.ceil(b), at.from + 1, T);
    },
    reset: () => { [at.from, at.to] = [0, T]; },
    keys: { ArrowLeft: () => shift(-1), ArrowRight: () => shift(1) },
  };
  const turn = (yaw, pitch) => { at.yaw = (at.yaw + yaw) % tau; at.pitch = clamp(at.pitch + pitch, -1.55, 1.55); };
  const space = panel('Trajectories', 330, paintTrajectories, {
    free: event => at.solid && !(at.brush || event.shiftKey),
    move: (x, y) => turn(-x / 120, y / 120),
    drag: (first, end, event) => {
      const [x, y] = [[first.x, end.x], [first.y, end.y]].map(pair => pair.sort((i, j) => i - j));
      const hit = inside(first.part, [...x, ...y]);
      pick(i => hit[i] === 1, event.ctrlKey || event.metaKey);
    },
    reset: () => { at.trials.fill(1); at.zoom = 1; },
    wheel: delta => { at.zoom = clamp(at.zoom * (delta < 0 ? 1.15 : 1 / 1.15), 0.3, 12); },
    keys: {
      ArrowLeft: () => turn(-0.15, 0), ArrowRight: () => turn(0.15, 0), ArrowUp: () => turn(0, -0.15), ArrowDown: () => turn(0, 0.15),
      '+': () => { at.zoom *= 1.2; }, '-': () => { at.zoom /= 1.2; },
    },
  });
  grid.append(table);
  const neuronAt = share => { at.neuron = order[clamp(Math.floor(share * N), 0, N - 1)]; };
  const step = by => { at.neuron = order[clamp(order.indexOf(at.neuron) + by, 0, N - 1)]; };
  panel(`${data.traces ? 'Traces' : 'Counts'} of the selected trials, each row to its own maximum`, 240, paintRaster, {
    ...timing, click: point => neuronAt((point.y - above) / (240 - around)),
    keys: { ...timing.keys, ArrowUp: () => step(-1), ArrowDown: () => step(1) },
  });
  const rate = panel(`The neuron's ${rateName}, band: standard error`, 240, paintPsth, {
    ...timing,
    get flat() { return !tiled; },
    drag: (first, end) => {
      if (!tiled) return timing.drag(first, end);
      const grid = tiles(first.part), box = grid.box(grid.under(first));
      const [a, b] = [first.x, end.x].map(x => (x - box.x) / box.w * T).sort((i, j) => i - j);
      at.from = clamp(Math.floor(a), 0, T - 1);
      at.to = clamp(Math.ceil(b), at.from + 1, T);
    },
    click: (point, event) => {
      const own = tiled && rates(point.part.set, chosen())[tiles(point.part).under(point)];
      if (own) pick(i => condition[i] === own.place, event.shiftKey || event.ctrlKey || event.metaKey);
    },
    reset: () => {
      timing.reset();
      at.trials.fill(1);
    },
  });
  panel(`Which neurons carry x, in the selection`, 200, paintLoadings, {
    drag: (first, end) => neuronAt((end.x - end.part.x - 44) / (end.part.w - 56)),
    click: point => neuronAt((point.x - point.part.x - 44) / (point.part.w - 56)), reset: () => {},
    keys: { ArrowLeft: () => step(-1), ArrowRight: () => step(1) },
  });
  if (sets[0].told) panel('Condition told from latents, grey: conditions shuffled (95 %, all trials)', 200, paintDecoding, timing);
  const first = loadings(sets[0], chosen());
  at.neuron = first.reduce((best, value, i) => Math.abs(value) > Math.abs(first[best]) ? i : best, 0);
  root.style.position = 'relative';
  root.replaceChildren(chips, controls, status, grid,
    make('div', { style: 'opacity:.75;font-size:13px' }, data.about));
  new ResizeObserver(draw).observe(grid);
  const themes = new MutationObserver(draw);
  [document.documentElement, document.body].forEach(part => themes.observe(part, { attributes: true }));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  paintAll();
  root.dataset.ready = 'true';
}
