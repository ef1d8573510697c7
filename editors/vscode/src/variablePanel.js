'use strict';
const vscode = require('vscode');
const crypto = require('node:crypto');

/** Shows representations beside the notebook, as an output would: figures drawn, scripts of it asleep. */
function showPanel(extension, title, data) {
  const root = vscode.Uri.joinPath(extension, 'renderer'),
    media = vscode.Uri.joinPath(extension, 'media');
  const panel = vscode.window.createWebviewPanel(
    'snn.variable',
    title,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, localResourceRoots: [root, media] },
  );
  const view = data['application/vnd.snn.view+json'] ?? { html: data['text/html'] ?? `<pre>${escape(data['text/plain'] ?? '')}</pre>` };
  const nonce = crypto.randomBytes(16).toString('hex'), source = panel.webview.cspSource;
  const script = panel.webview.asWebviewUri(vscode.Uri.joinPath(root, 'view.js'));
  panel.webview.html = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src ${source} 'nonce-${nonce}'"></head>
<body><h3>${escape(title)}</h3><div id="view"></div>
<script type="application/json" id="data">${JSON.stringify(view).replace(/</g, '\\u003c')}</script>
<script type="module" nonce="${nonce}">
import { activate } from '${script}';
const item = { id: 'view', json: () => JSON.parse(document.getElementById('data').textContent) };
activate().renderOutputItem(item, document.getElementById('view'));
</script></body></html>`;
}

const escape = text => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

module.exports = { showPanel };
