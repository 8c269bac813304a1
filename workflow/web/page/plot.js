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

// A figure of the series of one track, at least one.
hotslope.plotSeries = function (series) {
  const times = series.flatMap((one) => one.dates.map((date) => Date.parse(date)));
  const lows = series.flatMap((one) => one.mean.map((mean, i) => mean - one.std[i]));
  const highs = series.flatMap((one) => one.mean.map((mean, i) => mean + one.std[i]));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  let [low, high] = [Math.min(0, ...lows), Math.max(0, ...highs)];
  const room = Math.max((high - low) * 0.05, 1);
  [low, high] = [low - room, high + room];
  const { width, height, left, right, top, bottom } = PLOT;
  const x = (time) => left + ((time - first) / Math.max(last - first, 1)) * (width - left - right);
  const y = (value) => top + ((high - value) / (high - low)) * (height - top - bottom);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  svg.append(shape("title", {}, hotslope.summariseSeries(series)));
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
