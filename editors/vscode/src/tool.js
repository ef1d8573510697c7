'use strict';
// where the tool is, and what to do where it is not
const vscode = require('vscode');
const cp = require('node:child_process'), fs = require('node:fs'), os = require('node:os'), path = require('node:path');

// until version 1 every package is a prerelease
const INSTALL = ['dotnet', 'tool', 'install', '--global', 'SnnNotebooks.Tool', '--prerelease'];
const NAME = process.platform === 'win32' ? 'snn.exe' : 'snn';

class ToolMissing extends Error {
  constructor(tried) {
    super(
      `The tool snn, which runs the cells, was not found (looked in ${tried.join(', ')}). ` +
        `Build it in a checkout of the kit with "dotnet build -c Release", install it with "${INSTALL.join(' ')}" ` +
        'where your package sources have it, or name it in the setting snn.command.',
    );
    this.name = 'ToolMissing';
  }
}

/** Program and first arguments that start the tool: the setting, a checkout that holds the notebook, PATH, the folder of .NET tools. */
async function findTool(notebook) {
  const set = vscode.workspace.getConfiguration('snn').get('command');
  if (set?.length > 0) return set;
  const places = [];
  for (let folder = path.dirname(notebook); ; folder = path.dirname(folder)) {
    const project = path.join(folder, 'src', 'SnnNotebooks.Cli');
    if (fs.existsSync(project)) places.push(path.join(project, 'bin', 'Release', 'net10.0', NAME));
    if (folder === path.dirname(folder)) break;
  }
  places.push(
    ...(process.env.PATH ?? '')
      .split(path.delimiter)
      .filter(Boolean)
      .map(folder => path.join(folder, NAME)),
    path.join(os.homedir(), '.dotnet', 'tools', NAME),
  );
  const found = places.find(place => {
    try {
      fs.accessSync(place, fs.constants.X_OK);
      return fs.statSync(place).isFile();
    } catch {
      return false;
    }
  });
  if (found) return [found];
  throw new ToolMissing(['the setting snn.command', 'checkouts around the notebook', 'PATH', '~/.dotnet/tools']);
}

/** Says what went wrong at the start of the tool, and offers the way out. */
async function offerRemedy(error) {
  const install = 'Install snn', settings = 'Settings', doctor = 'Doctor';
  const choices = error instanceof ToolMissing ? [install, settings] : [doctor, settings];
  const chosen = await vscode.window.showErrorMessage(error.message, ...choices);
  if (chosen === install) inTerminal('Install snn', INSTALL);
  if (chosen === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'snn.command');
  if (chosen === doctor) await vscode.commands.executeCommand('snn.doctor');
}

/** Runs a command where the user sees it. */
function inTerminal(name, command) {
  const terminal = vscode.window.createTerminal({ name, shellPath: command[0], shellArgs: command.slice(1), isTransient: true });
  terminal.show();
}

/** `snn doctor`: what was loaded from where, what is missing and how to get it. */
async function doctor(notebook, log) {
  let command;
  try {
    command = await findTool(notebook);
  } catch (error) {
    await offerRemedy(error);
    return;
  }
  log.show(true);
  log.appendLine(`> ${[...command, 'doctor'].join(' ')}`);
  const child = cp.spawn(command[0], [...command.slice(1), 'doctor'], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => log.append(String(data)));
  child.on('error', error =>
    log.appendLine(`${error.message}. Correct the setting snn.command, or install the tool with: ${INSTALL.join(' ')}`),
  );
  await new Promise(done =>
    child.once('close', code => {
      log.appendLine(code === 0 ? '' : `snn doctor ended with ${code}: see above for what is missing.`);
      done();
    }),
  );
}

module.exports = { findTool, offerRemedy, doctor, inTerminal, ToolMissing };
