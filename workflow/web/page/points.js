// Points, drawn pixel by pixel on a canvas: no graphics card is needed, and a view never draws
// more than its pixels hold, because each scale shows the points of its levels of tiles alone.
"use strict";

hotslope.points = { drawn: {} };
const CELLS = 128; // of a tile along its edge, as in the data
const APART = 2; // pixels between points below which no finer level is shown
const STEPS = 65535;

const packedColour = (hex) => {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
};

// A function from index of a point to the colour of its pixel.
function painter(tile) {
  const { meta } = hotslope.data;
  const by = hotslope.state.points;
  if (by === "velocity") {
    const palette = meta.ramps.velocity.map(packedColour);
    const last = palette.length - 1;
    const limit = meta.velocity_limit_mm_yr;
    return (i) => {
      const share = (tile.velocity[i] / 10 + limit) / (2 * limit);
      return palette[Math.round(Math.min(Math.max(share, 0), 1) * last)];
    };
  }
  const palette = Object.values(meta.colours[by]).map(packedColour);
  return by === "trend" ? (i) => palette[tile.code[i] & 3] : (i) => palette[tile.code[i] >> 2];
}

// Tiles of a track that a view needs.
hotslope.points.tilesIn = function (track, extent, resolution) {
  const { origin_m: origin, edge_m: edge } = hotslope.data.meta.square;
  const finest = Math.floor(Math.log2(edge / (CELLS * APART * resolution)));
  return Object.keys(track.tiles).filter((name) => {
    const [level, row, column] = name.split("_").map(Number);
    const size = edge / 2 ** level;
    const west = origin[0] + column * size;
    const south = origin[1] + row * size;
    const meets =
      west < extent[2] && west + size > extent[0] && south < extent[3] && south + size > extent[1];
    return meets && level <= Math.max(finest, 0);
  });
};

function drawTile(pixels, name, tile, view) {
  const { origin_m: origin, edge_m: edge } = hotslope.data.meta.square;
  const [level, row, column] = name.split("_").map(Number);
  const size = edge / 2 ** level;
  const scale = 1 / view.cell;
  const left = (origin[0] + column * size - view.extent[0]) * scale;
  const bottom = (view.extent[3] - (origin[1] + row * size)) * scale;
  const step = (size * scale) / STEPS;
  const colour = painter(tile);
  const { width, height, radius } = view;
  let drawn = 0;
  for (let i = 0; i < tile.count; i += 1) {
    const x = Math.round(left + tile.x[i] * step);
    const y = Math.round(bottom - tile.y[i] * step);
    if (x < -radius || y < -radius || x >= width + radius || y >= height + radius) continue;
    const value = colour(i);
    drawn += 1;
    for (let down = Math.max(y - radius, 0); down <= Math.min(y + radius, height - 1); down += 1) {
      const reach = Math.floor(Math.sqrt((radius + 0.5) ** 2 - (down - y) ** 2));
      const begin = Math.max(x - reach, 0);
      const end = Math.min(x + reach, width - 1);
      if (end >= begin) pixels.fill(value, down * width + begin, down * width + end + 1);
    }
  }
  return drawn;
}

// Draw what is loaded of a view, and ask for the rest.
hotslope.points.draw = function (track, extent, resolution, ratio, [width, height], redraw) {
  const canvas = hotslope.element("canvas", { width: Math.round(width), height: Math.round(height) });
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const radius = Math.round((resolution > 15 ? 1 : resolution > 4 ? 2 : 4) * Math.max(ratio, 1));
  const cell = resolution / ratio;
  const view = { extent, cell, radius, width: canvas.width, height: canvas.height };
  let drawn = 0;
  for (const name of hotslope.points.tilesIn(track, extent, resolution)) {
    const tile = hotslope.data.tiles[`${track.name}/${name}`];
    if (tile) drawn += drawTile(pixels, name, tile, view);
    else hotslope.load(`points/${track.name}/${name}.js`).then(redraw);
  }
  context.putImageData(image, 0, 0);
  hotslope.points.drawn[track.name] = drawn;
  hotslope.points.drawCount();
  return canvas;
};

hotslope.points.drawCount = function () {
  const tracks = hotslope.data.meta.tracks.filter(({ name }) => hotslope.shows(`points.${name}`));
  const shown = tracks.reduce((sum, { name }) => sum + (hotslope.points.drawn[name] || 0), 0);
  const all = tracks.reduce((sum, track) => sum + track.points, 0);
  const counts = { shown: shown.toLocaleString("en"), all: all.toLocaleString("en") };
  document.getElementById("point-count").textContent = all ? hotslope.text("pointCount", counts) : "";
};
