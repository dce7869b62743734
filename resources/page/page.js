// What all sections share. Every text comes from JSON and is put into the page as text, never as markup.

const sections = {};

// An element with attributes and children; a child that is no node becomes text.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

function drawing(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The line and the marker of a policy, as in the charts.
function marker(policy) {
  const line = { d: "M-3.6,0H3.6", stroke: policy.colour, "stroke-width": 2, "stroke-dasharray": policy.dash.join(" ") };
  return drawing("svg", { viewBox: "-3.6 -1.2 7.2 2.4", class: "marker", "aria-hidden": "true" },
    drawing("path", { ...line, "vector-effect": "non-scaling-stroke" }), drawing("path", { d: policy.shape, fill: policy.colour }));
}

// Text from a model or a dataset: characters that would reorder or hide what stands around them are named instead.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
function shown(text) {
  return text.replace(HIDDEN, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

function quoted(text, attributes = {}) {
  return element("bdi", attributes, shown(text));
}

function fixed(value) {
  return value === null ? "–" : value.toFixed(2).replace("-0.00", "0.00");
}

function fill(select, labels) {
  select.replaceChildren(...labels.map((label, index) => element("option", { value: index }, label)));
}

// A table in the form of kvstudy.tables.document.
function table(facts) {
  const head = facts.columns.map((column) => element("th", { scope: "col", class: column.number && "number" }, column.label));
  const made = element("table", {}, element("caption", {}, facts.title), element("thead", {}, element("tr", {}, ...head)));
  for (const group of facts.groups) {
    const body = element("tbody");
    if (group.title) {
      const title = { scope: "rowgroup", class: "group", colspan: facts.columns.length };
      body.append(element("tr", {}, element("th", title, group.title)));
    }
    for (const row of group.rows) {
      const cells = row.cells.map((text, index) => {
        const look = [row.looks[index], facts.columns[index].number && "number"].filter(Boolean).join(" ") || null;
        const names = index < row.names;
        return element(names ? "th" : "td", { scope: names && "row", class: look }, quoted(text));
      });
      body.append(element("tr", {}, ...cells));
    }
    made.append(body);
  }
  const around = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": facts.title }, made);
  const notes = facts.notes.map((note) => element("p", { class: "note" }, note));
  const reasons = facts.reasons.map((reason) => element("li", {}, quoted(reason)));
  const below = reasons.length ? [element("ol", { class: "note" }, ...reasons)] : [];
  return element("div", { class: "table" }, around, ...notes, ...below);
}

// Modules run after the page is parsed, and this runs after all sections are defined.
queueMicrotask(() => {
  for (const [name, draw] of Object.entries(sections)) {
    const root = document.getElementById(name);
    draw(root, JSON.parse(document.getElementById(`${name}-facts`).textContent));
  }
  document.body.dataset.drawn = "yes";
});
