// Curves against the ratio: selects for every dimension, a box a policy, a chart, and its numbers as a table.
sections.curves = (root, facts) => {
  const find = (selector) => root.querySelector(selector);
  const [setSelect, dimensions, policies] = [find(".set"), find(".dimensions"), find(".policies")];
  const INK = "#222", GREY = "#5a5a5a";
  const DASHES = { no_context: [1, 3], question_only: [6, 2, 1, 2] };
  let view = null;

  const set = () => facts.sets[setSelect.value];
  const chosen = () => [...dimensions.querySelectorAll("select")].map((select) => Number(select.value));
  const policyNames = () => [...policies.querySelectorAll("input:checked")].map((box) => box.value);

  function controls() {
    dimensions.replaceChildren(...set().dimensions.map(({ label, values }) => {
      const select = element("select");
      fill(select, values.map((value) => value.label));
      return element("label", {}, `${label} `, select);
    }));
    policies.replaceChildren(...set().policies.map((policy) => {
      const box = element("input", { type: "checkbox", value: policy.name, checked: "" });
      return element("label", {}, box, marker(policy), policy.name);
    }));
  }

  // The curves of what is chosen: name -> points. A dimension that is null fits every choice.
  function found() {
    const at = chosen();
    const fits = set().curves.filter(([where]) => where.every((value, index) => value === null || value === at[index]));
    return new Map(fits.map(([, name, ...numbers]) => [name, points(numbers)]));
  }

  function points([ratios, values, lows, highs, contexts, rows, missing, cuts]) {
    const size = (sizes, index) => (Array.isArray(sizes) ? sizes[index] : sizes);
    return ratios.map((ratio, index) => ({ ratio, value: values[index], low: lows[index], high: highs[index],
      contexts: size(contexts, index), rows: size(rows, index), missing: size(missing, index), cut: size(cuts, index) }));
  }

  const named = (name, rows) => rows.map((row) => ({ name, ...row }));

  function draw() {
    const here = found(), { baseline, controls: floors, policies: all, resampled } = set();
    const start = here.get(baseline) ?? [];
    const drawn = all.filter(({ name }) => here.has(name) && policyNames().includes(name));
    const lines = drawn.flatMap(({ name }) => named(name, [...start, ...here.get(name)]));
    const marks = drawn.flatMap(({ name }) => named(name, here.get(name)));
    const bases = named("ratio 0: nothing compressed", start);
    const grounds = Object.keys(floors).filter((name) => here.has(name))
      .map((name) => ({ name: floors[name], control: name, ...here.get(name)[0] }));
    const everything = [...bases, ...marks, ...grounds];
    status(drawn, everything, cutOff([...bases, ...marks]), resampled);
    numbers(everything);
    chart(drawn, { lines, marks, bases, grounds });
  }

  const percent = (share) => `${Math.round(100 * share)} %`;

  // How many of the answers ended at their limit of tokens, from the least to the most; nothing where there are none.
  function cutOff(answers) {
    const shares = answers.map(({ cut }) => cut).filter((cut) => cut !== null);
    if (!shares.length) return "";
    const [low, high] = [Math.min(...shares), Math.max(...shares)].map(percent);
    return `; ${low === high ? low : `${low} to ${high}`} of the answers ended at their limit of tokens (cut)`;
  }

  function status(drawn, everything, cut, resampled) {
    const labels = set().dimensions.map(({ values }, index) => values[chosen()[index]]);
    const meaning = labels.at(-1).meaning;
    const span = (key, what) => {
      const sizes = everything.map((row) => row[key]);
      const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
      return `${low === high ? low : `${low} to ${high}`} ${what}`;
    };
    const about = labels.map(({ label }) => label).join(", ");
    const size = everything.length
      ? `${drawn.length} policies; ${span("contexts", resampled)} and ${span("rows", "rows")} behind each point`
        + `${cut}; intervals `
        + `resample ${resampled}, and fewer than ${set().fewest} have none.`
      : "nothing was run for this choice.";
    find(".status").textContent = `${about}: ${size} ${meaning}`;
  }

  function numbers(everything) {
    const cut = (row) => (row.cut === null ? "" : percent(row.cut));
    const interval = (row) => (row.low === null ? "none" : `${fixed(row.low)} to ${fixed(row.high)}`);
    const rows = everything.map((row) => ({
      cells: [row.name, `${row.ratio}`, fixed(row.value), interval(row), `${row.contexts}`, `${row.rows}`, `${row.missing}`,
        cut(row)],
      names: 1,
      looks: [],
    }));
    const columns = ["Policy or control", "Ratio", "Value", "Interval", set().resampled, "Rows", "Not defined", "Cut"]
      .map((label, index) => ({ label, number: index > 0 }));
    find(".numbers").replaceChildren(table({ title: "Numbers", columns, groups: [{ title: "", rows }], notes: [], reasons: [] }));
  }

  function chart(drawn, { lines, marks, bases, grounds }) {
    const colour = { field: "name", type: "nominal", legend: null,
      scale: { domain: drawn.map(({ name }) => name), range: drawn.map((policy) => policy.colour) } };
    const shape = { ...colour, scale: { ...colour.scale, range: drawn.map((policy) => policy.shape) } };
    const strokeDash = { ...colour, scale: { ...colour.scale, range: drawn.map((policy) => policy.dash) } };
    const x = { field: "ratio", type: "quantitative", scale: { domain: [0, 1] }, title: "Compression ratio",
      axis: { values: [0, 0.25, 0.5, 0.75, 1], labelExpr: "'' + datum.value" } };
    const y = { field: "value", type: "quantitative", title: set().dimensions.at(-1).values[chosen().at(-1)].label,
      scale: { zero: true, nice: true } };
    const bands = lines.filter((row) => row.low !== null);
    const across = (row, dash) => ({ data: { values: [row] }, mark: { type: "rule", color: dash ? GREY : INK,
      strokeDash: dash ?? [6, 3], strokeWidth: 1.3 }, encoding: { y } });
    const spec = {
      width: "container",
      height: 340,
      autosize: { type: "fit-x", contains: "padding" },
      layer: [
        ...grounds.map((row) => across(row, DASHES[row.control])),
        ...bases.map((row) => across(row)),
        ...(bands.length ? [{ data: { values: bands }, mark: { type: "area", opacity: 0.15 },
          encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color: colour } }] : []),
        { data: { values: lines }, mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, color: colour, strokeDash } },
        { data: { values: marks }, mark: { type: "point", filled: true, opacity: 1, size: 90, tooltip: { content: "data" } },
          encoding: { x, y, color: colour, shape } },
        { data: { values: bases }, mark: { type: "point", filled: true, opacity: 1, size: 60, color: INK,
          tooltip: { content: "data" } }, encoding: { x, y } },
      ],
      config: { font: "system-ui, sans-serif", axis: { labelFontSize: 12, titleFontSize: 13, gridColor: "#ebebeb" },
        view: { stroke: null } },
    };
    const options = { actions: false, renderer: "svg", tooltip: tip, ast: false };
    const description = find(".status").textContent;
    view = vegaEmbed(find(".chart"), { ...spec, description }, options);
  }

  function tip(handler, event, item, value) {
    const box = find(".tip");
    box.hidden = !value;
    if (!value) return;
    const { name, ratio, value: estimate, low, high, contexts, rows, missing, cut } = item.datum;
    const interval = low === null ? "no interval" : `interval ${fixed(low)} to ${fixed(high)}`;
    box.textContent = `${name} at ratio ${ratio}: ${fixed(estimate)}, ${interval}; ${contexts} ${set().resampled}, ${rows} rows`
      + (missing ? `, not defined for ${missing} more` : "") + (cut === null ? "" : `, ${percent(cut)} cut`);
    const { left, width } = root.getBoundingClientRect();
    box.style.left = `${Math.min(event.clientX - left + 12, Math.max(0, width - 240))}px`;
    box.style.top = `${event.clientY - root.getBoundingClientRect().top + 14}px`;
  }

  if (facts.left_out.length) {
    find(".left-out").textContent = `Too many curves for this page, and only in the tables of results: ${facts.left_out.join(", ")}.`;
  }
  fill(setSelect, facts.sets.map(({ title }) => title));
  setSelect.addEventListener("change", () => { controls(); draw(); });
  dimensions.addEventListener("change", draw);
  policies.addEventListener("change", draw);
  root.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  if (facts.sets.length) {
    controls();
    draw();
  } else root.querySelector("form").replaceChildren("No part of any cell was answered, so there is nothing to draw.");
};
