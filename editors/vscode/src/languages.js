'use strict';
// kernels of the format and language identifiers of the editor
const LANGUAGES = {
  csharp: 'csharp', fsharp: 'fsharp', pwsh: 'powershell', html: 'html', javascript: 'javascript', markdown: 'markdown', mermaid: 'mermaid',
  http: 'http', sql: 'sql', kql: 'kql', value: 'snn-value',
};
const KERNELS = Object.fromEntries(Object.entries(LANGUAGES).map(([kernel, language]) => [language, kernel]));
const RUNNABLE = ['csharp', 'html', 'javascript', 'mermaid', 'value'].map(kernel => LANGUAGES[kernel]);

/** The language an editor shows a kernel's cells in. */
const languageOf = kernel => LANGUAGES[kernel] ?? kernel;
/** The kernel of a language; one the format does not know is its own. */
const kernelOf = language => KERNELS[language] ?? language;

module.exports = { languageOf, kernelOf, RUNNABLE };
