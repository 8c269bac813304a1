// The table of candidates: sorted, searched, and saved as CSV.
"use strict";

const FIRST_ROWS = 200;
let everyRow = false;

function tableColumns() {
  const { meta } = hotslope.data;
  const wanted = [
    "candidate_id",
    "class",
    hotslope.judgement()?.name,
    "priority_rank",
    "exposed",
    "unsupervised_rank",
    "grade",
    "confidence",
    "area_m2",
    ...meta.tracks.flatMap(({ name }) => [`velocity_mm_yr_${name}`, `rate_std_mm_yr_${name}`]),
    "p_noise",
    "tracks",
    "agreement",
    "main_factors",
  ];
  return wanted.map(hotslope.attribute).filter(Boolean);
}

// Candidates that the filters and the search leave, in the order of the table.
hotslope.tableRows = function () {
  const wanted = document.getElementById("search").value.trim().toLowerCase();
  const columns = tableColumns();
  const matches = (candidate) =>
    columns.some((attribute) =>
      [candidate.values[attribute.name], hotslope.show(attribute, candidate.values[attribute.name])]
        .join(" ")
        .toLowerCase()
        .includes(wanted),
    );
  const rows = hotslope.shown().filter((candidate) => !wanted || matches(candidate));
  const [name, sense] = hotslope.state.sort.split(".");
  if (!hotslope.attribute(name)) return rows;
  const sign = sense === "down" ? -1 : 1;
  return rows.sort((one, other) => {
    const [a, b] = [one.values[name], other.values[name]];
    if (a === null || b === null) return (a === null) - (b === null); // nothing known comes last
    return sign * (typeof a === "number" ? a - b : String(a).localeCompare(String(b)));
  });
};

function head(columns) {
  const [sorted, sense] = hotslope.state.sort.split(".");
  return columns.map((attribute) => {
    const unit = attribute.unit ? ` (${attribute.unit})` : "";
    const button = hotslope.element("button", { textContent: hotslope.label(attribute) + unit });
    button.title = attribute.description;
    const falling = sorted === attribute.name && sense !== "down";
    button.onclick = () => {
      hotslope.change({ sort: `${attribute.name}.${falling ? "down" : "up"}` });
      document.querySelector(`#rows button[data-name="${CSS.escape(attribute.name)}"]`)?.focus();
    };
    button.dataset.name = attribute.name;
    const order = sense === "down" ? "descending" : "ascending";
    const attributes = { scope: "col", "aria-sort": sorted === attribute.name ? order : "none" };
    return hotslope.element("th", { attributes }, button);
  });
}

function body(columns, candidate) {
  const row = hotslope.element("tr", { data: { candidate: candidate.values.candidate_id } });
  row.setAttribute("aria-selected", candidate.values.candidate_id === hotslope.state.candidate);
  for (const attribute of columns) {
    const value = candidate.values[attribute.name];
    const bare = { ...attribute, unit: "" };
    if (attribute.name === "candidate_id") {
      const button = hotslope.element("button", { textContent: value });
      button.onclick = () => {
        hotslope.change({ candidate: value });
        hotslope.map.goTo(value);
        document.getElementById("card").focus();
      };
      row.append(hotslope.element("th", { attributes: { scope: "row" } }, button));
    } else {
      const number = typeof value === "number";
      const text = number || attribute.name !== "main_factors" ? hotslope.show(bare, value) : value || "";
      row.append(hotslope.element("td", { textContent: text, className: number ? "number" : "" }));
    }
  }
  return row;
}

hotslope.drawTable = function () {
  const section = document.getElementById("table");
  if (section.hidden) return;
  const columns = tableColumns();
  const rows = hotslope.tableRows();
  const table = hotslope.element("table");
  table.append(hotslope.element("thead", {}, hotslope.element("tr", {}, ...head(columns))));
  const visible = everyRow ? rows : rows.slice(0, FIRST_ROWS);
  table.append(hotslope.element("tbody", {}, ...visible.map((row) => body(columns, row))));
  const parts = [table];
  if (visible.length < rows.length) {
    const more = hotslope.element("button", { textContent: hotslope.text("more", { all: rows.length }) });
    more.onclick = () => {
      everyRow = true;
      hotslope.drawTable();
    };
    parts.push(more);
  }
  document.getElementById("rows").replaceChildren(...parts);
};

// All columns of the rows shown, with the names of the GeoPackage.
hotslope.csv = function () {
  const names = hotslope.data.meta.attributes.map((attribute) => attribute.name);
  const cell = (value) => {
    // Texts that a spreadsheet would evaluate get an apostrophe, its mark of a text.
    const formula = typeof value === "string" && /^([=@\t\r]|[+-].*[(|!=@])/s.test(value);
    const text = value === null || value === undefined ? "" : (formula ? "'" : "") + String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = hotslope.tableRows().map(({ values }) => names.map((name) => values[name]));
  return [names, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
};

hotslope.download = function () {
  // The mark at the start makes spreadsheets read the text as UTF-8.
  const blob = new Blob(["\ufeff", hotslope.csv()], { type: "text/csv" });
  const link = hotslope.element("a", { href: URL.createObjectURL(blob), download: "candidates.csv" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
