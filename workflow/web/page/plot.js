// Mean displacement series of a candidate as a picture: one per track, a line per trend.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const PLOT = { width: 340, height: 190, left: 46, right: 8, top: 10, bottom: 26 };

function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Round steps that divide a span into about `count` parts.
function roundStep(span, count) {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

function dateTicks(first, last) {
  const months = (last - first) / (30.44 * 864e5);
  const step = [1, 2, 3, 6, 12, 24, 60].find((each) => months / each <= 5) ?? 120;
  const ticks = [];
  const date = new Date(first);
  date.setUTCDate(1);
  while (date.getTime() <= last) {
    const number = date.getUTCFullYear() * 12 + date.getUTCMonth();
    if (number % step === 0 && date.getTime() >= first) ticks.push(new Date(date));
    date.setUTCMonth(date.getUTCMonth() + 1);
  }
  return ticks.map((tick) => ({ time: tick.getTime(), text: tick.toISOString().slice(0, 7) }));
}

// An empty figure with its axes, and where times and values lie in it.
function axesOf(times, lows, highs, title) {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  let [low, high] = [Math.min(0, ...lows), Math.max(0, ...highs)];
  const room = Math.max((high - low) * 0.05, 1);
  [low, high] = [low - room, high + room];
  const { width, height, left, right, top, bottom } = PLOT;
  const x = (time) => left + ((time - first) / Math.max(last - first, 1)) * (width - left - right);
  const y = (value) => top + ((high - value) / (high - low)) * (height - top - bottom);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  svg.append(shape("title", {}, title));
  const step = roundStep(high - low, 4);
  for (let count = Math.ceil(low / step); count * step <= high; count += 1) {
    const value = count * step;
    const at = y(value).toFixed(1);
    svg.append(shape("line", { x1: left, x2: width - right, y1: at, y2: at, class: count === 0 ? "zero" : "grid" }));
    svg.append(shape("text", { x: left - 5, y: at, "text-anchor": "end", dy: "0.32em" }, hotslope.number(value)));
  }
  for (const { time, text } of dateTicks(first, last)) {
    svg.append(shape("line", { x1: x(time), x2: x(time), y1: height - bottom, y2: height - bottom + 4, class: "zero" }));
    svg.append(shape("text", { x: x(time), y: height - 8, "text-anchor": "middle" }, text));
  }
  return { svg, x, y };
}

// A figure of the series of one track, at least one.
hotslope.plotSeries = function (series) {
  const times = series.flatMap((one) => one.dates.map((date) => Date.parse(date)));
  const lows = series.flatMap((one) => one.mean.map((mean, i) => mean - one.std[i]));
  const highs = series.flatMap((one) => one.mean.map((mean, i) => mean + one.std[i]));
  const { svg, x, y } = axesOf(times, lows, highs, hotslope.summariseSeries(series));
  for (const one of series) {
    const colour = hotslope.data.meta.colours.trend[one.trend];
    const at = one.dates.map((date) => x(Date.parse(date)).toFixed(1));
    const above = one.mean.map((mean, i) => `${at[i]},${y(mean + one.std[i]).toFixed(1)}`);
    const below = one.mean.map((mean, i) => `${at[i]},${y(mean - one.std[i]).toFixed(1)}`);
    const line = one.mean.map((mean, i) => `${at[i]},${y(mean).toFixed(1)}`);
    svg.append(shape("polygon", { points: [...above, ...below.reverse()].join(" "), fill: colour, class: "band" }));
    svg.append(shape("polyline", { points: line.join(" "), stroke: colour, class: "series" }));
  }
  return svg;
};

hotslope.summariseSeries = function (series) {
  return series
    .map((one) =>
      hotslope.text("seriesOf", {
        trend: hotslope.word(one.trend),
        points: one.points,
        last: hotslope.number(one.mean.at(-1)),
        date: one.dates.at(-1),
      }),
    )
    .join("; ");
};

// A figure of the series that a change was measured from: the window is shaded, the onset marked.
hotslope.plotChange = function (change) {
  const times = change.dates.map((date) => Date.parse(date));
  const { svg, x, y } = axesOf(times, change.values, change.values, hotslope.summariseChange(change));
  const band = (from, to, name) => {
    const [begin, end] = [from, to].map((date) => Math.max(x(Date.parse(date)), PLOT.left));
    const attributes = { x: begin, width: Math.max(end - begin, 0), y: PLOT.top, class: name };
    svg.append(shape("rect", { ...attributes, height: PLOT.height - PLOT.top - PLOT.bottom }));
  };
  band(change.window_begin, change.window_end, "window");
  if (change.onset) {
    if (change.onset_low) band(change.onset_low, change.onset_high, "interval");
    const at = x(Date.parse(change.onset)).toFixed(1);
    svg.append(shape("line", { x1: at, x2: at, y1: PLOT.top, y2: PLOT.height - PLOT.bottom, class: "onset" }));
  }
  change.values.forEach((value, i) => {
    svg.append(shape("circle", { cx: x(times[i]).toFixed(1), cy: y(value).toFixed(1), r: 1.8, class: change.level }));
  });
  return svg;
};

hotslope.summariseChange = function (change) {
  const values = {
    level: change.level === "none" ? hotslope.text("noAlert") : hotslope.word(change.level),
    change: hotslope.number(change.change_mm_yr, 2),
    std: hotslope.number(change.change_std_mm_yr, 2),
    before: hotslope.number(change.rate_before_mm_yr, 2),
    noise: change.p_noise_change < 0.01 ? "< 1" : Math.round(100 * change.p_noise_change),
    begin: change.window_begin,
    motion: hotslope.word(change.motion),
    onset: change.onset,
    low: change.onset_low,
    high: change.onset_high,
  };
  let since = hotslope.text("changeSteady", values);
  if (change.onset) since = hotslope.text("changeStep", values);
  if (change.onset_low) since = hotslope.text("changeSince", values);
  return `${hotslope.text("changeOf", values)} ${since}`;
};
