// The map, in the coordinates of the project: nothing is projected, distances are those of the
// study area. Drawn on canvases, so it needs no WebGL.
"use strict";

const SMALLEST_PX = 7; // outlines smaller than this become discs

hotslope.map = { view: null, vectors: null, layers: {} };

function geometryOf(candidate, origin) {
  const polygons = candidate.outline.map((rings) =>
    rings.map((flat) => {
      const ring = [];
      for (let i = 0; i < flat.length; i += 2) ring.push([flat[i] + origin[0], flat[i + 1] + origin[1]]);
      return ring;
    }),
  );
  return new ol.geom.MultiPolygon(polygons);
}

// Diagonal lines on white, for what has no colour of the scale.
function hatching(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.fillStyle = "#ffffffd0";
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = colour;
  // Those at the corners make whole lines of neighbouring tiles.
  for (const left of [-8, 0, 8]) {
    pen.moveTo(left - 1, 9);
    pen.lineTo(left + 9, -1);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

function styleOf(feature, resolution) {
  const candidate = feature.get("candidate");
  if (!hotslope.passes(candidate)) return null;
  const { Style, Fill, Stroke, Text, Circle } = ol.style;
  const chosen = candidate.values.candidate_id === hotslope.state.candidate;
  const dark = hotslope.state.theme === "dark";
  const colour = hotslope.candidateColour(candidate);
  const { outside } = hotslope.data.meta.colours;
  const fill = new Fill({ color: outside && colour === outside ? hatching(colour) : `${colour}d0` });
  const ink = dark ? "#f4f4f4" : "#222222";
  const stroke = new Stroke({ color: chosen ? "#00a0ff" : ink, width: chosen ? 4 : 1 });
  const text =
    resolution < 25 || chosen
      ? new Text({
          text: candidate.values.candidate_id,
          font: `${chosen ? "bold " : ""}12px sans-serif`,
          fill: new Fill({ color: ink }),
          stroke: new Stroke({ color: dark ? "#1b1b1b" : "#ffffff", width: 3 }),
          overflow: true,
          offsetY: -14,
        })
      : undefined;
  const zIndex = chosen ? 1 : 0;
  if (Math.sqrt(feature.get("area")) / resolution >= SMALLEST_PX) {
    return new Style({ fill, stroke, text, zIndex });
  }
  const image = new Circle({ radius: chosen ? 8 : SMALLEST_PX - 2, fill, stroke, declutterMode: "none" });
  return new Style({ image, text, zIndex, geometry: feature.get("middle") });
}

function candidateLayer() {
  const { origin_m: origin } = hotslope.data.meta.square;
  const features = hotslope.data.candidates.map((candidate) => {
    const geometry = geometryOf(candidate, origin);
    const middle = new ol.geom.Point(
      geometry.getInteriorPoints().getPoint(0).getCoordinates().slice(0, 2),
    );
    const feature = new ol.Feature({ geometry, candidate, middle, area: geometry.getArea() });
    feature.setId(candidate.values.candidate_id);
    return feature;
  });
  hotslope.map.vectors = new ol.source.Vector({ features });
  return new ol.layer.Vector({ source: hotslope.map.vectors, style: styleOf, declutter: true, zIndex: 9 });
}

function imageLayer(url, imageExtent, projection, zIndex) {
  const source = new ol.source.ImageStatic({ url, imageExtent, projection, interpolate: zIndex === 0 });
  return new ol.layer.Image({ source, zIndex });
}

function pointLayer(track, projection) {
  let due = 0;
  const source = new ol.source.ImageCanvas({
    ratio: 1,
    projection,
    canvasFunction: (extent, resolution, ratio, size) =>
      hotslope.points.draw(track, extent, resolution, ratio, size, () => {
        // Tiles arrive one by one; they are drawn together.
        clearTimeout(due);
        due = setTimeout(() => source.changed(), 60);
      }),
  });
  return new ol.layer.Image({ source, zIndex: 5 });
}

hotslope.map.make = function () {
  const { meta } = hotslope.data;
  const [west, south, east, north] = meta.bounds_m;
  const extent = [west, south, east, north];
  const projection = new ol.proj.Projection({ code: "study-area", units: "m", extent });
  const { layers } = hotslope.map;
  if (meta.relief) layers.relief = imageLayer("data/relief.png", meta.image_bounds_m, projection, 0);
  layers.unmeasured = imageLayer("data/unmeasured.png", meta.image_bounds_m, projection, 1);
  for (const track of meta.tracks) layers[`points.${track.name}`] = pointLayer(track, projection);
  layers.candidates = candidateLayer();
  const edge = new ol.layer.Vector({
    zIndex: 8,
    source: new ol.source.Vector({ features: [new ol.Feature(ol.geom.Polygon.fromExtent(extent))] }),
    style: new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#888888", width: 1 }) }),
  });
  const margin = 0.3 * Math.max(east - west, north - south);
  const view = new ol.View({
    projection,
    extent: [west - margin, south - margin, east + margin, north + margin],
    minResolution: 0.5,
    showFullExtent: true,
  });
  const map = new ol.Map({
    target: "map",
    layers: [...Object.values(layers), edge],
    view,
    controls: ol.control.defaults
      .defaults({ attribution: false, rotate: false })
      .extend([
        new ol.control.ScaleLine({ minWidth: 90 }),
        new ol.control.Attribution({ collapsible: false, attributions: attribution() }),
      ]),
  });
  hotslope.map.ol = map;
  hotslope.map.view = view;
  map.on("moveend", () => {
    const [x, y] = view.getCenter();
    hotslope.state.view = `${x.toFixed(1)},${y.toFixed(1)},${view.getResolution().toPrecision(4)}`;
    hotslope.writeLink();
  });
  map.on("click", (event) => {
    const feature = map.forEachFeatureAtPixel(event.pixel, (found) => found, {
      layerFilter: (layer) => layer === layers.candidates,
      hitTolerance: 4,
    });
    hotslope.change({ candidate: feature ? feature.getId() : "" });
  });
};

// The view of the link, else the candidate of the link, else the whole study area.
hotslope.map.open = function () {
  const { ol: map, view } = hotslope.map;
  if (!map) return;
  map.updateSize();
  const held = hotslope.state.view.split(",").map(Number);
  if (held.length === 3 && held.every(Number.isFinite)) {
    view.setCenter(held.slice(0, 2));
    view.setResolution(held[2]);
  } else {
    view.fit(hotslope.data.meta.bounds_m, { padding: [12, 12, 36, 12] });
    if (hotslope.state.candidate) hotslope.map.goTo(hotslope.state.candidate);
  }
};

// Plain text, which the control would take for markup.
function attribution() {
  const { meta } = hotslope.data;
  const text = `${meta.study_area_name} · ${meta.crs_name} · hotslope · OpenLayers`;
  const holder = document.createElement("i");
  holder.textContent = text;
  return holder.innerHTML;
}

// Show the layers that the state names, in its colours.
hotslope.map.update = function () {
  const { layers } = hotslope.map;
  if (!hotslope.map.ol) return;
  hotslope.map.ol.updateSize(); // the card beside it may have come or gone
  for (const [name, layer] of Object.entries(layers)) layer.setVisible(hotslope.shows(name));
  if (layers.relief) layers.relief.setOpacity(hotslope.state.theme === "dark" ? 0.35 : 1);
  layers.candidates.changed();
  for (const { name } of hotslope.data.meta.tracks) layers[`points.${name}`].getSource().changed();
};

// Bring a candidate into view, near enough to see its shape.
hotslope.map.goTo = function (identifier) {
  const feature = hotslope.map.vectors?.getFeatureById(identifier);
  if (!feature) return;
  const options = { padding: [60, 60, 60, 60], minResolution: 4, duration: 0 };
  hotslope.map.view.fit(feature.getGeometry().getExtent(), options);
};
