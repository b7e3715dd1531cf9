// Draws the figures and the confusion matrices of report.html from the JSON that the page contains.
'use strict';
(() => {
  const report = JSON.parse(document.getElementById('report-data').textContent);

  // Okabe and Ito's palette without its yellow, which is too pale on white. After the last colour the first one
  // follows with the next dash pattern, as in the figures for report.md.
  const themes = {
    light: {
      ground: '#ffffff', text: '#1f2328', faint: '#59636e', grid: '#e4e4e4', right: '#0072b2', wrong: '#d55e00',
      lines: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'],
    },
    dark: {
      ground: '#141414', text: '#e6e6e6', faint: '#a0a6ad', grid: '#2c3034', right: '#4ba3e3', wrong: '#f0803c',
      lines: ['#4ba3e3', '#f0803c', '#2fc08f', '#e39ac4', '#f2b84b', '#9bd7ff', '#f0f0f0'],
    },
  };
  const dashes = [[], [10, 5], [3, 4], [12, 4, 3, 4]];
  const printWidth = 680;  // CSS pixels of a page of A4 or letter paper between its margins
  const printScale = 2;    // factor by which canvases are enlarged for paper

  const darkScreen = matchMedia('(prefers-color-scheme: dark)');
  let printing = false;
  const theme = () => (darkScreen.matches && !printing ? themes.dark : themes.light);

  const make = (tag, className = '', text = '') => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.textContent = text;
    return node;
  };
  const number = value =>
    value === 0 ? '0'
    : Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6 ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
  const percent = value => value.toFixed(2);
  const tick = value =>
    value === null || value === '' ? ''
    : value === 0 ? '0'
    : Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6 ? value.toExponential().replace('+', '')
    : value >= 1e4 ? Number((value / 1e3).toPrecision(6)) + 'k'
    : String(Number(value.toPrecision(6)));

  // What the reader has set (zoom, axes, smoothing, hidden networks) is kept across a reload of the page.
  const storageKey = 'reslab-report ' + location.pathname;
  let views = {};
  try {
    views = JSON.parse(sessionStorage.getItem(storageKey)) || {};
  } catch { /* no storage, or one that another program wrote */ }
  const keepViews = () => {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify({...views, scroll: scrollY}));
    } catch { /* the page works without */ }
  };

  // A short line as the legend shows it.
  const sample = (colour, width, dash = []) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 28 8');
    for (const [key, value] of Object.entries(
      {d: 'M0 4H28', stroke: colour, 'stroke-width': width, 'stroke-dasharray': dash.join(' ')}))
      path.setAttribute(key, value);
    svg.append(path);
    return svg;
  };

  // The smallest mean distance between neighbouring points of any line.
  const spacingOf = lines => Math.min(...lines.filter(line => line.x.length > 1)
    .map(line => (line.x[line.x.length - 1] - line.x[0]) / (line.x.length - 1)));

  // The exponential moving average that TensorBoard shows: debiased, so that it does not start at 0. A point weighs
  // more the further it is from the one before, so that sparse and dense lines lag by the same number of iterations.
  const smoothed = (xs, ys, weight, spacing) => {
    if (weight === 0) return ys;
    let sum = 0, norm = 0, before = null;
    return ys.map((y, i) => {
      if (y === null) return null;
      const keep = weight ** (before === null ? 1 : (xs[i] - before) / spacing);
      sum = sum * keep + (1 - keep) * y;
      norm = norm * keep + (1 - keep);
      before = xs[i];
      return sum / norm;
    });
  };

  // The lines of all groups over the x values of all of them, null where a line has no point.
  const aligned = lines => {
    const xs = [...new Set(lines.flatMap(line => line.x))].sort((a, b) => a - b);
    const place = new Map(xs.map((x, i) => [x, i]));
    return [xs, ...lines.map(line => {
      const ys = new Array(xs.length).fill(null);
      line.x.forEach((x, i) => { ys[place.get(x)] = line.y[i]; });
      return ys;
    })];
  };

  // The index of the line's point nearest to x number `index`.
  const nearest = (xs, ys, index) => {
    let before = index, after = index;
    while (before >= 0 && ys[before] === null) --before;
    while (after < ys.length && ys[after] === null) ++after;
    if (before < 0) return after < ys.length ? after : null;
    if (after === ys.length) return before;
    return xs[index] - xs[before] <= xs[after] - xs[index] ? before : after;
  };

  // Draws a chart or heat map again when the width of its place changes.
  const drawWhenResized = drawn => {
    let width = drawn.place.clientWidth;
    new ResizeObserver(() => {
      if (printing || drawn.place.clientWidth === width) return;
      width = drawn.place.clientWidth;
      drawn.draw();
    }).observe(drawn.place);
  };

  class Chart {
    constructor(figure, root) {
      this.figure = figure;
      this.lines = figure.groups.flatMap(group => group.lines.map(line => ({group, ...line})));
      this.data = aligned(this.lines);
      this.number = figure.yLabel.includes('%') ? percent : number;
      this.view = views[figure.file] ??= {log: figure.log, smoothing: 0, hidden: [], x: null, y: null};
      this.tools = this.makeTools();
      this.place = make('div', 'plot');
      this.legend = this.makeLegend();
      root.querySelector('h3').after(this.tools, this.place, this.legend);
      this.draw();
      drawWhenResized(this);
    }

    makeTools() {
      const tools = make('div', 'tools');
      const log = make('input');
      log.type = 'checkbox';
      log.checked = this.view.log;
      log.onchange = () => {
        this.view.log = log.checked;
        this.view.y = null;
        this.draw();
      };
      const logLabel = make('label');
      logLabel.append(log, 'logarithmic axis');
      tools.append(logLabel);
      if (this.figure.overIterations) {
        const slider = make('input');
        Object.assign(slider, {type: 'range', min: 0, max: 0.98, step: 0.02, value: this.view.smoothing});
        const value = make('output');
        const show = () => { value.textContent = this.view.smoothing === 0 ? 'off' : this.view.smoothing; };
        slider.oninput = () => {
          this.view.smoothing = Number(slider.value);
          show();
          this.draw();
        };
        show();
        const label = make('label');
        label.append('smoothing', slider, value);
        tools.append(label);
      }
      this.reset = make('button', '', 'whole figure');
      this.reset.type = 'button';
      this.reset.onclick = () => this.showWhole();
      tools.append(this.reset);
      return tools;
    }

    // A row for each network with a cell for each of its lines, and what the points are called if they have names.
    makeLegend() {
      const {groups, lineNames, yLabel} = this.figure;
      this.labelled = this.lines.some(line => line.labels);
      const head = make('tr');
      this.position = make('th');
      head.append(this.position);
      (lineNames.length > 0 ? lineNames : [yLabel]).forEach((name, i) => {
        const cell = make('th', 'right', name);
        if (lineNames.length > 1) cell.prepend(sample('currentColor', groups[0].lines[i].width), ' ');
        head.append(cell);
        if (this.labelled) head.append(make('th'));
      });
      const body = make('tbody');
      this.cells = [];
      this.buttons = groups.map((group, number) => {
        const button = make('button');
        button.type = 'button';
        button.onclick = () => {
          const hidden = new Set(this.view.hidden);
          if (!hidden.delete(group.name)) hidden.add(group.name);
          this.view.hidden = [...hidden];
          this.draw();
        };
        const row = make('tr'), name = make('th');
        name.scope = 'row';
        name.append(button);
        row.append(name);
        for (let i = 0; i < group.lines.length; ++i) {
          const cell = make('td'), label = make('td', 'label');
          row.append(cell);
          if (this.labelled) row.append(label);
          this.cells.push({cell, label});
        }
        body.append(row);
        return {button, group, number};
      });
      const table = make('table'), header = make('thead'), legend = make('div', 'legend');
      header.append(head);
      table.append(header, body);
      legend.append(table);
      return legend;
    }

    isHidden(group) { return this.view.hidden.includes(group.name); }

    drawLegend() {
      for (const {button, group} of this.buttons) {
        button.setAttribute('aria-pressed', String(!this.isHidden(group)));
        const colour = theme().lines[group.style % theme().lines.length];
        const dash = dashes[Math.floor(group.style / theme().lines.length) % dashes.length];
        button.replaceChildren(sample(colour, 3, dash), group.name);
      }
      this.showValues(null);
    }

    // The values at x number `index`, or each line's last values.
    showValues(index) {
      const [xs, ...ys] = this.data;
      const at = index ?? xs.length - 1;
      const x = xs.length === 0 ? '' : xs[at].toLocaleString('en');
      const axis = this.figure.overIterations ? 'iteration' : this.figure.xLabel;
      this.position.textContent = index === null && this.figure.overIterations ? `last values` : `${axis} ${x}`;
      this.lines.forEach((line, i) => {
        const point = xs.length === 0 ? null : nearest(xs, ys[i], at);
        const {cell, label} = this.cells[i];
        cell.textContent = point === null ? '–' : this.number(ys[i][point]);
        if (point !== null && this.view.smoothing > 0) cell.append(` (${this.number(this.shown[i][point])})`);
        label.textContent = point === null || !line.labels ? '' : line.labels[line.x.indexOf(xs[point])];
      });
    }

    series(scale) {
      const colours = theme().lines;
      const look = (line, width, faint) => ({
        show: !this.isHidden(line.group),
        stroke: colours[line.group.style % colours.length] + (faint ? '50' : ''),
        width: width * scale,
        dash: dashes[Math.floor(line.group.style / colours.length) % dashes.length].map(length => length * scale),
        spanGaps: true,
        points: {
          size: (line.y.length < 2 ? 8 : 4 + width) * scale,
          fill: colours[line.group.style % colours.length],
          show: line.y.length < 2 || (!this.figure.overIterations && line.y.length < 40),
        },
      });
      const smooths = this.view.smoothing > 0;
      return [
        {},
        ...(smooths ? this.lines.map(line => ({...look(line, 1, true), points: {show: false}})) : []),
        ...this.lines.map(line => look(line, line.width, false)),
      ];
    }

    // The y axis: the figure's own while the whole figure is shown, otherwise what fits the points.
    yRange(plot, low, high) {
      if (low === null || low === undefined) [low, high] = [this.view.log ? 0.1 : 0, 1];
      if (this.view.log) return uPlot.rangeLog(low, high, 10, false);
      const whole = this.view.x === null;
      if (whole && this.figure.yEnd !== null) return [0, this.figure.yEnd];
      const pad = (high - low || Math.abs(high) || 1) * 0.05;
      return whole ? [Math.min(0, low), high + pad] : [low - pad, high + pad];
    }

    axis(scale, label, x) {
      const colours = theme();
      const font = size => `${size * scale}px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif`;
      const steps = [1, 2, 5].flatMap(first => [...Array(9).keys()].map(power => first * 10 ** power));
      return {
        stroke: colours.text, font: font(13), label, labelFont: font(13), labelSize: 22 * scale,
        size: (x ? 34 : 58) * scale, gap: 5 * scale, space: (x ? 64 : 34) * scale,
        grid: {stroke: colours.grid, width: scale}, ticks: {stroke: colours.grid, width: scale, size: 6 * scale},
        values: (plot, values) => values.map(tick),
        ...(x ? {incrs: steps.sort((a, b) => a - b)} : {}),
      };
    }

    draw() {
      const scale = printing ? printScale : 1;
      const width = (printing ? printWidth : this.place.clientWidth) * scale;
      const height = Math.min(Math.max(width / scale * 0.5, 280), 480) * scale;
      const {xLabel, yLabel} = this.figure;
      const positive = values => values.map(value => (this.view.log && value <= 0 ? null : value));
      const [xs, ...raw] = this.data;
      const spacing = spacingOf(this.lines);
      this.shown = raw.map(ys => smoothed(xs, ys, this.view.smoothing, spacing));
      const lines = this.view.smoothing > 0 ? [...raw, ...this.shown] : raw;
      this.plot?.destroy();
      this.plot = new uPlot({
        width, height,
        legend: {show: false},
        padding: [10 * scale, 14 * scale, 0, 0],
        cursor: {
          drag: {x: true, y: true, uni: 30, setScale: false},
          bind: {dblclick: () => () => this.showWhole()},
          dataIdx: (plot, line, index) => (line === 0 ? index : nearest(plot.data[0], plot.data[line], index)),
        },
        scales: {
          x: {time: false},
          y: {distr: this.view.log ? 3 : 1, range: (plot, low, high) => this.yRange(plot, low, high)},
        },
        series: this.series(scale),
        axes: [this.axis(scale, xLabel, true), this.axis(scale, yLabel, false)],
        hooks: {
          setCursor: [plot => this.showValues(plot.cursor.left >= 0 ? plot.cursor.idx : null)],
          setSelect: [plot => this.zoomTo(plot)],
        },
      }, [xs, ...lines.map(positive)], this.place);
      this.plot.root.style.zoom = 1 / scale;
      if (this.view.x) this.plot.setScale('x', this.view.x);
      if (this.view.y) this.plot.setScale('y', this.view.y);
      this.reset.hidden = !this.view.x && !this.view.y;
      this.takeTouches();
      this.drawLegend();
    }

    showWhole() {
      this.view.x = this.view.y = null;
      this.draw();
    }

    // Shows the rectangle that the pointer has drawn. One that is as high as the plot leaves the y axis to yRange().
    zoomTo(plot) {
      const {left, top, width, height} = plot.select;
      if (width === 0 && height === 0) return;
      const between = (first, last, scale) => {
        const values = [first, last].map(at => plot.posToVal(at, scale));
        return {min: Math.min(...values), max: Math.max(...values)};
      };
      if (width < plot.over.clientWidth - 1) this.view.x = between(left, left + width, 'x');
      if (height < plot.over.clientHeight - 1) this.view.y = between(top, top + height, 'y');
      this.draw();
    }

    // One finger moves the cursor. Two fingers zoom the x axis: the values under them stay under them.
    takeTouches() {
      const {plot} = this, {over} = plot;
      const left = touch => touch.clientX - over.getBoundingClientRect().left;
      let held = null;
      over.addEventListener('touchstart', event => {
        held = event.touches.length === 2 ? [...event.touches].map(touch => plot.posToVal(left(touch), 'x')) : null;
      }, {passive: true});
      over.addEventListener('touchmove', event => {
        const [one, two] = [...event.touches].map(left);
        if (!held) {
          plot.setCursor({left: one, top: over.clientHeight / 2});
        } else if (two !== undefined && Math.abs(two - one) > 10) {
          event.preventDefault();
          const [xs] = this.data;
          const slope = (held[1] - held[0]) / (two - one);
          const min = Math.max(held[0] - slope * one, xs[0]);
          const max = Math.min(min + slope * over.clientWidth, xs[xs.length - 1]);
          if (max <= min) return;
          this.view.x = {min, max};
          this.reset.hidden = false;
          plot.setScale('x', this.view.x);
        }
      }, {passive: false});
    }
  }

  // A confusion matrix as a heat map. A cell's colour says which share of its row's images it holds.
  class HeatMap {
    constructor(matrix, root) {
      Object.assign(this, matrix);
      this.counts = new Map(matrix.cells.map(([label, predicted, images]) => [label * this.names.length + predicted, images]));
      this.totals = new Array(this.names.length).fill(0);
      for (const [label, , images] of matrix.cells) this.totals[label] += images;
      this.place = root.querySelector('.heat');
      // On paper, too, the images stand beside a matrix of few classes.
      this.printWidth = root.classList.contains('many') ? printWidth : printWidth / 2 - 10;
      this.canvas = make('canvas');
      this.canvas.setAttribute('role', 'img');
      this.canvas.setAttribute('aria-label', root.querySelector('figcaption').textContent);
      this.readout = make('p', 'readout');
      this.place.append(this.canvas);
      this.place.after(this.readout);
      this.canvas.onpointermove = this.canvas.onpointerdown = event => this.read(event);
      this.canvas.onpointerleave = () => this.rest();
      this.draw();
      drawWhenResized(this);
    }

    images(label, predicted) { return this.counts.get(label * this.names.length + predicted) ?? 0; }

    rest() { this.readout.textContent = 'Point at a cell to read it.'; }

    read(event) {
      const label = Math.floor((event.offsetY - this.top) / this.cell);
      const predicted = Math.floor((event.offsetX - this.left) / this.cell);
      const count = this.names.length;
      if (label < 0 || predicted < 0 || label >= count || predicted >= count) return this.rest();
      const images = this.images(label, predicted), total = this.totals[label];
      const share = total === 0 ? '' : ` (${(100 * images / total).toFixed(1)} %)`;
      this.readout.textContent = `${this.names[label]} taken for ${this.names[predicted]}: ` +
        `${images.toLocaleString('en')} of ${total.toLocaleString('en')}${share}`;
    }

    draw() {
      const colours = theme(), count = this.names.length;
      const density = printing ? printScale : devicePixelRatio;
      const available = printing ? this.printWidth : this.place.clientWidth;
      const context = this.canvas.getContext('2d');
      const fontOf = size => `${size}px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif`;
      context.font = fontOf(12);
      const longest = Math.max(...this.names.map(name => context.measureText(name).width));
      const margin = Math.min(Math.ceil(longest), 110) + 6;
      const smallest = printing ? 4 : 9;
      this.cell = Math.min(Math.max(Math.floor((available - margin - 2) / count), smallest), 42);
      this.left = this.top = margin;
      const size = margin + count * this.cell + 2;
      this.canvas.width = this.canvas.height = size * density;
      this.canvas.style.width = this.canvas.style.height = size + 'px';
      context.scale(density, density);
      context.fillStyle = colours.ground;
      context.fillRect(0, 0, size, size);
      const gap = this.cell >= 16 ? 1 : 0;
      const inside = this.cell - gap;
      for (let label = 0; label < count; ++label)
        for (let predicted = 0; predicted < count; ++predicted) {
          const x = margin + predicted * this.cell, y = margin + label * this.cell;
          const images = this.images(label, predicted);
          const strength = images === 0 ? 0 : Math.sqrt(images / this.totals[label]);
          context.globalAlpha = 0.06;
          context.fillStyle = colours.text;
          if (gap > 0) context.fillRect(x, y, inside, inside);
          context.globalAlpha = strength;
          context.fillStyle = label === predicted ? colours.right : colours.wrong;
          context.fillRect(x, y, inside, inside);
          context.globalAlpha = 1;
          if (images === 0 || this.cell < 24) continue;
          context.fillStyle = strength > 0.6 ? colours.ground : colours.text;
          const text = images.toLocaleString('en');
          context.font = fontOf(Math.min(12, 1.6 * inside / text.length));
          context.textAlign = 'center';
          context.textBaseline = 'middle';
          context.fillText(text, x + inside / 2, y + inside / 2);
        }
      context.globalAlpha = 1;
      context.strokeStyle = colours.faint;
      context.lineWidth = 1;
      if (gap === 0) context.strokeRect(margin - 0.5, margin - 0.5, count * this.cell + 1, count * this.cell + 1);
      this.drawNames(context, fontOf(Math.min(12, this.cell - 0.5)), margin - 6);
      this.rest();
    }

    drawNames(context, font, room) {
      context.font = font;
      context.fillStyle = theme().text;
      context.textBaseline = 'middle';
      const fitting = name => {
        let text = name;
        while (text.length > 1 && context.measureText(text).width > room) text = text.slice(0, -2) + '…';
        return text;
      };
      this.names.forEach((name, i) => {
        const middle = (i + 0.5) * this.cell;
        context.textAlign = 'right';
        context.fillText(fitting(name), this.left - 4, this.top + middle);
        context.save();
        context.translate(this.left + middle, this.top - 4);
        context.rotate(-Math.PI / 2);
        context.textAlign = 'left';
        context.fillText(fitting(name), 0, 0);
        context.restore();
      });
    }
  }

  const drawings = [
    ...report.figures.map((figure, i) => new Chart(figure, document.getElementById('figure-' + i))),
    ...report.confusions.map((matrix, i) => new HeatMap(matrix, document.getElementById('confusion-' + i))),
  ];
  const drawAll = () => drawings.forEach(drawing => drawing.draw());
  darkScreen.addEventListener('change', drawAll);
  addEventListener('beforeprint', () => {
    printing = true;
    drawAll();
  });
  addEventListener('afterprint', () => {
    printing = false;
    drawAll();
  });

  if (views.scroll) scrollTo(0, views.scroll);
  addEventListener('pagehide', keepViews);
  // The page is written again while the experiment runs. Reloads are at least half a minute apart, even if the
  // experiment was killed.
  if (report.reloadSeconds) {
    const age = Date.now() / 1000 - report.writtenAt;
    setTimeout(() => {
      keepViews();
      location.reload();
    }, 1000 * Math.max(report.reloadSeconds - age + 2, Math.min(report.reloadSeconds, 30)));
  }
})();
