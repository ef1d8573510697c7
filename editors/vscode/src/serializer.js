'use strict';
const vscode = require('vscode');
const { parse, write, editorText } = require('./dib.js');
const { languageOf, kernelOf } = require('./languages.js');

const TYPE = 'snn-dib';
const MARKS = { 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] };

/** Opens and saves .dib files; needs neither .NET nor the tool. */
class Serializer {
  deserializeNotebook(bytes) {
    const { encoding, text } = decode(bytes);
    const { head, cells } = parse(text);
    const data = new vscode.NotebookData(cells.map((cell, index) => {
      const kind = cell.kernel === 'markdown' ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
      const made = new vscode.NotebookCellData(kind, editorText(cell.value), languageOf(cell.kernel));
      const { kernel, before, marked, ends, value } = cell;
      made.metadata = { snn: { index, kernel, before, marked, was: value, ...(ends ? { ends } : {}) } };
      return made;
    }));
    data.metadata = { snn: { ...head, encoding } };
    return data;
  }

  serializeNotebook(data) {
    const cells = data.cells.map(cell => toWrite(cell.kind, cell.languageId, cell.value, cell.metadata));
    return encode(write(data.metadata?.snn, cells), data.metadata?.snn?.encoding);
  }
}

function toWrite(kind, language, value, metadata) {
  return {
    kernel: kind === vscode.NotebookCellKind.Markup ? 'markdown' : kernelOf(language),
    value: value.replace(/\r\n?/g, '\n'),
    origin: metadata?.snn,
  };
}

/** The line of the file, as it would be saved now, on which a cell begins. */
function lineOf(notebook, cell) {
  const cells = notebook.getCells().map(({ kind, document, metadata }) => toWrite(kind, document.languageId, document.getText(), metadata));
  const marked = '\u0000snn';
  cells[cell.index].value = marked + cells[cell.index].value;
  return parse(write(notebook.metadata?.snn, cells)).cells.find(({ value }) => value.startsWith(marked))?.line ?? 1;
}

// bytes that are no text are refused: they could not be written back
function decode(bytes) {
  const encoding = Object.keys(MARKS).find(name => MARKS[name].every((byte, i) => bytes[i] === byte)) ?? 'utf-8';
  try {
    return { encoding, text: new TextDecoder(encoding, { ignoreBOM: true, fatal: true }).decode(bytes) };
  } catch {
    throw new Error(
      `This file is not valid ${encoding.toUpperCase()} text and could not be saved without damage. ` +
        'Open it with the text editor and save it as UTF-8.',
    );
  }
}

function encode(text, encoding = 'utf-8') {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

module.exports = { Serializer, TYPE, lineOf };
