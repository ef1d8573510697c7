'use strict';
const vscode = require('vscode');
const { Serializer, TYPE } = require('./serializer.js');
const { Settings, chooseScale, chooseParameter, statusBar } = require('./settings.js');
const { Kernels } = require('./kernels.js');
const { Controller } = require('./controller.js');
const { Progress } = require('./progress.js');
const { Variables, showVariable } = require('./variables.js');
const { registerLanguageFeatures } = require('./languageFeatures.js');
const { exportHtml } = require('./exporting.js');
const { doctor } = require('./tool.js');

let kernels;

function activate(context) {
  const log = vscode.window.createOutputChannel('SNN');
  const settings = new Settings(context.workspaceState);
  kernels = new Kernels(settings, log);
  const progress = new Progress();
  const controller = new Controller(kernels, progress, log);
  const variables = new Variables(kernels);
  const command = (name, action) => vscode.commands.registerCommand(name, async (...words) => {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType === TYPE) return action(notebook, ...words);
    void vscode.window.showInformationMessage('Open a .dib notebook first.');
  });
  const restartIfRunning = async notebook => {
    if (
      kernels.living(notebook) &&
      (await vscode.window.showInformationMessage(
        "The change counts from the next start of the notebook's process. Its variables are lost then.",
        'Restart now',
      )) === 'Restart now'
    ) {
      await kernels.end(notebook);
    }
  };
  context.subscriptions.push(
    log, controller,
    vscode.workspace.registerNotebookSerializer(TYPE, new Serializer(), { transientOutputs: true }),
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(TYPE, progress),
    vscode.window.registerTreeDataProvider('snn.variables', variables),
    registerLanguageFeatures(kernels, controller),
    statusBar(settings, kernels, variables),
    settings.onDidChange(restartIfRunning),
    controller.onDidRun(notebook => variables.refresh(notebook)),
    kernels.onDidChange(notebook => variables.refresh(notebook)),
    vscode.window.onDidChangeActiveNotebookEditor(() => variables.refresh()),
    vscode.workspace.onDidCloseNotebookDocument(notebook => kernels.end(notebook)),
    vscode.commands.registerCommand('snn.newNotebook', newNotebook),
    vscode.commands.registerCommand('snn.showVariable', name => showVariable(kernels, context.extensionUri, name)),
    vscode.commands.registerCommand('snn.doctor', () =>
      doctor(vscode.window.activeNotebookEditor?.notebook.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '.', log),
    ),
    command('snn.interrupt', notebook => controller.interrupt(notebook)),
    command('snn.restart', notebook => kernels.end(notebook)),
    command('snn.scale', notebook => chooseScale(settings, notebook)),
    command('snn.parameters', notebook => chooseParameter(settings, notebook)),
    command('snn.exportHtml', notebook => exportHtml(settings, notebook, log)));
}

async function newNotebook() {
  const cell = (kind, text, language) => new vscode.NotebookCellData(kind, text, language);
  const data = new vscode.NotebookData([
    cell(vscode.NotebookCellKind.Markup, '# A new notebook', 'markdown'),
    cell(
      vscode.NotebookCellKind.Code,
      '#r "nuget: SnnNotebooks.Interactive.Frames, *-*"\n#r "nuget: SnnNotebooks.LibTorch.Cpu, *-*"',
      'csharp',
    ),
    cell(
      vscode.NotebookCellKind.Code,
      'using SnnNotebooks.Interactive;\n\nFrameFormatters.Register();\nvar kit = Kit.Start();\nkit',
      'csharp',
    ),
  ]);
  await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(TYPE, data));
}

function deactivate() {
  return kernels?.endAll();
}

module.exports = { activate, deactivate };
