// Layers, colours and filters.
"use strict";

function options(select, choices, chosen) {
  select.replaceChildren(
    ...choices.map(({ key, text }) => hotslope.element("option", { value: key, textContent: text })),
  );
  select.value = chosen;
}

function layerNames() {
  const { meta } = hotslope.data;
  return [
    ...(meta.relief ? [["relief", hotslope.text("relief")]] : []),
    ["unmeasured", hotslope.text("unmeasured")],
    ...meta.tracks.map(({ name }) => [
      `points.${name}`,
      hotslope.text("pointsOf", { track: hotslope.word(name) }),
    ]),
    ["candidates", hotslope.text("candidates")],
  ];
}

function drawLayers() {
  const boxes = layerNames().map(([name, text]) => {
    const box = hotslope.element("input", { type: "checkbox", name, checked: hotslope.shows(name) });
    box.onchange = () => {
      const names = new Set(hotslope.state.layers.split(",").filter(Boolean));
      if (box.checked) names.add(name);
      else names.delete(name);
      hotslope.change({ layers: [...names].join(",") });
    };
    return hotslope.element("label", { className: "check" }, box, text);
  });
  const tints = hotslope.swatches(hotslope.data.meta.colours.unmeasured);
  const legend = hotslope.element("div", { className: "tints", hidden: !hotslope.shows("unmeasured") });
  legend.append(...tints);
  boxes.splice(hotslope.data.meta.relief ? 2 : 1, 0, legend);
  document.getElementById("layers").replaceChildren(...boxes);
}

function valuesOf(name) {
  const found = new Set();
  for (const { values } of hotslope.data.candidates) {
    const value = values[name];
    if (value === null || value === undefined) continue;
    (name === "tracks" ? value.split(",") : [String(value)]).forEach((one) => found.add(one));
  }
  return [...found].sort();
}

function filterChoice(name, label) {
  const select = hotslope.element("select", { name });
  const words = valuesOf(name).map((key) => ({ key, text: hotslope.word(key) }));
  options(select, [{ key: "", text: hotslope.text("any") }, ...words], hotslope.filters[name] ?? "");
  return hotslope.element("label", {}, label, select);
}

function filterLimit(name, limit, label) {
  const input = hotslope.element("input", { type: "number", step: "any", name: `${name}.${limit}` });
  input.value = hotslope.filters[input.name] ?? "";
  const sense = hotslope.text(limit === "min" ? "minimum" : "maximum");
  return hotslope.element("label", {}, `${label} ${sense}`, input);
}

function drawFilters() {
  const { meta } = hotslope.data;
  const fields = [];
  for (const name of ["class", "grade", "confidence", "agreement", "tracks"]) {
    const attribute = hotslope.attribute(name);
    if (!attribute) continue;
    const label = name === "tracks" ? hotslope.text("seenBy") : hotslope.label(attribute);
    fields.push(filterChoice(name, label));
  }
  const probability = hotslope.judgement();
  const rank = hotslope.attribute("unsupervised_rank");
  for (const attribute of [probability, rank, hotslope.attribute("area_m2")].filter(Boolean)) {
    const unit = attribute.unit ? ` (${attribute.unit})` : "";
    for (const limit of ["min", "max"]) {
      fields.push(filterLimit(attribute.name, limit, hotslope.label({ ...attribute, of: "" }) + unit));
    }
  }
  document.getElementById("filters").replaceChildren(...fields);
}

hotslope.drawPanel = function () {
  options(document.getElementById("colour"), hotslope.colourings(), hotslope.colouring());
  const pointColours = ["velocity", "trend", "spot"].map((key) => ({ key, text: hotslope.text(key) }));
  options(document.getElementById("point-colour"), pointColours, hotslope.state.points);
  drawLayers();
  drawFilters();
};

hotslope.drawCount = function () {
  const all = hotslope.data.candidates.length;
  const text = all ? hotslope.text("count", { shown: hotslope.shown().length, all }) : hotslope.text("noCandidates");
  const place = document.getElementById("count");
  if (place.textContent !== text) place.textContent = text;
};
