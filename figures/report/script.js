"use strict";
(() => {
  const get = (id) => document.getElementById(id);
  const data = JSON.parse(get("data").textContent);

  // ---- Small helpers --------------------------------------------------------------------------

  function html(text) {
    return String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  }

  function bytes(text) {
    const raw = atob(text);
    const found = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i += 1) found[i] = raw.charCodeAt(i);
    return found;
  }

  // Arrays as figures/report/packing.py writes them.
  function unpack(packed) {
    if (packed.values) return packed.values;
    const raw = bytes(packed.data);
    const values = new Float64Array(raw.length / 2);
    const step = (packed.high - packed.low) / 65535;
    for (let i = 0; i < values.length; i += 1) values[i] = packed.low + step * (raw[2 * i] + 256 * raw[2 * i + 1]);
    packed.values = values;
    return values;
  }

  function number(value, digits = 4) {
    if (value === null || !Number.isFinite(value)) return "∞";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size < 1e-4 || size >= 1e6) {
      const [mantissa, exponent] = value.toExponential(digits - 2).split("e");
      const raised = exponent.replace("+", "").replace(/[-0-9]/g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
      return `${mantissa} · 10${raised}`.replace("-", "−");
    }
    return String(Number(value.toPrecision(digits))).replace("-", "−");
  }

  function numbers(place, entries) {
    place.innerHTML = entries
      .map(([name, text, value, more]) => {
        const exact = value === undefined ? "" : ` data-value="${value}"`;
        const note = more ? `<small>${html(more)}</small>` : "";
        return `<div><dt>${name}</dt><dd${exact}>${html(text)}${note}</dd></div>`;
      })
      .join("");
  }

  // What a screen reader is told, once the hand rests.
  function teller(place) {
    let timer = 0;
    return (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => { place.textContent = text; }, 350);
    };
  }

  function options(select, labels) {
    select.innerHTML = labels.map((label, i) => `<option value="${i}">${html(label)}</option>`).join("");
  }

  function slide(slider, less, more, draw) {
    const move = (by) => {
      slider.value = String(Number(slider.value) + by);
      draw();
    };
    slider.addEventListener("input", draw);
    less.addEventListener("click", () => move(-1));
    more.addEventListener("click", () => move(1));
  }

  // ---- Charts ---------------------------------------------------------------------------------

  function ticks(low, high, count) {
    const rough = (high - low) / Math.max(1, count);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
    const found = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1) found.push(i * step);
    return found;
  }

  function decades(low, high) {
    const found = [];
    for (let e = Math.ceil(Math.log10(low) - 1e-9); 10 ** e <= high * (1 + 1e-9); e += 1) found.push(10 ** e);
    return found;
  }

  // Draw lines, bars, points and rules on linear or logarithmic axes; colours are CSS variables.
  function chart(place, plot) {
    const width = Math.max(240, place.clientWidth || 600);
    const height = plot.height;
    const pad = { left: 50, right: 12, top: plot.y.label ? 26 : 10, bottom: 40 };
    const scale = (axis, from, to) => {
      const f = axis.log ? Math.log : (v) => v;
      const [a, b] = [f(axis.low), f(axis.high)];
      return (v) => from + ((f(v) - a) / (b - a || 1)) * (to - from);
    };
    const X = scale(plot.x, pad.left, width - pad.right);
    const Y = scale(plot.y, height - pad.bottom, pad.top);
    const clip = `${place.id}-clip`;
    const out = [
      `<clipPath id="${clip}"><rect x="${pad.left}" y="${pad.top - 4}" width="${width - pad.left - pad.right}" height="${height - pad.top - pad.bottom + 8}"/></clipPath>`,
    ];
    const xTicks = plot.x.ticks ?? (plot.x.log ? decades(plot.x.low, plot.x.high) : ticks(plot.x.low, plot.x.high, width / 90)).map((v) => [v, number(v)]);
    const yTicks = plot.y.ticks ?? (plot.y.log ? decades(plot.y.low, plot.y.high) : ticks(plot.y.low, plot.y.high, height / 60)).map((v) => [v, number(v, 3)]);
    const floor = height - pad.bottom;
    for (const [v, label] of yTicks) {
      out.push(`<line class="grid" x1="${pad.left}" x2="${width - pad.right}" y1="${Y(v)}" y2="${Y(v)}"/>`);
      out.push(`<text x="${pad.left - 8}" y="${Y(v) + 4}" text-anchor="end">${html(label)}</text>`);
    }
    for (const [v, label] of xTicks) {
      out.push(`<line class="axis" x1="${X(v)}" x2="${X(v)}" y1="${floor}" y2="${floor + 4}"/>`);
      const tight = X(v) + 4 * String(label).length > width;
      out.push(`<text x="${tight ? width : X(v)}" y="${floor + 18}" text-anchor="${tight ? "end" : "middle"}">${html(label)}</text>`);
    }
    out.push(`<line class="axis" x1="${pad.left}" x2="${width - pad.right}" y1="${floor}" y2="${floor}"/>`);
    out.push(`<text x="${width - pad.right}" y="${height - 6}" text-anchor="end">${html(plot.x.label)}</text>`);
    if (plot.y.label) out.push(`<text x="0" y="10">${html(plot.y.label)}</text>`);
    out.push(`<g clip-path="url(#${clip})">`);
    for (const rule of plot.rules ?? []) {
      out.push(`<line x1="${X(rule.x)}" x2="${X(rule.x)}" y1="${pad.top}" y2="${floor}" style="stroke:var(${rule.colour ?? "--soft"});stroke-width:${rule.width ?? 1}" stroke-dasharray="${rule.dash ?? "4 3"}"/>`);
    }
    for (const level of plot.levels ?? []) {
      out.push(`<line x1="${pad.left}" x2="${width - pad.right}" y1="${Y(level.y)}" y2="${Y(level.y)}" style="stroke:var(${level.colour})" stroke-dasharray="5 3"/>`);
    }
    for (const bar of plot.bars ?? []) {
      const [x, w] = [X(bar.from), X(bar.to) - X(bar.from)];
      out.push(`<rect x="${x + 0.5}" width="${Math.max(0.5, w - 1)}" y="${Y(bar.high)}" height="${Math.max(0, floor - Y(bar.high))}" style="fill:var(${bar.colour});stroke:none"/>`);
    }
    for (const line of plot.lines ?? []) {
      let path = "";
      line.x.forEach((x, i) => {
        path += `${path ? "L" : "M"}${X(x).toFixed(1)} ${Y(line.y[i]).toFixed(1)}`;
      });
      out.push(`<path d="${path}" style="stroke:var(${line.colour});stroke-width:${line.width ?? 1.5};opacity:${line.opacity ?? 1}" stroke-linejoin="round" stroke-dasharray="${line.dash ?? ""}"/>`);
    }
    out.push("</g>");
    for (const point of plot.points ?? []) {
      const [x, y] = [X(point.x), Y(point.y)];
      const fill = point.hollow ? "--paper" : point.colour;
      if (point.low !== undefined) {
        out.push(`<line x1="${x}" x2="${x}" y1="${Y(point.low)}" y2="${Y(point.high)}" style="stroke:var(${point.colour});stroke-width:1.5"/>`);
      }
      out.push(`<circle cx="${x}" cy="${y}" r="${point.size ?? 4}" style="fill:var(${fill});stroke:var(${point.colour});stroke-width:1.5"/>`);
    }
    for (const label of plot.labels ?? []) {
      out.push(`<text class="${label.strong ? "strong" : ""}" x="${X(label.x) + (label.dx ?? 0)}" y="${Y(label.y) + (label.dy ?? 0)}" text-anchor="${label.anchor ?? "start"}">${html(label.text)}</text>`);
    }
    place.innerHTML = `<svg role="img" aria-label="${html(plot.text)}" viewBox="0 0 ${width} ${height}" height="${height}">${out.join("")}</svg>`;
  }

  // Draw again when the width changes.
  const widths = new Map();
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      if (widths.get(target).width !== contentRect.width) {
        widths.get(target).width = contentRect.width;
        widths.get(target).draw();
      }
    }
  });
  function keepDrawn(explorer, draw) {
    widths.set(explorer, { width: explorer.clientWidth, draw });
    observer.observe(explorer);
    draw();
  }

  // ---- The claims -----------------------------------------------------------------------------

  const rows = [...document.querySelectorAll(".claims tbody tr")];
  const boxes = [...document.querySelectorAll('input[name="verdict"]')];
  const search = get("search");
  const texts = rows.map((row) => row.textContent.toLowerCase());

  function shown() {
    return rows.filter((row) => !row.hidden);
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = boxes.filter((box) => box.checked).map((box) => box.value);
    rows.forEach((row, i) => {
      const wanted = !verdicts.length || verdicts.includes(row.dataset.verdict);
      row.hidden = !(wanted && words.every((word) => texts[i].includes(word)));
    });
    const count = shown().length;
    get("shown").textContent = `${count} of ${rows.length} claims`;
    get("none").hidden = count > 0;
    get("reset").disabled = !words.length && !verdicts.length;
    label();
  }

  function label() {
    const all = shown().every((row) => row.querySelector("details").open);
    get("toggle-all").textContent = all && shown().length ? "Close those shown" : "Open those shown";
  }

  // A formula wider than its line gets a line of its own, which scrolls.
  function fit(row) {
    for (const formula of row.querySelectorAll("math")) {
      const holder = formula.closest(".formula-wide");
      const line = (holder ?? formula).closest("p, li");
      if (!line) continue;
      if (!holder && formula.getBoundingClientRect().width > line.clientWidth) {
        const wide = document.createElement("span");
        wide.className = "formula-wide";
        wide.tabIndex = 0;
        wide.setAttribute("role", "group");
        wide.setAttribute("aria-label", "Formula, scrolls sideways");
        formula.replaceWith(wide);
        wide.append(formula);
      } else if (holder && formula.getBoundingClientRect().width <= line.clientWidth - 8) {
        holder.replaceWith(formula);
      }
    }
  }

  rows.forEach((row) => {
    row.querySelector("details").addEventListener("toggle", (event) => {
      row.classList.toggle("open", event.target.open);
      if (event.target.open) fit(row);
      label();
    });
  });
  boxes.forEach((box) => box.addEventListener("change", filter));
  search.addEventListener("input", filter);
  get("reset").addEventListener("click", () => {
    search.value = "";
    boxes.forEach((box) => { box.checked = false; });
    filter();
    search.focus();
  });
  get("toggle-all").addEventListener("click", () => {
    const open = !shown().every((row) => row.querySelector("details").open);
    shown().forEach((row) => { row.querySelector("details").open = open; });
  });
  window.addEventListener("resize", () => rows.filter((row) => row.classList.contains("open")).forEach(fit));

  function follow() {
    const target = get(decodeURIComponent(location.hash.slice(1)));
    if (!rows.includes(target)) return;
    if (target.hidden) get("reset").click();
    target.querySelector("details").open = true;
    target.scrollIntoView({ behavior: "instant" });
  }
  window.addEventListener("hashchange", follow);

  if (navigator.clipboard) {
    document.querySelectorAll(".command").forEach((line) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      const command = line.textContent;
      button.setAttribute("aria-label", `Copy: ${command}`);
      button.addEventListener("click", () => {
        navigator.clipboard.writeText(command).then(
          () => { button.textContent = "Copied"; },
          () => { button.textContent = "Not allowed"; },
        );
      });
      line.prepend(button);
    });
  }
  filter();
  follow();

  // ---- Move K ---------------------------------------------------------------------------------

  const LOOKS = {
    "counting": ["--blue", ""],
    "counting-self": ["--purple", "7 2"],
    "length": ["--green", "2 2"],
    "density": ["--red", "8 2 2 2"],
    "continuous": ["--orange", "4 2"],
  };

  function moveK() {
    const { signals, kernels, meanings } = data.neighbours;
    const names = Object.keys(meanings);
    const [select, slider] = [get("k-signal"), get("k-slider")];
    const tell = teller(get("k-status"));
    options(select, signals.map((signal) => signal.label));
    get("k-readings").innerHTML = names
      .map((name, i) => `<label style="--reading:var(${LOOKS[name][0]})"><input type="radio" name="reading" value="${name}"${i ? "" : " checked"}>${name}<svg viewBox="0 0 28 8" aria-hidden="true"><path d="M0 4H28" stroke-dasharray="${LOOKS[name][1]}"/></svg></label>`)
      .join("");
    const extent = (values, room = 0.06) => {
      let [low, high] = [Infinity, -Infinity];
      for (const v of values) { low = Math.min(low, v); high = Math.max(high, v); }
      return { low: low - room * (high - low), high: high + room * (high - low) };
    };

    function draw() {
      const signal = signals[Number(select.value)];
      slider.max = String(signal.K.length - 1);
      const i = Number(slider.value);
      const K = signal.K[i];
      const name = document.querySelector('input[name="reading"]:checked').value;
      const reading = signal.readings[name];
      const y = unpack(signal.y);
      const n = y.length;
      const f = unpack(reading.f).subarray(i * n, (i + 1) * n);
      const [colour] = LOOKS[name];
      const unit = signal.unit ? ` (${signal.unit})` : "";
      const squared = signal.unit ? ` ${signal.unit}²` : "";
      const spread = signal.spread;
      get("k-value").innerHTML = `<i>K</i> = ${K}`;
      slider.setAttribute("aria-valuetext", `K = ${K}`);
      get("k-meaning").textContent = `Reading “${name}”: ${meanings[name]}.`;
      get("k-less").disabled = i === 0;
      get("k-more").disabled = i === signal.K.length - 1;

      const at = Array.from({ length: n }, (_, k) => k);
      chart(get("k-signal-chart"), {
        height: 230,
        text: `The signal ${signal.label} and f_K for K = ${K}, reading ${name}: f_K goes from ${number(Math.min(...f))} to ${number(Math.max(...f))}${unit}.`,
        x: { low: 0, high: n - 1, label: `point, of ${n} on the cycle` },
        y: { ...extent(y), label: signal.unit },
        lines: [
          { x: at, y, colour: "--edge", width: 1.3, opacity: 0.75 },
          { x: at, y: f, colour, width: 2.4 },
        ],
      });

      const kernel = kernels[String(n)][name];
      const half = Math.floor(n / 2);
      const reach = K <= n / 4 ? n / 4 : n / 2;
      const count = half + 1;
      const taps = unpack(kernel.taps).subarray(i * count, (i + 1) * count);
      const first = kernel.first[i];
      const lags = Array.from({ length: 2 * half + 1 }, (_, k) => k - half);
      const weights = lags.map((k) => first * taps[Math.abs(k)]);
      chart(get("k-kernel-chart"), {
        height: 240,
        text: `The kernel of f_K for K = ${K}, reading ${name}: the point itself weighs ${number(first)}.`,
        x: { low: -reach, high: reach, label: "lag, in points" },
        y: { low: Math.min(0, ...weights), high: 1.06 * first, label: "weight" },
        bars: lags.map((k, j) => ({ from: k - 0.5, to: k + 0.5, high: weights[j], colour })),
        rules: K <= half ? [{ x: -K }, { x: K }] : [],
      });

      const mark = [{ x: K, colour: "--ink", dash: "2 3" }];
      const axis = { low: 1, high: signal.K[signal.K.length - 1], log: true, label: "K (log scale)" };
      const every = (key, unitOf) => names.map((other) => ({
        x: signal.K,
        y: signal.readings[other][key].map((v) => v / unitOf),
        colour: LOOKS[other][0],
        dash: LOOKS[other][1],
        width: other === name ? 2.4 : 1.2,
        opacity: other === name ? 1 : 0.45,
      }));
      chart(get("k-tradeoff-chart"), {
        height: 240,
        text: `Bias² and variance against K. At K = ${K}, reading ${name}: Bias² is ${number(reading.bias2[i] / spread)} and the variance ${number(reading.variance[i] / spread)} of Var(y).`,
        x: axis,
        y: { low: 0, high: 1.04, label: "in units of Var(y)" },
        rules: mark,
        lines: [...every("bias2", spread), ...every("variance", spread)],
        points: [
          { x: K, y: reading.bias2[i] / spread, colour, hollow: true },
          { x: K, y: reading.variance[i] / spread, colour },
        ],
        labels: [
          { x: 1, y: 1, dx: 6, dy: 16, text: "Var" },
          { x: 1, y: 0, dx: 6, dy: -8, text: "Bias²" },
        ],
      });
      const risks = names.flatMap((other) => signal.readings[other].risk);
      const noise = signal.sigma ** 2;
      const floor = Math.min(...risks) / noise / 1.15;
      chart(get("k-risk-chart"), {
        height: 240,
        text: `Risk of f_K against K, if the signal is observed in white noise. At K = ${K}, reading ${name}: ${number(reading.risk[i] / noise)} times the variance of the noise; least at K = ${reading.best}. Dotted, the risk estimated from one noisy record alone: least at K = ${reading.chosen}.`,
        x: axis,
        y: { low: floor, high: (Math.max(...risks) / noise) * 1.15, log: true, label: "in units of σ²", ticks: logTicks(Math.min(...risks) / noise, Math.max(...risks) / noise) },
        rules: mark,
        lines: [
          ...every("risk", noise),
          { x: signal.K, y: reading.estimate.map((v) => Math.max(v / noise, floor)), colour: "--ink", dash: "1 3", width: 1.6 },
        ],
        points: [
          { x: reading.best, y: reading.least / noise, colour, hollow: true, size: 5.5 },
          { x: K, y: reading.risk[i] / noise, colour },
        ],
      });
      numbers(get("k-numbers"), [
        ["<i>K</i>", String(K), K, `of ${n} points on the cycle`],
        ["Bias²(<i>f<sub>K</sub></i>), hollow point", `${number(reading.bias2[i])}${squared}`, reading.bias2[i], `${number((100 * reading.bias2[i]) / spread, 3)} % of Var(y)`],
        ["Var(<i>f<sub>K</sub></i>), full point", `${number(reading.variance[i])}${squared}`, reading.variance[i], `${number((100 * reading.variance[i]) / spread, 3)} % of Var(y)`],
        ["Risk in noise, full point", `${number(reading.risk[i])}${squared}`, reading.risk[i], `noise of σ = ${number(signal.sigma, 3)}${signal.unit ? ` ${signal.unit}` : ""}, half the signal’s own`],
        ["Best <i>K</i>, hollow point", String(reading.best), reading.best, `risk ${number(reading.least)}${squared}`],
        ["<i>K</i> from one noisy record, dotted", String(reading.chosen), reading.chosen, "estimated without the truth, Mallows’ C<sub>p</sub>"],
        ["Own weight <i>c</i><sub>0</sub>", number(first), first, ""],
      ]);
      tell(`K = ${K}, reading ${name}: Bias squared ${number(reading.bias2[i])}, variance ${number(reading.variance[i])}, risk ${number(reading.risk[i])}, best K ${reading.best}.`);
    }

    slider.max = String(signals[0].K.length - 1);
    slider.value = String(signals[0].K.indexOf(8));
    select.addEventListener("change", draw);
    get("k-readings").addEventListener("change", draw);
    slide(slider, get("k-less"), get("k-more"), draw);
    keepDrawn(get("k-explorer"), draw);
  }

  function logTicks(low, high) {
    const found = [];
    for (let e = Math.floor(Math.log10(low)); 10 ** e <= high; e += 1) {
      for (const m of high / low < 30 ? [1, 2, 5] : [1]) {
        const v = m * 10 ** e;
        if (v >= low / 1.15 && v <= high * 1.15) found.push([v, number(v, 2)]);
      }
    }
    return found;
  }

  // ---- Figure 3: move eps ---------------------------------------------------------------------

  function moveThreshold() {
    const { curves, regions, grid, bins, missing } = data.thresholds;
    if (missing.length) {
      const lines = missing.map((other) => `<p>${html(other.label)}</p><pre class="command"><code>${other.command.split(" ").map((word) => `<span>${html(word)}</span>`).join(" ")}</code></pre>`);
      get("e-missing").innerHTML = `<details class="missing"><summary>${missing.length} of the experiments are not stored yet, and so not here; their commands</summary>${lines.join("")}</details>`;
    }
    if (!curves.length) {
      get("e-explorer").hidden = true;
      return;
    }
    const [select, slider] = [get("e-runs"), get("e-slider")];
    const tell = teller(get("e-status"));
    options(select, curves.map((curve) => `${curve.label} (${curve.runs} runs)`));
    const named = (eps) => (eps === null ? "∞ (Mixup)" : eps === 0 ? "0 (vanilla)" : String(eps));

    function paint(found, eps) {
      const canvas = get("e-regions");
      const note = get("e-regions-note");
      const where = found ? found.epsilons.indexOf(eps) : -1;
      canvas.hidden = where < 0;
      if (where < 0) {
        note.textContent = "No network is kept for this curve and ε; python -m figures data regions trains what it can.";
        return null;
      }
      const size = grid.points;
      const side = 2 * size;
      canvas.width = canvas.height = side;
      const context = canvas.getContext("2d");
      const style = getComputedStyle(document.documentElement);
      const tints = [0, 1].map((c) => style.getPropertyValue(`--region-${c}`).trim().split(/\s+/).map(Number));
      const bits = bytes(found.bits[where]);
      const image = context.createImageData(side, side);
      for (let row = 0; row < side; row += 1) {
        for (let column = 0; column < side; column += 1) {
          const k = (size - 1 - (row >> 1)) * size + (column >> 1);
          const tint = tints[(bits[k >> 3] >> (7 - (k & 7))) & 1];
          image.data.set([...tint, 255], 4 * (row * side + column));
        }
      }
      context.putImageData(image, 0, 0);
      const to = (v) => ((v - grid.low) / (grid.high - grid.low)) * side;
      found.samples.forEach((packed, c) => {
        const points = unpack(packed);
        context.fillStyle = style.getPropertyValue(c ? "--red" : "--blue");
        for (let k = 0; k < points.length; k += 2) {
          const [x, y] = [to(points[k]), side - to(points[k + 1])];
          context.beginPath();
          if (c) {
            context.moveTo(x, y - 2.4);
            context.lineTo(x + 2.2, y + 1.7);
            context.lineTo(x - 2.2, y + 1.7);
          } else {
            context.arc(x, y, 1.7, 0, 2 * Math.PI);
          }
          context.fill();
        }
      });
      const error = found.errors[where];
      const text = `One network, trained at ε = ${named(eps)}: test error ${number(100 * error, 3)} %. Circles and triangles are its training samples.`;
      canvas.setAttribute("aria-label", `Decision regions on the two spirals. ${text}`);
      note.textContent = text;
      return error;
    }

    function draw() {
      const curve = curves[Number(select.value)];
      slider.max = String(curve.epsilons.length - 1);
      const i = Math.min(Number(slider.value), curve.epsilons.length - 1);
      const eps = curve.epsilons[i];
      const last = Math.max(...curve.epsilons.filter((v) => v !== null));
      const far = last + 0.8;
      const at = curve.epsilons.map((v) => v ?? far);
      get("e-value").textContent = `ε = ${named(eps)}`;
      slider.setAttribute("aria-valuetext", `ε = ${eps === null ? "infinity, Mixup" : named(eps)}`);
      get("e-less").disabled = i === 0;
      get("e-more").disabled = i === curve.epsilons.length - 1;
      const inner = at.map((_, k) => k).filter((k) => curve.epsilons[k] !== null && curve.epsilons[k] > 0);
      const top = Math.max(...curve.high);
      const low = Math.min(...curve.low);
      const room = 0.08 * (top - low);
      chart(get("e-curve-chart"), {
        height: 280,
        text: `Error rate against ε with 95 % intervals. At ε = ${named(eps)}: ${number(curve.mean[i], 3)} %, from ${number(curve.low[i], 3)} to ${number(curve.high[i], 3)} %.`,
        x: {
          low: Math.min(...at) - 0.2,
          high: far + 0.3,
          label: "ε; dotted lines at the quartiles of the distances",
          ticks: [...ticks(0, last, 5).map((v) => [v, v === 0 ? "vanilla" : number(v)]), ...(curve.epsilons.includes(null) ? [[far, "Mixup"]] : [])],
        },
        y: { low: Math.max(0, low - room), high: top + room, label: "error rate (%)" },
        rules: [...curve.quartiles.map((x) => ({ x, dash: "1 4" })), { x: at[i], colour: "--ink", dash: "2 3" }],
        lines: [{ x: inner.map((k) => at[k]), y: inner.map((k) => curve.mean[k]), colour: "--blue", width: 1.3 }],
        points: at.map((x, k) => ({
          x, y: curve.mean[k], low: Math.max(0, curve.low[k]), high: curve.high[k],
          colour: k === i ? "--red" : "--blue", size: k === i ? 5.5 : 3.5, hollow: curve.ragged[k],
        })),
      });
      const counts = curve.counts[i];
      const wide = bins.widest / bins.count;
      chart(get("e-runs-chart"), {
        height: 384,
        text: `Histogram of the error rates of ${curve.runs} runs at ε = ${named(eps)}: median ${number(curve.median[i], 3)} %.`,
        x: { low: 0, high: bins.widest, label: "error rate of a run (%)" },
        y: { low: 0, high: 1.06 * Math.max(...counts), label: "runs" },
        bars: counts.map((high, k) => ({ from: k * wide, to: (k + 1) * wide, high, colour: "--blue" })),
        rules: [{ x: curve.mean[i], colour: "--red", dash: "" }],
      });
      const error = paint(regions[curve.preset], eps);
      const entries = [
        ["ε", named(eps), eps ?? Infinity, ""],
        ["Mean error rate", `${number(curve.mean[i], 4)} %`, curve.mean[i], `95 % interval ${number(curve.low[i], 4)} to ${number(curve.high[i], 4)} %`],
        ["Median of the runs", `${number(curve.median[i], 4)} %`, curve.median[i], `${curve.runs} runs`],
        ["Pairs of samples within ε", `${number(100 * curve.shares[i], 3)} %`, curve.shares[i], ""],
        ["Pairs in a batch", String(curve.batches[i]), curve.batches[i], curve.ragged[i] ? "the last batch of a pass is much smaller" : "before those of weight zero are dropped"],
      ];
      if (error !== null) entries.push(["Test error of the one network", `${number(100 * error, 4)} %`, error, ""]);
      numbers(get("e-numbers"), entries);
      tell(`ε = ${named(eps)}: mean error ${number(curve.mean[i], 3)} %, 95 % interval ${number(curve.low[i], 3)} to ${number(curve.high[i], 3)} %.`);
    }

    const usual = curves[0].epsilons.indexOf(0.8);
    slider.max = String(curves[0].epsilons.length - 1);
    slider.value = String(Math.max(usual, 0));
    select.addEventListener("change", draw);
    slide(slider, get("e-less"), get("e-more"), draw);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    keepDrawn(get("e-explorer"), draw);
  }

  // ---- Figure 4: move eps ---------------------------------------------------------------------

  const STEPS = 1000;

  function moveSegments() {
    const { exhibits, missing } = data.jumps;
    if (missing) get("q-missing").innerHTML = `<p class="note">Not here: ${html(missing)}</p>`;
    if (!exhibits.length) {
      get("q-explorer").hidden = true;
      return;
    }
    const [select, slider] = [get("q-data"), get("q-slider")];
    const tell = teller(get("q-status"));
    options(select, exhibits.map((exhibit) => exhibit.label));
    slider.max = String(STEPS);
    let eps = 0;

    function paint(image) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d");
      const pixels = context.createImageData(image.width, image.height);
      const raw = bytes(image.data);
      for (let k = 0; k < image.width * image.height; k += 1) {
        for (let c = 0; c < 3; c += 1) {
          // One channel is ink on paper, as in the paper's own figures of digits.
          pixels.data[4 * k + c] = image.colours === 3 ? raw[3 * k + c] : 255 - raw[k];
        }
        pixels.data[4 * k + 3] = 255;
      }
      context.putImageData(pixels, 0, 0);
      const weight = image.weight === undefined ? "" : `, ${number(100 * image.weight, 3)} % of the mixture`;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${image.part}: ${image.who}${weight}`);
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.innerHTML = `<b>${html(image.who)}</b>${html(image.part)}${html(weight)}`;
      figure.append(canvas, caption);
      return figure;
    }

    function draw() {
      const exhibit = exhibits[Number(select.value)];
      const { epsilons, values, end } = exhibit;
      let step = 0;
      while (step + 1 < epsilons.length && epsilons[step + 1] <= eps) step += 1;
      const value = values[step];
      const finite = values.filter((v) => v !== null);
      const stop = finite.length < values.length ? epsilons[finite.length] : end;
      get("q-value").textContent = `ε = ${number(eps, 4)}`;
      slider.value = String(Math.round((STEPS * eps) / end));
      slider.setAttribute("aria-valuetext", `ε = ${number(eps, 4)}, Q = ${number(value)}`);
      get("q-less").disabled = eps === 0;
      get("q-more").disabled = step === epsilons.length - 1;
      const [x, y] = [[], []];
      finite.forEach((v, k) => {
        x.push(epsilons[k], k + 1 < finite.length ? epsilons[k + 1] : stop);
        y.push(v, v);
      });
      const room = 0.1 * (finite[finite.length - 1] - finite[0]) || 0.1 * finite[0];
      chart(get("q-curve-chart"), {
        height: 280,
        text: `Q(D) against ε on ${exhibit.label}, a step function from ${number(finite[0])} to ${number(values[values.length - 1])}. At ε = ${number(eps)}: ${number(value)}.`,
        x: { low: 0, high: end, label: exhibit.pixels ? "ε, in units of pixels from 0 to 1" : "ε" },
        y: { low: finite[0] - room, high: finite[finite.length - 1] + room },
        levels: [{ y: finite[0], colour: "--soft" }, ...(values[values.length - 1] === null ? [] : [{ y: values[values.length - 1], colour: "--red" }])],
        rules: [{ x: eps, colour: "--ink", dash: "2 3" }],
        lines: [{ x, y, colour: "--blue", width: 2.2 }],
        points: value === null ? [] : [{ x: eps, y: value, colour: "--blue", size: 5 }],
        labels: [
          { x: end, y: finite[0], dx: -4, dy: 15, anchor: "end", text: "vanilla" },
          { x: 0, y: values[values.length - 1] ?? finite[finite.length - 1], dx: 5, dy: -6, text: "Mixup" },
        ],
      });
      const images = get("q-images");
      images.replaceChildren(...(exhibit.images ? exhibit.images[step].map(paint) : []));
      get("q-images-title").textContent = !exhibit.images
        ? "The images of this curve are not kept"
        : step === 0
          ? "The two samples behind vanilla’s value"
          : `The images behind jump ${step} of ${epsilons.length - 1}`;
      const entries = [
        ["ε", number(eps), eps, ""],
        ["<i>Q</i>(<i>D</i>)", number(value), value ?? Infinity, step ? `since ε = ${number(epsilons[step])}, before it ${number(values[step - 1])}` : "vanilla training"],
        ["Jump", step ? `${step} of ${epsilons.length - 1}` : "none yet", step, ""],
      ];
      if (exhibit.distances) entries.push(["Distance of the two images", number(exhibit.distances[step]), exhibit.distances[step], "1/Q: their targets are 1 apart"]);
      if (exhibit.lengths) {
        const { edges, below } = exhibit.lengths;
        let k = edges.findIndex((edge) => edge > eps);
        if (k < 0) k = edges.length;
        const part = k === 0 ? 0 : k === edges.length ? 1 : below[k - 1] + ((below[k] - below[k - 1]) * (eps - edges[k - 1])) / (edges[k] - edges[k - 1]);
        entries.push(["Segments at most ε long", `${number(100 * part, 3)} %`, part, "of those inside the classes"]);
      }
      if (exhibit.whole) entries.push(["Vanilla’s value of all samples", number(exhibit.whole), exhibit.whole, ""]);
      numbers(get("q-numbers"), entries);
      tell(`ε = ${number(eps)}: Q is ${number(value)}, ${step ? `jump ${step} of ${epsilons.length - 1}` : "no jump yet"}.`);
    }

    function start() {
      const { epsilons, values } = exhibits[Number(select.value)];
      // The largest jump is what there is to look at.
      let best = 0;
      for (let k = 1; k < values.length; k += 1) {
        if (values[k] !== null && (best === 0 || values[k] - values[k - 1] > values[best] - values[best - 1])) best = k;
      }
      eps = epsilons[best];
      draw();
    }

    slider.addEventListener("input", () => {
      eps = (exhibits[Number(select.value)].end * Number(slider.value)) / STEPS;
      draw();
    });
    get("q-less").addEventListener("click", () => {
      const before = exhibits[Number(select.value)].epsilons.filter((v) => v < eps);
      eps = before[before.length - 1] ?? 0;
      draw();
    });
    get("q-more").addEventListener("click", () => {
      eps = exhibits[Number(select.value)].epsilons.find((v) => v > eps) ?? eps;
      draw();
    });
    select.addEventListener("change", start);
    start();
    keepDrawn(get("q-explorer"), draw);
  }

  moveK();
  moveThreshold();
  moveSegments();

  // What is above has grown since the browser went there.
  if (location.hash) get(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ behavior: "instant" });
})();
