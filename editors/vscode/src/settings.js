'use strict';
const vscode = require('vscode');
const { TYPE } = require('./serializer.js');

const SCALES = {
  quick: 'small data that ships with the kit, at most a minute',
  laptop: 'real data, up to about an hour',
  paper: 'the full published recipe; needs a GPU and the data set',
};
const DEVICE = 'Device', READS_DEVICE = /\bParameters\.Device\b/;
const PARAMETER = /\bParameters\.Get(?:<[^<>]*>)?\(\s*"([A-Za-z_]\w*)"\s*,/g;

/** What a notebook's process is started with, kept for each notebook in the workspace's state. */
class Settings {
  constructor(state) {
    this.state = state;
    this.changed = new vscode.EventEmitter();
    this.onDidChange = this.changed.event;
  }

  of(notebook) {
    return this.state.get(`snn:${notebook.uri}`, {});
  }

  scale(notebook) {
    return this.of(notebook).Scale ?? vscode.workspace.getConfiguration('snn').get('scale');
  }

  async set(notebook, name, value) {
    const all = { ...this.of(notebook), [name]: value };
    if (value === undefined) delete all[name];
    await this.state.update(`snn:${notebook.uri}`, all);
    this.changed.fire(notebook);
  }

  /** The options of `snn serve` and `snn run`. */
  options(notebook) {
    const { Scale, ...others } = this.of(notebook);
    return ['--scale', this.scale(notebook), ...Object.entries(others).flatMap(([name, value]) => ['--set', `${name}=${value}`])];
  }
}

/** The parameters a notebook reads, in the order it does, with what it falls back to. */
function parametersOf(notebook) {
  const found = new Map();
  for (const cell of notebook.getCells()) {
    if (cell.document.languageId !== 'csharp') continue;
    const text = cell.document.getText();
    if (READS_DEVICE.test(text) && !found.has(DEVICE)) found.set(DEVICE, 'cpu');
    for (const match of text.matchAll(PARAMETER))
      if (!found.has(match[1])) found.set(match[1], fallback(text, match.index + match[0].length));
  }
  return found;
}

// the second argument: up to the bracket that closes the call
function fallback(text, start) {
  let depth = 0, end = start;
  for (; end < text.length && end < start + 300; end++) {
    if ('([{'.includes(text[end])) depth++;
    else if (')]}'.includes(text[end]) && depth-- === 0) break;
  }
  return text.slice(start, end).trim();
}

async function chooseScale(settings, notebook) {
  const now = settings.scale(notebook);
  const chosen = await vscode.window.showQuickPick(
    Object.entries(SCALES).map(([label, description]) => ({ label, description, picked: label === now })),
    { title: 'Scale', placeHolder: `now ${now}` },
  );
  if (chosen && chosen.label !== now) await settings.set(notebook, 'Scale', chosen.label);
}

async function chooseParameter(settings, notebook) {
  const set = settings.of(notebook);
  const rows = [...parametersOf(notebook)].map(([label, fallback]) => ({
    label,
    description: set[label] === undefined ? fallback : `${set[label]} (set here)`,
  }));
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('This notebook reads no parameters but its scale: none uses Parameters.Get or .Device.');
    return;
  }
  const chosen = await vscode.window.showQuickPick(rows, { title: 'Parameters of the notebook', placeHolder: 'Which one is set?' });
  if (!chosen) return;
  const value = await vscode.window.showInputBox({
    title: chosen.label,
    value: set[chosen.label] ?? '',
    prompt:
      chosen.label === DEVICE
        ? 'cpu, cuda for the first NVIDIA GPU, cuda:1 for the second. Empty: cpu.'
        : 'Numbers in the invariant culture, 0.5. Empty: what the notebook falls back to.',
    validateInput: text => (/[\r\n]/.test(text) ? 'One line' : undefined),
  });
  if (value !== undefined && value !== (set[chosen.label] ?? ''))
    await settings.set(notebook, chosen.label, value === '' ? undefined : value);
}

/** Scale and device of the notebook in front, in the status bar. */
function statusBar(settings, kernels, variables) {
  const scale = vscode.window.createStatusBarItem('snn.scale', vscode.StatusBarAlignment.Right, 101);
  const device = vscode.window.createStatusBarItem('snn.device', vscode.StatusBarAlignment.Right, 100);
  Object.assign(scale, { name: 'SNN: scale', command: 'snn.scale', tooltip: 'How much the notebook runs' });
  Object.assign(device, { name: 'SNN: device', command: 'snn.doctor', tooltip: 'Where tensors are computed; click for snn doctor' });
  const show = () => {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType !== TYPE) { scale.hide(); device.hide(); return; }
    const own = Object.keys(settings.of(notebook)).filter(name => name !== 'Scale').length;
    scale.text = `$(dashboard) ${settings.scale(notebook)}${own > 0 ? ` +${own}` : ''}`;
    device.text = `$(chip) ${kernels.living(notebook) ? variables.device(notebook) ?? 'no tensors yet' : 'not started'}`;
    scale.show();
    device.show();
  };
  show();
  return vscode.Disposable.from(
    scale,
    device,
    settings.onDidChange(show),
    kernels.onDidChange(show),
    variables.onDidChange(show),
    vscode.window.onDidChangeActiveNotebookEditor(show),
  );
}

module.exports = { Settings, chooseScale, chooseParameter, parametersOf, statusBar };
