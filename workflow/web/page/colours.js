// Colours of candidates and points, and their legends. Scales and colours are those of the
// figures; they come with the data.
"use strict";

// Colour of a value on a scale from `low` to `high`.
function colourOf(ramp, value, low, high) {
  const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return ramp[Math.round(share * (ramp.length - 1))];
}

// What the leading model says of each candidate: a probability, or a score; none without a model.
hotslope.judgement = function () {
  const { leading_model: model } = hotslope.data.meta;
  return hotslope.attribute(`score_${model}`) ?? hotslope.attribute(`probability_${model}`);
};

// Its name in words, within a sentence.
hotslope.judgementWord = function () {
  return hotslope.judgement()?.stem === "score" ? hotslope.text("byScore") : hotslope.text("byProbability");
};

// The quantities that candidates can be coloured by, those that the data have.
hotslope.colourings = function () {
  const { meta } = hotslope.data;
  const has = (name) => meta.attributes.some((attribute) => attribute.name === name);
  const found = [];
  if (hotslope.judgement()) found.push({ key: "probability", text: hotslope.judgementWord() });
  found.push({ key: "class", text: hotslope.text("byClass") });
  for (const { name } of meta.tracks) {
    if (has(`velocity_mm_yr_${name}`)) {
      const track = hotslope.word(name);
      found.push({ key: `velocity.${name}`, text: hotslope.text("byVelocity", { track }) });
    }
  }
  if (has("confidence")) found.push({ key: "confidence", text: hotslope.text("byConfidence") });
  return found;
};

hotslope.colouring = function () {
  const keys = hotslope.colourings().map((one) => one.key);
  return keys.includes(hotslope.state.colour) ? hotslope.state.colour : keys[0];
};

hotslope.candidateColour = function (candidate) {
  const { meta } = hotslope.data;
  const { values } = candidate;
  const [key, track] = hotslope.colouring().split(".");
  if (key === "class" || key === "confidence") {
    return meta.colours[key][values[key]] ?? meta.colours.no_data;
  }
  // Where a model of another area is not applicable, its probability is not to be read off the map.
  if (key === "probability" && values.applicable === false) return meta.colours.outside;
  const name = key === "probability" ? hotslope.judgement().name : `velocity_mm_yr_${track}`;
  const value = values[name];
  if (value === null || value === undefined) return meta.colours.no_data;
  if (key === "probability") return colourOf(meta.ramps.probability, value, 0, 1);
  const limit = meta.velocity_limit_mm_yr;
  return colourOf(meta.ramps.velocity, value, -limit, limit);
};

// --- legends ---------------------------------------------------------------------------------

function ramp(colours, low, high, ends) {
  const bar = hotslope.element("div", { className: "ramp" });
  bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
  const words = hotslope.element("div", { className: "ends" });
  words.append(
    hotslope.element("span", { textContent: low }),
    hotslope.element("span", { textContent: high }),
  );
  const parts = [bar, words];
  if (ends) {
    const senses = hotslope.element("div", { className: "ends" });
    senses.append(...ends.map((end) => hotslope.element("span", { textContent: end })));
    parts.push(senses);
  }
  return parts;
}

hotslope.swatches = (colours) =>
  Object.entries(colours).map(([name, colour]) => {
    const swatch = hotslope.element("span", { className: "swatch" });
    swatch.style.background = colour;
    return hotslope.element("div", { className: "entry" }, swatch, hotslope.word(name));
  });

function velocityRamp() {
  const { meta } = hotslope.data;
  const limit = `${hotslope.number(meta.velocity_limit_mm_yr)} mm/yr`;
  const ends = [hotslope.text("away"), hotslope.text("toward")];
  return ramp(meta.ramps.velocity, `−${limit}`, `+${limit}`, ends);
}

hotslope.drawLegends = function () {
  const { meta } = hotslope.data;
  const [key] = hotslope.colouring().split(".");
  const legend = document.getElementById("legend");
  const noData = { "no data": meta.colours.no_data };
  if (key === "probability") legend.replaceChildren(...ramp(meta.ramps.probability, "0", "1"));
  else if (key === "velocity") legend.replaceChildren(...velocityRamp());
  else legend.replaceChildren(...hotslope.swatches(meta.colours[key]));
  if (key === "probability" && meta.colours.outside) {
    const { outside } = meta.colours;
    noData["unlike training"] = `repeating-linear-gradient(135deg, #ffffff 0 3px, ${outside} 3px 4px)`;
  }
  if (key === "probability" || key === "velocity") legend.append(...hotslope.swatches(noData));
  if (hotslope.judgement()?.stem === "score") {
    legend.append(hotslope.element("p", { className: "note", textContent: hotslope.text("scoreNote") }));
  }
  if (!meta.leading_model) {
    legend.append(hotslope.element("p", { className: "note", textContent: hotslope.text("noModel") }));
  }
  const points = document.getElementById("point-legend");
  if (hotslope.state.points === "velocity") points.replaceChildren(...velocityRamp());
  else points.replaceChildren(...hotslope.swatches(meta.colours[hotslope.state.points]));
};
