'use strict';
const vscode = require('vscode');
const { TYPE } = require('./serializer.js');

const SELECTOR = { notebookType: TYPE, language: 'csharp' };
const PAUSE = 400;
// Roslyn's tags that the editor calls otherwise
const KINDS = {
  Local: 'Variable',
  Parameter: 'Variable',
  ExtensionMethod: 'Method',
  Delegate: 'Class',
  Structure: 'Struct',
  Namespace: 'Module',
  RangeVariable: 'Variable',
  Label: 'Text',
};

/** Completion, signatures, hover and diagnostics of C# cells, from the process of the notebook. */
function registerLanguageFeatures(kernels, controller) {
  // asking must not show an error on every key where the tool is missing: running a cell says so
  const ask = async (document, kind, fields) => {
    const notebook = notebookOf(document);
    if (!notebook) return undefined;
    try {
      const answer = await (await kernels.get(notebook)).ask(kind, { code: textOf(document), ...fields });
      return answer.error || answer.cancelled ? undefined : answer;
    } catch {
      return undefined;
    }
  };
  const at = (document, place) => ({ position: offsetOf(document, place) });
  const diagnostics = vscode.languages.createDiagnosticCollection('snn');
  const diagnose = async document => {
    const answer = await ask(document, 'diagnose', { full: ranAbove(kernels, document) });
    if (answer) {
      diagnostics.set(
        document.uri,
        answer.items.map(item =>
          Object.assign(
            new vscode.Diagnostic(
              document.validateRange(new vscode.Range(item.line, item.column, item.endLine, item.endColumn)),
              item.message,
              vscode.DiagnosticSeverity.Error,
            ),
            { code: item.code, source: 'C#' },
          ),
        ),
      );
    }
  };
  const timers = new Map();
  const later = document => {
    clearTimeout(timers.get(document.uri.toString()));
    timers.set(document.uri.toString(), setTimeout(() => diagnose(document), PAUSE));
  };
  return vscode.Disposable.from(
    diagnostics,
    vscode.languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: async (document, place) =>
          completion(document, place, await ask(document, 'complete', at(document, place))),
      },
      '.',
      '!',
      '#',
    ),
    vscode.languages.registerSignatureHelpProvider(
      SELECTOR,
      { provideSignatureHelp: async (document, place) => signatures(await ask(document, 'signature', at(document, place))) },
      '(',
      ',',
    ),
    vscode.languages.registerHoverProvider(SELECTOR, {
      provideHover: async (document, place) => hover(document, place, await ask(document, 'hover', at(document, place))),
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && notebookOf(document) && document.languageId === 'csharp') later(document);
    }),
    vscode.workspace.onDidCloseTextDocument(document => diagnostics.delete(document.uri)),
    controller.onDidRun(notebook => {
      for (const cell of notebook.getCells()) if (diagnostics.get(cell.document.uri)?.length > 0) later(cell.document);
    }));
}

function notebookOf(document) {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.notebookDocuments.find(
    notebook => notebook.notebookType === TYPE && notebook.getCells().some(cell => cell.document === document),
  );
}

// positions on the wire count a line end as one
const textOf = document => document.getText().replace(/\r\n/g, '\n');
const offsetOf = (document, place) => document.getText(new vscode.Range(new vscode.Position(0, 0), place)).replace(/\r\n/g, '\n').length;

function placeAt(document, offset) {
  const before = textOf(document).slice(0, offset).split('\n');
  return new vscode.Position(before.length - 1, before[before.length - 1].length);
}

// names can be judged where every cell above has run as it stands
function ranAbove(kernels, document) {
  const notebook = notebookOf(document), ran = kernels.living(notebook)?.ran;
  if (!ran) return false;
  for (const cell of notebook.getCells()) {
    if (cell.document === document) return true;
    if (cell.document.languageId === 'csharp' && ran.get(cell.document.uri.toString()) !== textOf(cell.document)) return false;
  }
  return false;
}

function completion(document, place, answer) {
  if (!answer) return undefined;
  const range = new vscode.Range(placeAt(document, answer.start), place);
  return new vscode.CompletionList(
    answer.items.map(({ text, type }, i) => {
      const kind = /** @type {vscode.CompletionItemKind} */ (
        vscode.CompletionItemKind[KINDS[type] ?? type] ?? vscode.CompletionItemKind.Text
      );
      const item = new vscode.CompletionItem(text, kind);
      return Object.assign(item, { range, filterText: text, sortText: String(i).padStart(4, '0') });
    }),
    true,
  );
}

function signatures(answer) {
  if (!answer || answer.signatures.length === 0) return undefined;
  const help = new vscode.SignatureHelp();
  help.signatures = answer.signatures.map(({ label, documentation, parameters }) => {
    const signature = new vscode.SignatureInformation(label, documentation ?? undefined);
    signature.parameters = parameters.map(
      parameter => new vscode.ParameterInformation(parameter.label, parameter.documentation ?? undefined),
    );
    return signature;
  });
  help.activeSignature = answer.active;
  help.activeParameter = answer.parameter;
  return help;
}

function hover(document, place, answer) {
  if (!answer?.text) return undefined;
  const [signature, ...words] = answer.text.split('\n\n');
  const text = new vscode.MarkdownString().appendCodeblock(signature, 'csharp');
  if (words.length > 0) text.appendText(words.join('\n\n'));
  return new vscode.Hover(text, document.getWordRangeAtPosition(place));
}

module.exports = { registerLanguageFeatures };
