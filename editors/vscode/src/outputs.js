'use strict';
const vscode = require('vscode');

const item = vscode.NotebookCellOutputItem;

/** Representations by MIME type as an output shows them. */
function outputItems(data) {
  return Object.entries(data).map(([mime, value]) =>
    /^image\/(?!svg)/.test(mime)
      ? new item(Buffer.from(value, 'base64'), mime)
      : item.text(typeof value === 'string' ? value : JSON.stringify(value), mime),
  );
}

/** The error of a failed cell. */
function errorOutput(failure) {
  const error = {
    name: failure.name,
    message: failure.message,
    stack: [failure.text ?? failure.message, ...(failure.trace ?? [])].join('\n'),
  };
  return new vscode.NotebookCellOutput([item.error(error)]);
}

module.exports = { outputItems, errorOutput };
