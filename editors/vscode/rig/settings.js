'use strict';
/** User settings of the editor under test. */
const SETTINGS = snn => ({
  'snn.command': [snn],
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'window.autoDetectColorScheme': false,
  'workbench.colorTheme': 'Light 2026',
  'workbench.preferredLightColorTheme': 'Light 2026',
  'workbench.preferredDarkColorTheme': 'Dark 2026',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'files.autoSave': 'off',
  'notebook.output.scrolling': false,
});

module.exports = { SETTINGS };
