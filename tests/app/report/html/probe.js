// Uses report.html as a reader does and reports what is wrong. html_report_test.cpp puts this script behind those of
// the page and reads the element with the id `probe` when the browser has finished. `pageErrors` is set before.
'use strict';
(async () => {
  const errors = pageErrors;
  const expect = (condition, what) => { if (!condition) errors.push(what); };
  const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  const finish = () => {
    const result = document.createElement('pre');
    result.id = 'probe';
    result.textContent = errors.length === 0 ? 'passed' : errors.join('\n');
    document.body.append(result);
    for (let timer = setTimeout(() => {}); timer > 0; --timer) clearTimeout(timer);  // no further reload
  };
  const report = JSON.parse(document.getElementById('report-data').textContent);
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  expect(dark === (location.hash === '#dark'), 'the browser has the other theme');
  const palette = dark ? ['#4ba3e3', '#f0803c'] : ['#0072b2', '#d55e00'];

  // The number of pixels that have nearly this colour.
  const pixels = (canvas, colour) => {
    const wanted = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] > 200 && wanted.every((value, i) => Math.abs(data[at + i] - value) < 12)) ++count;
    return count;
  };
  const canvasOf = figure => figure.querySelector('.plot canvas');
  // uPlot draws after the current task.
  const picture = async figure => {
    await wait(20);
    return canvasOf(figure).toDataURL();
  };
  const toolsOf = figure => ({
    log: figure.querySelector('.tools input[type="checkbox"]'),
    smoothing: figure.querySelector('.tools input[type="range"]'),
    whole: figure.querySelector('.tools button'),
  });
  const setSmoothing = (figure, value) => {
    const {smoothing} = toolsOf(figure);
    smoothing.value = value;
    smoothing.dispatchEvent(new Event('input'));
  };
  const mouse = (target, type, x, y) => {
    const box = target.getBoundingClientRect();
    target.dispatchEvent(new MouseEvent(type, {
      bubbles: true, button: 0, buttons: type === 'mouseup' ? 0 : 1, view: window,
      clientX: box.left + x * box.width, clientY: box.top + y * box.height,
    }));
  };

  const figures = report.figures.map((_, i) => document.getElementById('figure-' + i));
  const [first] = figures;

  // The page reloads itself and keeps what the reader has set.
  if (report.reloadSeconds && toolsOf(first).smoothing.value === '0') {
    setSmoothing(first, 0.5);
    return;
  }
  if (report.reloadSeconds) {
    expect(toolsOf(first).smoothing.value === '0.5', 'smoothing is lost at a reload');
    expect(performance.getEntriesByType('navigation')[0].type === 'reload', 'the page did not reload itself');
    return finish();
  }

  figures.forEach((figure, i) => report.figures[i].groups.slice(0, 2).forEach((group, number) =>
    expect(pixels(canvasOf(figure), palette[number]) > 50, `figure ${i} does not show ${group.name}`)));

  const original = await picture(first);
  toolsOf(first).log.click();
  expect(await picture(first) !== original, 'the logarithmic axis changes nothing');
  toolsOf(first).log.click();
  expect(await picture(first) === original, 'the linear axis does not come back');

  setSmoothing(first, 0.9);
  expect(await picture(first) !== original, 'smoothing changes nothing');
  expect(first.querySelector('.tools output').textContent === '0.9', 'the strength of smoothing is not shown');
  expect(/^[\d.]+ \([\d.]+\)$/.test(first.querySelector('.legend td').textContent), 'no smoothed value in the legend');
  expect(pixels(canvasOf(first), palette[0]) > 50, 'no smoothed curve');
  setSmoothing(first, 0);
  expect(await picture(first) === original, 'smoothing cannot be switched off');

  const name = first.querySelector('.legend button');
  name.click();
  await picture(first);
  expect(name.getAttribute('aria-pressed') === 'false', 'the legend does not say that a network is hidden');
  expect(pixels(canvasOf(first), palette[0]) === 0, 'a hidden network is drawn');
  expect(pixels(canvasOf(first), palette[1]) > 50, 'hiding a network hides another one');
  name.click();
  expect(await picture(first) === original, 'a hidden network does not come back');

  const over = () => first.querySelector('.u-over');
  const position = first.querySelector('.legend th');
  expect(position.textContent === 'last values', 'the legend does not show the last values');
  mouse(over(), 'mousemove', 0.5, 0.5);
  await wait(100);
  expect(/^iteration [\d,]+$/.test(position.textContent), 'the legend does not follow the pointer: ' + position.textContent);

  expect(toolsOf(first).whole.hidden, 'the whole figure is not shown at first');
  mouse(over(), 'mousedown', 0.2, 0.5);
  mouse(over(), 'mousemove', 0.6, 0.5);
  await wait(100);
  mouse(over(), 'mousemove', 0.6, 0.5);
  mouse(over(), 'mouseup', 0.6, 0.5);
  await wait(100);
  expect(!toolsOf(first).whole.hidden && await picture(first) !== original, 'dragging does not zoom');
  toolsOf(first).whole.click();
  expect(toolsOf(first).whole.hidden && await picture(first) === original, 'the button does not show the whole figure');

  report.confusions.forEach((matrix, i) => {
    const figure = document.getElementById('confusion-' + i);
    const canvas = figure.querySelector('canvas');
    mouse(canvas, 'pointermove', 0.95, 0.95);
    const [last] = matrix.names.slice(-1);
    expect(figure.querySelector('.readout').textContent.startsWith(`${last} taken for ${last}: `),
           'the heat map does not read its last cell: ' + figure.querySelector('.readout').textContent);
  });

  // Every colour of text stands out from the ground of the page.
  const luminance = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(value => (value / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = luminance(getComputedStyle(document.body).backgroundColor);
  expect(dark ? ground < 0.05 : ground > 0.9, 'the ground has the colour of the other theme');
  for (const text of document.querySelectorAll('main :is(h1, h2, h3, p, th, td, li, figcaption, text)')) {
    if (text.textContent.trim() === '' || text.closest('noscript, [hidden]')) continue;
    const style = getComputedStyle(text);
    const colour = luminance(text instanceof SVGElement ? style.fill : style.color);
    const contrast = (Math.max(colour, ground) + 0.05) / (Math.min(colour, ground) + 0.05);
    const needed = text.classList.contains('name') ? 2 : 4.5;  // names of lines have the lines' colours
    if (contrast < needed) {
      expect(false, `"${text.textContent.trim().slice(0, 30)}" has a contrast of ${contrast.toFixed(1)}`);
      break;
    }
  }
  expect(document.documentElement.scrollWidth <= innerWidth, 'the page is wider than the window');
  finish();
})().catch(error => {
  pageErrors.push(String(error));
  document.body.insertAdjacentHTML('beforeend', `<pre id="probe">${pageErrors.join('\n')}</pre>`);
});
