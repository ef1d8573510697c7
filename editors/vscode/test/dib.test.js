'use strict';
const test = require('node:test'), assert = require('node:assert'), fs = require('node:fs'), path = require('node:path');
const { parse, write, editorText } = require('../src/dib.js');

const root = path.join(__dirname, '../../..');
const spec = JSON.parse(fs.readFileSync(path.join(root, 'tests/dib-cases.json'), 'utf8'));

// as the serializer keeps them
const opened = ({ cells }) => cells.map((cell, index) => ({
  kernel: cell.kernel, value: editorText(cell.value),
  origin: { index, kernel: cell.kernel, before: cell.before, marked: cell.marked, was: cell.value, ends: cell.ends },
}));
const roundTrip = text => { const read = parse(text); return write(read.head, opened(read)); };

const changes = {
  change: (cells, at, value) => { cells[at].value = value; },
  add: (cells, at, kernel, value) => { cells.splice(at, 0, { kernel, value }); },
  remove: (cells, at) => { cells.splice(at, 1); },
  move: (cells, from, to) => { cells.splice(to, 0, ...cells.splice(from, 1)); },
  language: (cells, at, kernel) => { cells[at].kernel = kernel; },
};

for (const { name, text, cells } of spec.reads) {
  test(`reads ${name}, and writes it back to the byte`, () => {
    assert.deepStrictEqual(parse(text).cells.map(cell => [cell.kernel, cell.value]), cells);
    assert.strictEqual(roundTrip(text), text);
  });
}

for (const { name, text, edits, result } of spec.edits) {
  test(`saves ${name}`, () => {
    const read = text === null ? { head: undefined, cells: [] } : parse(text), cells = opened(read);
    for (const [kind, ...words] of edits) changes[kind](cells, ...words);
    assert.strictEqual(write(read.head, cells), result);
  });
}

test('says on which line of the file a cell begins', () => {
  const text = 'a\n#!meta\n{}\n#!csharp\n\nb\n#!md\nc\n', lines = text.split('\n');
  for (const cell of parse(text).cells) assert.strictEqual(lines[cell.line - 1], cell.value);
});

test('every notebook of this checkout is written back to the byte', () => {
  const files = fs.readdirSync(path.join(root, 'notebooks'), { recursive: true }).filter(file => file.endsWith('.dib'));
  assert.ok(files.length > 20);
  for (const file of files) {
    const text = fs.readFileSync(path.join(root, 'notebooks', file), 'utf8');
    assert.strictEqual(roundTrip(text), text, file);
  }
});

test('any mixture of markers, blocks and line ends is written back to the byte', () => {
  const parts = [
    '#!csharp',
    '#!md',
    'x',
    '',
    '#!meta',
    '{}',
    '\uFEFF',
    '#!import a',
    'y\r',
    '{"kernelInfo":{"items":[{"name":"py"}]}}',
    '#!py',
    '\r',
  ];
  const ends = ['\n', '\r\n', '\n', ''];
  let seed = 1;
  const random = count => (seed = (seed * 48271) % 2147483647) % count;
  for (let i = 0; i < 20_000; i++) {
    let text = '';
    for (let j = random(9); j > 0; j--) text += parts[random(parts.length)] + ends[random(ends.length)];
    assert.strictEqual(roundTrip(text), text);
  }
});

test('a million cells and a line of ten million characters are read', () => {
  assert.strictEqual(parse('#!csharp\nx\n'.repeat(1_000_000)).cells.length, 1_000_000);
  assert.strictEqual(parse('x'.repeat(10_000_000)).cells[0].value.length, 10_000_000);
  assert.strictEqual(parse('#!meta\n' + '['.repeat(1_000_000)).cells.length, 0);
});
