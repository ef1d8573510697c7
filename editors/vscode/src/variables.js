'use strict';
const vscode = require('vscode');
const { TYPE } = require('./serializer.js');
const { showPanel } = require('./variablePanel.js');

/** The variables of the notebook in front, in a tree; a tensor has its shape, type and device below it. */
class Variables {
  constructor(kernels) {
    this.kernels = kernels;
    this.rows = new WeakMap();
    this.devices = new WeakMap();
    this.changed = new vscode.EventEmitter();
    this.onDidChange = this.changed.event;
    this.treeChanged = new vscode.EventEmitter();
    this.onDidChangeTreeData = this.treeChanged.event;
  }

  /** The device of a notebook's tensors, where it has any. */
  device(notebook) {
    return this.devices.get(notebook);
  }

  async refresh(notebook = front()) {
    if (!notebook) return;
    const kernel = this.kernels.living(notebook);
    const answer = kernel ? await kernel.ask('variables').catch(() => ({})) : {};
    this.rows.set(notebook, answer.items ?? []);
    this.devices.set(notebook, answer.device ?? undefined);
    this.changed.fire(notebook);
    this.treeChanged.fire(undefined);
  }

  getChildren(row) {
    if (!row) {
      const notebook = front();
      return (notebook && this.rows.get(notebook)) ?? [];
    }
    const { shape, type, device, requiresGradient, bytes } = row.tensor;
    return [
      ['shape', `[${shape.join(', ')}]`],
      ['type', type],
      ['device', device],
      ['gradient', requiresGradient ? 'required' : 'not required'],
      ['memory', size(bytes)],
    ].map(([name, value]) => ({ name, value, part: true }));
  }

  getTreeItem(row) {
    const item = new vscode.TreeItem(
      row.name,
      row.tensor ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
    );
    if (row.part) {
      item.description = row.value;
      return item;
    }
    item.description = row.tensor ? row.value : `${row.type}  ${row.value}`;
    item.tooltip = `${row.type} ${row.name}\n${row.value}`;
    item.iconPath = new vscode.ThemeIcon(row.tensor ? 'symbol-array' : 'symbol-variable');
    item.contextValue = 'variable';
    item.command = { command: 'snn.showVariable', title: 'Show', arguments: [row.name] };
    return item;
  }
}

function front() {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  return notebook?.notebookType === TYPE ? notebook : undefined;
}

function size(bytes) {
  return bytes < 1e3
    ? `${bytes} B`
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : bytes < 1e9
        ? `${(bytes / 1e6).toFixed(1)} MB`
        : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Shows a variable beside the notebook, as the last line of a cell would. */
async function showVariable(kernels, extension, name) {
  const kernel = kernels.living(front());
  if (!kernel) return;
  const answer = await kernel.ask('show', { name });
  if (answer.error || answer.failure) void vscode.window.showErrorMessage(answer.error ?? answer.failure.message);
  else showPanel(extension, name, answer.data);
}

module.exports = { Variables, showVariable };
