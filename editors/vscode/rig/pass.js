'use strict';
// What only the screen shows: figures drawn, the input box, the tree of variables, light and dark
const assert = require('node:assert'), fs = require('node:fs'), path = require('node:path');

/** Runs every step; a step that fails leaves a picture and the next one goes on. */
async function pass({ editor, workspace, probe, pictures }) {
  const { page } = editor, results = [];
  writeNotebooks(workspace);
  const picture = name => page.screenshot({ path: path.join(pictures, `${name}.png`) });
  const state = name => JSON.parse(fs.readFileSync(path.join(probe, 'notebooks.json'), 'utf8'))[name];
  const step = async (name, body) => {
    const begun = Date.now();
    try {
      await body();
      results.push({ name, passed: true, milliseconds: Date.now() - begun });
    } catch (error) {
      await picture(`failed ${results.length}`);
      results.push({ name, passed: false, milliseconds: Date.now() - begun, error: String(error.stack ?? error) });
    }
  };
  const toolbar = name => page.locator('.notebook-toolbar-container').getByRole('button', { name }).first();
  const lesson = 'what-is-a-spike.dib', file = path.join(workspace, 'notebooks/lessons', lesson), before = fs.readFileSync(file);

  await step('opens a lesson and runs it from the toolbar', async () => {
    await editor.quick(lesson);
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    await toolbar('Run All').click();
    const { cells } = await editor.until(
      'the lesson',
      () => {
        const now = state(lesson);
        return now && now.succeeded + now.failed >= now.cells && now;
      },
      180,
    );
    assert.deepStrictEqual([state(lesson).succeeded, state(lesson).failed], [cells, 0]);
  });

  await step('draws every figure of it as it scrolls into view, without a network', async () => {
    const { figures } = state(lesson);
    assert.ok(figures >= 3, `the lesson has ${figures} figures`);
    await scrollThrough(page);
    await editor.until(`${figures} figures`, async () => await editor.count('[data-snn-drawn="true"] .main-svg') >= figures);
    await scrollToFigure(editor);
    await picture('lesson-light');
  });

  await step('lists variables, tensors with shape, type and device', async () => {
    await editor.quick('>Explorer: Focus on SNN Variables View', 'SNN Variables');
    const tensor = page.locator('.pane-body .monaco-list-row', { hasText: /\[\d+(, \d+)*\] Float32 cpu/ }).first();
    await tensor.waitFor();
    await picture('variables');
    await tensor.click();
    await editor.until(
      'the tensor',
      async () =>
        (
          await Promise.all(
            page.frames().map(frame =>
              frame
                .locator('#view img, #view table, #view svg')
                .count()
                .catch(() => 0),
            ),
          )
        ).some(count => count > 0),
      30,
    );
    await picture('tensor');
    await editor.quick('>View: Close Editors in Other Groups', 'Close Editors in Other Groups');
  });

  await step('follows the theme to dark', async () => {
    await editor.quick('>Preferences: Toggle between Light/Dark Themes', 'Toggle between Light/Dark');
    await editor.quick(lesson);
    await scrollThrough(page);
    const ink = async () => {
      for (const frame of editor.outputs()) {
        const text = frame.locator('[data-snn-drawn="true"] .xtick text').first();
        if ((await text.count()) > 0) return text.evaluate(node => getComputedStyle(node).fill);
      }
    };
    await editor.until(
      'light text',
      async () => {
        const [r, g, b] = (await ink())?.match(/\d+/g)?.map(Number) ?? [0, 0, 0];
        return r + g + b > 380;
      },
      30,
    );
    await scrollToFigure(editor);
    await picture('lesson-dark');
    await editor.quick('>Preferences: Toggle between Light/Dark Themes', 'Toggle between Light/Dark');
  });

  await step('saves nothing that was not changed', async () => {
    await editor.quick('>File: Save All', 'Save All');
    assert.ok(fs.readFileSync(file).equals(before));
  });

  await step('asks in a box where a cell reads, and goes on with what was typed', async () => {
    await editor.quick('asks.dib');
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    await page.waitForTimeout(1000);
    await page.locator('.notebookOverlay .code-cell-row .monaco-editor', { hasText: 'ReadLine' }).first().click();
    await page.keyboard.press('Shift+Enter');
    const box = page.locator('.quick-input-widget', { hasText: 'The cell asks' }).locator('input').first();
    await box.waitFor({ state: 'visible' });
    await box.fill('a spike');
    await page.keyboard.press('Enter');
    await editor.until(
      'the answer',
      async () => {
        for (const frame of editor.outputs()) if ((await frame.getByText('got a spike').count()) > 0) return true;
      },
      30,
    );
    await picture('asked');
  });

  await step('draws a chart of Plotly.NET and a frame of Microsoft.Data.Analysis as the kit draws its own', async () => {
    await editor.quick('charts.dib');
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    await page.waitForTimeout(1000);
    await toolbar('Run All').click();
    const { failed } = await editor.until('the cells', () => {
      const now = state('charts.dib');
      return now && now.succeeded + now.failed >= now.cells && now;
    });
    assert.strictEqual(failed, 0);
    await editor.until('the chart', async () => {
      await scrollThrough(page, 4);
      return await editor.count('[data-snn-drawn="true"] .main-svg') > 0 && await editor.count('table') > 0;
    });
    await scrollToFigure(editor);
    await picture('plotly-net');
  });

  await step('draws another chart when a slider is moved, without running the cell again', async () => {
    await editor.quick('sliders.dib');
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    await page.waitForTimeout(1000);
    await toolbar('Run All').click();
    await editor.until('the slider', async () => {
      await scrollThrough(page, 4);
      return state('sliders.dib')?.succeeded > 0 && await editor.count('.snn-controls input') > 0
        && await editor.count('[data-snn-drawn="true"] .main-svg') > 0;
    });
    const frames = await Promise.all(editor.outputs().map(async frame => await frame.locator('.snn-controls input').count() > 0 && frame));
    const frame = frames.find(Boolean), slider = frame.locator('.snn-controls input').first();
    const height = () => frame.locator('.js-plotly-plot').first().evaluate(chart => chart.data[0].y[1]);
    assert.strictEqual(await height(), 1);
    const { succeeded } = state('sliders.dib');
    await slider.press('End');
    await editor.until('the other chart', async () => await height() === 5);
    assert.strictEqual(await frame.locator('.snn-controls output').first().textContent(), '5');
    assert.strictEqual(state('sliders.dib').succeeded, succeeded);
    await picture('slider');
  });

  await step('takes a scale and a parameter, and counts them in the status bar', async () => {
    await editor.quick('parameters.dib');
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    await editor.quick('>SNN: Choose the Scale', 'SNN: Choose the Scale');
    await editor.choose('laptop');
    await editor.quick('>SNN: Set a Parameter', 'SNN: Set a Parameter');
    await editor.choose('Neurons');
    await editor.answer('7');
    await page.locator('.statusbar-item', { hasText: 'laptop +1' }).waitFor();
    await toolbar('Run All').click();
    await editor.until('the parameters', () => editor.says('scale Laptop, 7 neurons'));
    await picture('parameters');
  });

  await step('takes a device, says in one sentence where it is not here, and runs on the CPU again', async () => {
    const computesOn = async name => {
      await editor.quick('>SNN: Set a Parameter', 'SNN: Set a Parameter');
      await editor.choose('Device');
      await editor.answer(name);
      await page.waitForTimeout(500);
      await toolbar('Run All').click();
    };
    await editor.quick('device.dib');
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    if (!fs.existsSync('/dev/nvidiactl')) {
      await computesOn('cuda');
      await editor.until('the sentence', () => editor.says('cuda:0 cannot be used: the NVIDIA driver was not found'));
      await picture('device-missing');
    }
    await computesOn('cpu');
    await editor.until('the cell', () => editor.says('computed on cpu'));
    await picture('device');
    await editor.quick('parameters.dib');
  });

  await step('exports a page with them', async () => {
    await editor.quick('>SNN: Export to HTML', 'SNN: Export to HTML');
    await editor.answer(workspace + '/');
    const page = path.join(workspace, 'parameters.html');
    await editor.until('the page', () => fs.existsSync(page));
    assert.match(fs.readFileSync(page, 'utf8'), /scale Laptop, 7 neurons/);
    await picture('exported');
  });

  await step('makes a new notebook that runs', async () => {
    await editor.quick('>SNN: New Notebook', 'SNN: New Notebook');
    await editor.until(
      'its cells',
      async () => (await page.locator('.notebookOverlay .code-cell-row').locator('visible=true').count()) >= 2,
      30,
    );
    await page.waitForTimeout(1000);
    await toolbar('Run All').click();
    const found = () => Object.values(JSON.parse(fs.readFileSync(path.join(probe, 'notebooks.json'), 'utf8'))).find(now => now.untitled);
    const { failed } = await editor.until(
      'its end',
      () => {
        const now = found();
        return now && now.succeeded + now.failed >= now.cells && now;
      },
      90,
    );
    await picture('new-notebook');
    assert.strictEqual(failed, 0);
  });

  await step('draws the figures of an executed .ipynb, too', async () => {
    const executed = path.join(workspace, 'executed.ipynb');
    if (!fs.existsSync(executed)) throw new Error('no executed.ipynb in the workspace');
    await editor.quick('executed.ipynb');
    await editor.until(
      'a figure',
      async () => {
        await scrollThrough(page, 6);
        return (await editor.count('[data-snn-drawn="true"] .main-svg')) > 0;
      },
      60,
    );
    await scrollToFigure(editor);
    await picture('executed-ipynb');
  });
  await step('runs nothing that hostile outputs bring along', async () => {
    await editor.quick('hostile.ipynb');
    await editor.until('the figure', async () => await editor.count('#hostile[data-snn-drawn="true"] .main-svg') > 0);
    await page.waitForTimeout(1000);
    assert.strictEqual(await editor.count('body[data-owned]'), 0);
    assert.strictEqual(
      await editor.count('#hostile ~ script, #hostile ~ iframe, #hostile ~ [onerror], #hostile ~ [onload], #hostile ~ a[href]'),
      0,
    );
  });
  return results;
}

// long before they are opened: the editor lists new files after a while only
function writeNotebooks(workspace) {
  fs.writeFileSync(path.join(workspace, 'asks.dib'), '#!csharp\n\nConsole.Write("got " + Console.ReadLine());\n');
  fs.writeFileSync(
    path.join(workspace, 'parameters.dib'),
    '#!csharp\n\n#r "nuget: SnnNotebooks.Interactive, *-*"\nusing SnnNotebooks.Interactive;\n\n' +
      '$"scale {Parameters.Scale}, {Parameters.Get("Neurons", 30)} neurons"\n',
  );
  fs.writeFileSync(
    path.join(workspace, 'device.dib'),
    '#!csharp\n\n#r "nuget: SnnNotebooks.Interactive, *-*"\nusing SnnNotebooks;\nusing SnnNotebooks.Interactive;\n\n' +
      '$"computed on {ComputeDevice.NameOf(Parameters.Device)}"\n',
  );
  fs.writeFileSync(
    path.join(workspace, 'charts.dib'),
    [
      '#r "nuget: SnnNotebooks.Interactive.Frames, *-*"\nSnnNotebooks.Interactive.FrameFormatters.Register();',
      'using Plotly.NET.CSharp;\n\nChart.Line<int, int, string>(new[] { 1, 2, 3 }, new[] { 3, 1, 2 })',
      'using Microsoft.Data.Analysis;\n\nnew DataFrame(new Int32DataFrameColumn("spikes", new[] { 3, 1, 2 }))',
    ]
      .map(cell => `#!csharp\n\n${cell}\n`)
      .join('\n'),
  );
  fs.writeFileSync(
    path.join(workspace, 'sliders.dib'),
    '#!csharp\n\n#r "nuget: SnnNotebooks.Interactive, *-*"\nusing SnnNotebooks.Interactive.Views;\n\n' +
      'var slope = FigureControl.Slider("Slope", "slope", [1, 2, 5], 1);\n' +
      'new SteeredView([slope], at => new CurveView("line", "x", "y", [new Curve("line", [0, 1], [0, at[slope]])]))\n',
  );
  const html =
    '<p id="hostile">here</p><img src="x" onerror="document.body.dataset.owned=1"><script>document.body.dataset.owned=2</script>' +
    '<svg onload="document.body.dataset.owned=3"></svg><a href="javascript:document.body.dataset.owned=4">a</a>' +
    '<iframe srcdoc="<script>parent.document.body.dataset.owned=5</script>"></iframe>';
  const output = {
    output_type: 'display_data',
    metadata: {},
    data: {
      'application/vnd.snn.view+json': {
        html,
        figures: {
          hostile: { data: [{ y: [1, 2], name: '<img src=x onerror=alert(1)>' }], layout: { title: { text: '<script>1</script>' } } },
        },
      },
    },
  };
  fs.writeFileSync(
    path.join(workspace, 'hostile.ipynb'),
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: 'code', id: 'a', metadata: {}, source: ['1'], execution_count: 1, outputs: [output] }],
    }),
  );
}

// the first figure to the upper part of the window
async function scrollToFigure(editor) {
  await scrollThrough(editor.page, 0);
  const list = await editor.page.locator('.notebookOverlay .cell-list-container').locator('visible=true').first().boundingBox();
  for (let i = 0; i < 60; i++) {
    for (const frame of editor.outputs()) {
      for (const figure of await frame.locator('[data-snn-drawn="true"]').all()) {
        const place = await figure.boundingBox().catch(() => null);
        if (!place || place.height < 50 || place.y < list.y || place.y > list.y + list.height * 0.35) continue;
        await editor.page.mouse.move(list.x + list.width / 2, 60);
        await editor.page.waitForTimeout(800);
        return;
      }
    }
    await editor.page.mouse.wheel(0, 120);
    await editor.page.waitForTimeout(150);
  }
}

// outputs are drawn when they come into view
async function scrollThrough(page, steps = 30) {
  const list = page.locator('.notebookOverlay .cell-list-container').locator('visible=true').first(), box = await list.boundingBox();
  await page.mouse.move(box.x + 12, box.y + box.height / 2);
  await page.mouse.wheel(0, -1e6);
  for (let i = 0; i < steps; i++) {
    await page.mouse.wheel(0, box.height * 0.8);
    await page.waitForTimeout(250);
  }
}

module.exports = { pass, scrollToFigure };
