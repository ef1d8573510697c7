'use strict';
// a page of VS Code in headless Chromium
const path = require('node:path');

/** Opens VS Code on a folder. */
async function openPage(tools, url, folder, { height = 1000 } = {}) {
  const { chromium } = require(path.join(tools, 'node_modules/playwright-core'));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
  const page = await (await browser.newContext({ viewport: { width: 1280, height } })).newPage();
  page.setDefaultTimeout(120_000); // of a loaded machine
  await page.goto(`${url}?${new URLSearchParams({ folder })}`, { waitUntil: 'domcontentloaded' });
  await page.waitForSelector('.monaco-workbench');
  await page.waitForSelector('.explorer-folders-view .monaco-list-row');
  return new Editor(browser, page);
}

class Editor {
  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
  }

  /** Opens a file by its name, or runs a command by its title. */
  async quick(text, wanted) {
    await this.page.keyboard.press(text.startsWith('>') ? 'F1' : 'Control+P');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor({ state: 'visible' });
    await input.fill(text);
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: wanted ?? text.replace(/^>/, '') }).first();
    await row.waitFor({ state: 'visible' });
    await row.click();
  }

  /** Takes a row of the list that asks. */
  async choose(label) {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    await row.waitFor({ state: 'visible' });
    await row.click();
  }

  /** Types into the box that asks, and confirms. */
  async answer(text) {
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor({ state: 'visible' });
    await input.fill(text);
    await this.page.waitForTimeout(500);
    await this.page.keyboard.press('Enter');
  }

  /** Whether an output holds a text. */
  async says(text) {
    for (const frame of this.outputs()) if (await frame.getByText(text).count().catch(() => 0) > 0) return true;
    return false;
  }

  /** Every frame that shows outputs of a notebook. */
  outputs() {
    return this.page.frames().filter(frame => /\/fake\.html|pre\/fake/.test(frame.url()));
  }

  /** Counts elements in the outputs. */
  async count(selector) {
    let sum = 0;
    for (const frame of this.outputs()) sum += await frame.locator(selector).count().catch(() => 0);
    return sum;
  }

  async until(what, condition, seconds = 120) {
    const end = Date.now() + 1000 * seconds;
    for (;;) {
      const value = await condition();
      if (value) return value;
      if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
      await this.page.waitForTimeout(250);
    }
  }

  close() {
    return this.browser.close();
  }
}

module.exports = { openPage };
