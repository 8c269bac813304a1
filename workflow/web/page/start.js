// Start the page: draw it, listen to its controls.
"use strict";

function drawTexts() {
  const { state } = hotslope;
  document.documentElement.lang = state.language;
  document.documentElement.dataset.theme = state.theme;
  document.getElementById("language").value = state.language;
  document.getElementById("area").textContent = hotslope.data.meta.study_area_name;
  document.title = `${hotslope.data.meta.study_area_name}: ${hotslope.text("title")}`;
  for (const place of document.querySelectorAll("[data-text]")) {
    place.textContent = hotslope.text(place.dataset.text);
  }
  for (const place of document.querySelectorAll("[data-label]")) {
    place.setAttribute("aria-label", hotslope.text(place.dataset.label));
  }
}

function drawAll() {
  drawTexts();
  hotslope.drawPanel();
  refresh({});
}

// What follows from a change of the state.
function refresh(changes) {
  if ("language" in changes) return drawAll();
  document.documentElement.dataset.theme = hotslope.state.theme;
  hotslope.drawLegends();
  hotslope.drawCount();
  hotslope.drawTable();
  if (!Object.keys(changes).length || "candidate" in changes) hotslope.drawCard();
  if ("layers" in changes) hotslope.drawPanel();
  hotslope.points.drawCount();
  hotslope.map.update();
}

function toggle(button, target) {
  const opened = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", opened);
  target.hidden = !opened;
  hotslope.drawTable();
  hotslope.map.update();
  return opened;
}

function listen() {
  const by = (id) => document.getElementById(id);
  by("toggle-panel").onclick = () => toggle(by("toggle-panel"), by("panel"));
  by("toggle-table").onclick = () => toggle(by("toggle-table"), by("table")) && by("search").focus();
  document.querySelector(".skip").onclick = () => by("table").hidden && by("toggle-table").click();
  by("theme").onclick = () => hotslope.change({ theme: hotslope.state.theme === "dark" ? "light" : "dark" });
  by("language").onchange = (event) => hotslope.change({ language: event.target.value });
  by("colour").onchange = (event) => hotslope.change({ colour: event.target.value });
  by("point-colour").onchange = (event) => hotslope.change({ points: event.target.value });
  by("search").oninput = () => hotslope.drawTable();
  by("download").onclick = hotslope.download;
  by("filters").onsubmit = (event) => event.preventDefault();
  by("filters").oninput = (event) => {
    hotslope.filters[event.target.name] = event.target.value;
    hotslope.change({});
  };
  by("reset").onclick = () => {
    hotslope.filters = {};
    hotslope.drawPanel();
    hotslope.change({});
  };
  by("copy-link").onclick = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      by("copy-link").textContent = hotslope.text("copied");
      setTimeout(drawTexts, 1500);
    } catch {
      prompt(hotslope.text("link"), location.href);
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && hotslope.state.candidate) {
      hotslope.change({ candidate: "" });
      by("map").focus();
    }
  });
}

hotslope.readLink();
if (!hotslope.strings[hotslope.state.language]) hotslope.state.language = "en";
if (innerWidth < 800) document.getElementById("panel").hidden = true;
document.getElementById("toggle-panel").setAttribute("aria-expanded", innerWidth >= 800);
drawTexts();
hotslope.onChange(refresh);
listen();
try {
  hotslope.map.make();
} catch {
  document.getElementById("map").textContent = hotslope.text("noMap");
}
drawAll();
hotslope.map.open();
