// Draws application/vnd.snn.view+json: { html, figures: { id: { data, layout, height, description } } }. The html has a place for each
// figure by its id; scripts of outputs are never run.
import { sanitized } from './sanitize.js';
import { draw } from './figure.js';

export function activate() {
  const shown = new Map();
  const dispose = id => { for (const remove of shown.get(id) ?? []) remove(); shown.delete(id); };
  return {
    renderOutputItem(item, element) {
      dispose(item.id);
      const { html, figures } = item.json();
      const fragment = sanitized(html);
      const places = Object.entries(figures ?? {}).map(([id, figure]) => [fragment.getElementById(id), figure]).filter(([place]) => place);
      element.replaceChildren(fragment);
      shown.set(item.id, places.map(([place, figure]) => draw(place, figure)));
    },
    disposeOutputItem(id) {
      if (id === undefined) for (const known of [...shown.keys()]) dispose(known);
      else dispose(id);
    },
  };
}
