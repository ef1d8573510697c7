'use strict';
const vscode = require('vscode');

/** Time left, in the status bar of the cell that runs. */
class Progress {
  constructor() {
    this.cells = new Map();
    this.changed = new vscode.EventEmitter();
    this.onDidChangeCellStatusBarItems = this.changed.event;
  }

  /** @param {{ done: number, secondsLeft?: number, text: string } | undefined} data undefined where nothing is known */
  set(cell, data) {
    const key = cell.document.uri.toString(), had = this.cells.has(key);
    if (data) this.cells.set(key, data);
    else this.cells.delete(key);
    if (data || had) this.changed.fire();
  }

  provideCellStatusBarItems(cell) {
    const data = this.cells.get(cell.document.uri.toString());
    if (!data) return [];
    const left = typeof data.secondsLeft === 'number' ? `, about ${duration(data.secondsLeft)} left` : '';
    const item = new vscode.NotebookCellStatusBarItem(
      `$(clock) ${Math.round(100 * data.done)} %${left}`,
      vscode.NotebookCellStatusBarAlignment.Left,
    );
    item.tooltip = data.text;
    return [item];
  }
}

function duration(seconds) {
  return seconds < 90
    ? `${Math.round(seconds)} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;
}

module.exports = { Progress };
