// What the page knows: the data as they come in, the state that a link holds, and the texts.
"use strict";

// --- data ------------------------------------------------------------------------------------

hotslope.data = { meta: null, candidates: [], series: {}, change: {}, tiles: {} };
const waiting = {};

// Called by every file of data/; the file's kind says where its content belongs.
hotslope.receive = function (kind, ...values) {
  const keep = {
    meta: (meta) => (hotslope.data.meta = meta),
    candidates: (columns, outlines) => {
      const names = hotslope.data.meta.attributes.map((attribute) => attribute.name);
      hotslope.data.candidates = outlines.map((outline, row) => ({
        row,
        outline,
        values: Object.fromEntries(names.map((name, column) => [name, columns[column][row]])),
      }));
    },
    series: (block, series) => Object.assign(hotslope.data.series, series),
    change: (block, change) => Object.assign(hotslope.data.change, change),
    tile: (track, name, text) => (hotslope.data.tiles[`${track}/${name}`] = unpack(text)),
  };
  keep[kind](...values);
};

// Points of a tile: x, y, velocity and code one after the other.
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const count = bytes.length / 7;
  return {
    count,
    x: new Uint16Array(bytes.buffer, 0, count),
    y: new Uint16Array(bytes.buffer, 2 * count, count),
    velocity: new Int16Array(bytes.buffer, 4 * count, count),
    code: new Uint8Array(bytes.buffer, 6 * count, count),
  };
}

// Load a file of data/ once: a script, because a page opened from a disk may not fetch.
hotslope.load = function (path) {
  waiting[path] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `data/${path}`;
    script.onload = () => {
      script.remove();
      resolve();
    };
    script.onerror = () => reject(new Error(script.src));
    document.head.append(script);
  });
  return waiting[path];
};

// --- state and link --------------------------------------------------------------------------

const DARK = matchMedia("(prefers-color-scheme: dark)").matches;
const CHINESE = (navigator.language || "").startsWith("zh");
const START = {
  language: CHINESE ? "zh" : "en",
  theme: DARK ? "dark" : "light",
  colour: "",
  points: "velocity",
  layers: "relief,candidates",
  candidate: "",
  sort: "",
  view: "",
};
hotslope.state = { ...START };
hotslope.filters = {};
const listeners = [];

hotslope.onChange = (listener) => listeners.push(listener);

// Change the state, then the link, then all that shows it.
hotslope.change = function (changes) {
  Object.assign(hotslope.state, changes);
  hotslope.writeLink();
  listeners.forEach((listener) => listener(changes));
};

hotslope.readLink = function () {
  for (const [key, value] of new URLSearchParams(location.hash.slice(1))) {
    if (key.startsWith("f.")) hotslope.filters[key.slice(2)] = value;
    else if (key in START) hotslope.state[key] = value;
  }
};

hotslope.writeLink = function () {
  const link = new URLSearchParams();
  for (const key of Object.keys(START)) {
    if (hotslope.state[key] !== START[key]) link.set(key, hotslope.state[key]);
  }
  for (const [key, value] of Object.entries(hotslope.filters)) {
    if (value !== "") link.set(`f.${key}`, value);
  }
  const hash = `#${link}`;
  if (hash !== (location.hash || "#")) location.replace(hash);
};

hotslope.shows = (layer) => hotslope.state.layers.split(",").includes(layer);

// --- texts -----------------------------------------------------------------------------------

hotslope.text = function (key, values = {}) {
  const texts = hotslope.strings[hotslope.state.language] || hotslope.strings.en;
  const text = texts[key] ?? hotslope.strings.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
};

const fromTable = (table, key) =>
  hotslope.strings[hotslope.state.language]?.[table][key] ?? hotslope.strings.en[table][key];

// A word of the data (a class, a track) in the language of the page.
hotslope.word = (value) => fromTable("values", value) ?? String(value);

hotslope.label = function (attribute) {
  const stem = attribute.stem.replace(/_(mm_yr|m2|deg|mm|m)$/, "");
  const name = fromTable("columns", stem);
  if (!name) return attribute.of ? attribute.label : attribute.label.split(",")[0];
  return attribute.of ? `${name}, ${hotslope.word(attribute.of.replaceAll("_", " "))}` : name;
};

hotslope.number = function (value, digits = 3) {
  if (value === 0) return "0"; // not −0
  const format = { maximumSignificantDigits: Math.max(digits, 1), useGrouping: true };
  if (Math.abs(value) >= 1000) format.maximumSignificantDigits = Math.round(value).toString().length;
  return value.toLocaleString("en", format).replace("-", "−");
};

// A value of the table as it is read.
hotslope.show = function (attribute, value) {
  if (value === null || value === undefined || value === "") return hotslope.word("no data");
  if (attribute.stem === "label") return hotslope.word(value);
  if (attribute.stem === "probability" || attribute.stem === "score") return value.toFixed(2);
  if (typeof value === "number") {
    return hotslope.number(value) + (attribute.unit ? ` ${attribute.unit}` : "");
  }
  if (attribute.stem === "tracks") return value.split(",").map(hotslope.word).join(", ");
  return hotslope.word(value);
};

hotslope.attribute = (name) =>
  hotslope.data.meta.attributes.find((attribute) => attribute.name === name);

hotslope.element = function (tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { data, attributes, ...rest } = properties;
  Object.assign(element, rest);
  Object.assign(element.dataset, data || {});
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

// --- filters ---------------------------------------------------------------------------------

// Whether a candidate passes the filters: `name` for equal words, `name.min` and `name.max`.
hotslope.passes = function (candidate) {
  return Object.entries(hotslope.filters).every(([key, wanted]) => {
    if (wanted === "") return true;
    const [name, limit] = key.split(".");
    const value = candidate.values[name];
    if (limit === "min") return value !== null && value >= Number(wanted);
    if (limit === "max") return value !== null && value <= Number(wanted);
    if (name === "tracks") return (value || "").split(",").includes(wanted);
    return String(value) === wanted;
  });
};

hotslope.shown = () => hotslope.data.candidates.filter(hotslope.passes);
