// The card of one candidate: everything that is known about it.
"use strict";

const GROUPS = ["class", "motion", "exposure", "factors", "shape", "quality"];

// "slope +0.12, lithology -0.05" in words, with the values of the factors.
function reasonsOf(candidate) {
  const text = candidate.values.main_factors;
  if (text === undefined) return [];
  const parts = [...(text || "").matchAll(/(\w+) ([+\-−][\d.]+)/g)];
  const judgement = hotslope.judgementWord();
  if (!parts.length) return [hotslope.text("noReasons", { judgement })];
  return parts.map(([, name, change]) => {
    const attribute = hotslope.attribute(name);
    const value = attribute ? ` (${hotslope.show(attribute, candidate.values[name])})` : "";
    const factor = attribute ? hotslope.label(attribute) : name.replaceAll("_", " ");
    const amount = change.slice(1);
    return hotslope.text(change[0] === "+" ? "raises" : "lowers", { factor, value, judgement, amount });
  });
}

function listOf(attributes, candidate) {
  const list = hotslope.element("dl");
  for (const attribute of attributes) {
    const name = hotslope.element("dt", { textContent: hotslope.label(attribute), title: attribute.description });
    const value = hotslope.show(attribute, candidate.values[attribute.name]);
    list.append(name, hotslope.element("dd", { textContent: value }));
  }
  return list;
}

function seriesSection(candidate) {
  const section = hotslope.element("section");
  section.append(hotslope.element("h3", { textContent: hotslope.text("series") }));
  const { meta } = hotslope.data;
  const block = Math.floor(candidate.row / meta.series_block);
  hotslope
    .load(`series/${block}.js`)
    .then(() => {
      const series = hotslope.data.series[candidate.values.candidate_id] || [];
      if (!series.length) section.append(hotslope.text("noSeries"));
      for (const { name } of meta.tracks) {
        const ofTrack = series.filter((one) => one.track === name);
        if (!ofTrack.length) continue;
        const title = `${hotslope.word(name)} (${hotslope.text("displacement")})`;
        section.append(hotslope.element("h4", { textContent: title }), hotslope.plotSeries(ofTrack));
        const colours = Object.fromEntries(ofTrack.map((one) => [one.trend, meta.colours.trend[one.trend]]));
        const legend = hotslope.element("div");
        legend.append(...hotslope.swatches(colours));
        legend.append(hotslope.element("p", { className: "note", textContent: hotslope.summariseSeries(ofTrack) }));
        section.append(legend);
      }
      section.append(hotslope.element("p", { className: "note", textContent: hotslope.text("seriesNote") }));
    })
    .catch((error) => section.append(error.message));
  return section;
}

// How the rate has changed; nothing where the run did not measure it.
function changeSection(candidate) {
  const section = hotslope.element("section");
  const { meta } = hotslope.data;
  if (!meta.change) return section;
  section.append(hotslope.element("h3", { textContent: hotslope.text("change") }));
  const block = Math.floor(candidate.row / meta.series_block);
  hotslope
    .load(`change/${block}.js`)
    .then(() => {
      const change = hotslope.data.change[candidate.values.candidate_id];
      if (!change) return section.append(hotslope.text("noChange"));
      const title = `${hotslope.word(change.track)} (${hotslope.text("displacement")})`;
      section.append(hotslope.element("h4", { textContent: title }), hotslope.plotChange(change));
      for (const textContent of [hotslope.summariseChange(change), hotslope.text("changeNote")]) {
        section.append(hotslope.element("p", { className: "note", textContent }));
      }
    })
    .catch((error) => section.append(error.message));
  return section;
}

hotslope.drawCard = function () {
  const card = document.getElementById("card");
  const identifier = hotslope.state.candidate;
  const candidate = hotslope.data.candidates.find(({ values }) => values.candidate_id === identifier);
  card.hidden = !candidate;
  if (!candidate) return card.replaceChildren();
  const { meta } = hotslope.data;
  const title = hotslope.element("h2", { id: "card-title", textContent: identifier });
  const close = hotslope.element("button", { textContent: "×", className: "close", title: hotslope.text("close") });
  close.setAttribute("aria-label", hotslope.text("close"));
  close.onclick = () => hotslope.change({ candidate: "" });
  const leading = hotslope.judgement();
  const probability = leading ? candidate.values[leading.name] : null;
  const verdict = [hotslope.word(candidate.values.class)];
  if (probability !== null && probability !== undefined) verdict.push(hotslope.show(leading, probability));
  if (candidate.values.applicable === false) verdict.push(hotslope.word("unlike training"));
  const heading = hotslope.element("p", { className: "verdict", textContent: verdict.join(" · ") });
  const parts = [close, title, heading];
  const reasons = reasonsOf(candidate);
  if (reasons.length) {
    parts.push(hotslope.element("h3", { textContent: hotslope.text("reasons") }));
    parts.push(hotslope.element("ul", {}, ...reasons.map((textContent) => hotslope.element("li", { textContent }))));
  }
  parts.push(changeSection(candidate), seriesSection(candidate));
  const groups = hotslope.strings[hotslope.state.language].groups;
  for (const group of GROUPS) {
    const members = meta.attributes.filter(
      (attribute) => attribute.group === group && attribute.name !== "main_factors",
    );
    if (!members.length) continue;
    const open = group !== "shape" && group !== "quality";
    const details = hotslope.element("details", { open });
    details.append(hotslope.element("summary", { textContent: groups[group] }), listOf(members, candidate));
    parts.push(details);
  }
  card.replaceChildren(...parts);
  card.scrollTop = 0;
};
