'use strict';
const vscode = require('vscode');
const cp = require('node:child_process'), path = require('node:path');
const { findTool, offerRemedy } = require('./tool.js');

/** Runs the notebook from the top in a process of its own and leaves a page that opens without a network. */
async function exportHtml(settings, notebook, log) {
  if (notebook.isUntitled || notebook.isDirty && !await notebook.save()) {
    void vscode.window.showErrorMessage('Save the notebook first: the export runs the file from the top.');
    return;
  }
  const file = notebook.uri.fsPath;
  const target = (
    await vscode.window.showOpenDialog({
      title: 'Folder for the page',
      openLabel: 'Export here',
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: vscode.Uri.file(path.dirname(file)),
    })
  )?.[0];
  if (!target) return;
  let command;
  try {
    command = await findTool(file);
  } catch (error) {
    await offerRemedy(error);
    return;
  }
  const code = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Exporting ${path.basename(file)} (${settings.scale(notebook)})`,
      cancellable: true,
    },
    (progress, cancel) =>
      new Promise(done => {
        const child = cp.spawn(command[0], [...command.slice(1), 'run', file, ...settings.options(notebook), '--out', target.fsPath], {
          cwd: path.dirname(file),
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        cancel.onCancellationRequested(() => child.kill('SIGINT'));
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', data => {
            log.append(String(data));
            progress.report({ message: String(data).trim().split('\n').pop().slice(0, 100) });
          });
        child.on('error', error => {
          log.appendLine(String(error));
          done(-1);
        });
        child.on('close', done);
      }),
  );
  const page = path.join(target.fsPath, `${path.basename(file, path.extname(file))}.html`);
  const chosen = await (code === 0
    ? vscode.window.showInformationMessage(`${page} is written.`, 'Open')
    : vscode.window.showErrorMessage(`The run did not succeed (${code}); the page, where there is one, says why.`, 'Open', 'Output'));
  if (chosen === 'Open') await vscode.env.openExternal(vscode.Uri.file(page));
  if (chosen === 'Output') log.show();
}

module.exports = { exportHtml };
