'use strict';
// The .dib format, as src/SnnNotebooks.Host/Documents/DibReader.cs reads it, and back to the byte: what stands around and between the
// lines of a cell (blank lines, markers, the #!meta block, line ends) is kept beside it and written where it was.

const KERNELS = {
  csharp: ['c#', 'C#'], fsharp: ['f#', 'F#'], pwsh: ['powershell'], html: [], javascript: ['js'], markdown: ['md'], mermaid: [],
  http: [], sql: [], kql: [], value: [],
};

const content = line => line.replace(/\r?\n$|\r$/, '');
const kernelMarked = (line, markers) => line.startsWith('#!') ? markers.get(line.slice(2)) : undefined;

function knownMarkers() {
  const markers = new Map();
  for (const [name, aliases] of Object.entries(KERNELS)) for (const marker of [name, ...aliases]) markers.set(marker, name);
  return markers;
}

// the names a #!meta block declares; a block that is no such JSON declares none
function declare(json, markers) {
  let items;
  try { items = JSON.parse(json).kernelInfo?.items; } catch { return; }
  if (!Array.isArray(items)) return;
  for (const item of items) {
    if (typeof item?.name !== 'string') continue;
    for (const marker of [item.name, ...(Array.isArray(item.aliases) ? item.aliases : [])]) markers.set(marker, item.name);
  }
}

/**
 * Lines as [text, end], the block lifted out: it becomes part of the end of the line before it, or of the prefix of the file.
 * @returns {{ lines: [string, string][], prefix: string, meta: string, place: number }}
 */
function readLines(text, declared) {
  const raw = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const start = raw.findIndex(line => content(line).startsWith('#!meta'));
  let end = start;
  if (start >= 0) {
    end = raw.findIndex((line, i) => i > start && line.startsWith('#!'));
    if (end < 0) end = raw.length;
    declare(raw.slice(start + 1, end).map(content).join('\n'), declared);
  }
  const meta = start < 0 ? '' : raw.slice(start, end).join('');
  const lines = [...raw.slice(0, Math.max(start, 0)), ...raw.slice(Math.max(end, 0))].map(
    line => /** @type {[string, string]} */ ([content(line), line.slice(content(line).length)]),
  );
  if (start > 0) lines[start - 1][1] += meta;
  return { lines, prefix: start === 0 ? meta : '', meta, place: start < 0 ? Infinity : start };
}

/**
 * Reads a notebook.
 * @param {string} text the whole file; a byte order mark is kept
 * @returns {{ head: object, cells: { kernel: string, value: string, line: number, before: string, marked: boolean, ends?: string[] }[] }}
 *   of each cell the text between it and the one before it, and the ends of its lines where they are not the file's own
 */
function parse(text) {
  const bom = text.match(/^\uFEFF*/)[0];
  const known = knownMarkers(), declared = new Map(known);
  const { lines, prefix, meta, place } = readLines(text.slice(bom.length), declared);
  const windows = lines.filter(([, end]) => end.startsWith('\r\n')).length;
  const eol = windows > 0 && windows * 2 > lines.length ? '\r\n' : '\n';
  const cells = [];
  let before = prefix, marked = false, kernel = 'csharp', body = [], first = 1;
  const metaLines = (meta.match(/\n/g) ?? []).length;
  const add = (from, to) => { for (const [line, end] of body.slice(from, to)) before += line + end; };
  const flush = () => {
    let start = 0, stop = body.length;
    while (start < stop && body[start][0] === '') start++;
    while (stop > start && body[stop - 1][0] === '') stop--;
    add(0, start);
    if (stop > start) {
      const kept = body.slice(start, stop), ends = kept.slice(0, -1).map(([, end]) => end);
      const number = first + start;
      cells.push({
        kernel,
        value: kept.map(([line]) => line).join('\n'),
        line: number > place ? number + metaLines : number,
        before,
        marked,
        ...(ends.every(end => end === eol) ? {} : { ends }),
      });
      marked = false;
      before = kept[kept.length - 1][1];
      add(stop, body.length);
    }
    body = [];
  };
  lines.forEach(([line, end], i) => {
    const next = kernelMarked(line, i < place ? known : declared);
    if (next === undefined) { body.push([line, end]); return; }
    flush();
    before += line + end;
    marked = true;
    kernel = next;
    first = i + 2;
  });
  flush();
  return { head: { bom, eol, meta, tail: before, count: cells.length }, cells };
}

/** The text of a cell as an editor has it: a lone carriage return, which is content to the format, ends a line there. */
const editorText = value => value.replace(/\r/g, '\n');

/** The text of a cell with the line ends it had; lines that were changed get the file's own. */
function body(value, was, ends, eol) {
  const now = value.split('\n');
  if (was === undefined) return now.join(eol);
  const old = was.split(/[\r\n]/);
  let i = 0;
  const oldEnds = (was.match(/[\r\n]/g) ?? []).map(end => end === '\r' ? '\r' : (ends?.[i++] ?? eol));
  let top = 0, bottom = 0;
  while (top < Math.min(now.length, old.length) && now[top] === old[top]) top++;
  while (bottom < Math.min(now.length, old.length) - top && now[now.length - 1 - bottom] === old[old.length - 1 - bottom]) bottom++;
  return now.map((line, n) => n === now.length - 1 ? line
    : line + (n < top && n < oldEnds.length ? oldEnds[n]
      : n >= now.length - bottom ? oldEnds[oldEnds.length - (now.length - 1 - n)] : eol)).join('');
}

/**
 * Writes a notebook. A cell that is still of its language keeps what stood before it; a new one gets a marker between blank lines.
 * @param {object} head what parse returned, or undefined for a new notebook
 * @typedef {{ index: number, kernel: string, before: string, marked: boolean, was?: string, ends?: string[] }} Origin
 * @param {{ kernel: string, value: string, origin?: Origin }[]} cells
 */
function write(head, cells) {
  head ??= { bom: '', eol: '\n', meta: '', tail: '', count: 0 };
  const written = join(head, cells, head.count === 0 ? head.tail : '');
  const lost = head.meta !== '' && !says(written, head.meta);
  return head.bom + (lost ? join(head, cells, head.meta) : written);
}

function join(head, cells, start) {
  const { eol } = head;
  let out = start, last, any = false;
  for (const { kernel, value, origin } of cells) {
    if (/^\n*$/.test(value) && editorText(origin?.was ?? '') !== value) continue;
    const stays = origin?.kernel === kernel;
    const text = body(value, stays ? origin.was : undefined, origin?.ends, eol);
    out = stays && fits(origin, out, any, head) ? attach(out, origin, eol) + text : `${separated(out, eol)}#!${kernel}${eol}${eol}${text}`;
    last = origin;
    any = true;
  }
  if (!any) return head.count === 0 ? out : out + head.tail;
  return out + (head.count > 0 && (last?.index === head.count - 1 || /^\r?\n/.test(head.tail)) ? head.tail : eol);
}

const says = (text, meta) => text.startsWith(meta) || text.includes('\n' + meta);

// whether what stood before a cell can stand before it here: it marks the cell, or nothing comes before it, and no block is said twice
function fits(origin, out, any, head) {
  return (
    (origin.marked || (origin.index === 0 && !any && out === '')) &&
    !(head.meta !== '' && says(origin.before, head.meta) && says(out, head.meta))
  );
}

function attach(out, { index, before }, eol) {
  if (out === '' && index === 0) return before;
  if (out === '' || /\n\r?\n$/.test(out)) return out + before.replace(/^(\r?\n)+/, '');
  return /^\r?\n/.test(before) || out.endsWith('\n') ? out + before : out + eol + eol + before;
}

function separated(out, eol) {
  return out === '' || /\n\r?\n$/.test(out) ? out : out.endsWith('\n') ? out + eol : out + eol + eol;
}

module.exports = { parse, write, editorText, KERNELS };
