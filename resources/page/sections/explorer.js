// Survivors of one passage: shaded tokens, the evidence underlined, and the answers at each ratio beside them.
sections.explorer = (root, facts) => {
  const find = (selector) => root.querySelector(selector);
  const [exampleSelect, regimeSelect, questionSelect] = [find(".example"), find(".regime"), find(".question")];
  const [policyBox, slider, passage] = [find(".policy"), find(".ratio"), find(".passage")];
  const NONE = "none", LIGHT = [255, 255, 255], DARK = [110, 174, 224];
  let at = -1, wanted = null;

  const example = () => facts.examples[exampleSelect.value];
  const regime = () => example().regimes[regimeSelect.value];
  const question = () => Number(questionSelect.value);
  const policy = () => policyBox.querySelector("input:checked")?.value;
  const ratios = () => [...new Set(regime().cells.map((cell) => cell.ratio))].sort((a, b) => a - b);
  const ratio = () => ratios()[slider.value];
  const cellAt = (value) => regime().cells.find((cell) => cell.ratio === value && cell.policy === (value ? policy() : NONE));

  function shade(share) {
    return `rgb(${LIGHT.map((from, index) => Math.round(from + share * (DARK[index] - from))).join(",")})`;
  }

  // How many heads kept each piece; all of them where nothing was compressed.
  function keptAt(value) {
    const cell = cellAt(value);
    if (!cell || cell.reason) return null;
    return cell.kept ?? regime().pieces.map(() => example().heads);
  }

  // Bring the first underlined token into view, inside the passage's own frame.
  function showEvidence() {
    const first = passage.querySelector(".evidence");
    passage.scrollTop = first ? Math.max(0, first.offsetTop - passage.clientHeight / 3) : 0;
  }

  function chooseExample() {
    fill(regimeSelect, example().regimes.map(({ name }) => `question-${name}`));
    fill(questionSelect, example().questions.map(({ text }, index) => `${index + 1}. ${shown(text)}`));
    chooseRegime();
  }

  function chooseRegime() {
    const before = policy(), ran = new Set(regime().cells.map((cell) => cell.policy));
    const offered = facts.policies[example().experiment].filter(({ name }) => ran.has(name));
    const checked = Math.max(0, offered.findIndex(({ name }) => name === before));
    policyBox.replaceChildren(...offered.map((one, index) => {
      const button = element("input", { type: "radio", name: "policy", value: one.name, checked: index === checked && "" });
      return element("label", {}, button, marker(one), one.name);
    }));
    slider.max = ratios().length - 1;
    slider.value = ratios().includes(wanted) ? ratios().indexOf(wanted) : Math.floor(ratios().length / 2);
    slider.disabled = ratios().length < 2;
    const spans = regime().pieces.map((text, index) => element("span", { "data-index": index }, quoted(text)));
    passage.replaceChildren(...spans);
    at = -1;
    draw();
    showEvidence();
  }

  function draw() {
    const kept = keptAt(ratio()), evidence = new Set(regime().evidence[question()] ?? []), { heads } = example();
    [...passage.children].forEach((span, index) => {
      const share = kept ? kept[index] / heads : 1;
      span.style.backgroundColor = kept ? shade(share) : "";
      span.classList.toggle("gone", share === 0);
      span.classList.toggle("evidence", evidence.has(index));
      span.classList.toggle("current", index === at);
    });
    const text = ratio() ? `ratio ${ratio()}` : "ratio 0, nothing compressed";
    slider.setAttribute("aria-valuetext", text);
    find(".now").textContent = text;
    find(".status").textContent = summary(kept, evidence);
    asked();
    answers();
    token();
  }

  function share(kept, indices) {
    const total = indices.reduce((sum, index) => sum + kept[index], 0);
    return `${Math.round((100 * total) / (indices.length * example().heads))} %`;
  }

  function summary(kept, evidence) {
    const name = ratio() ? `${policy()} at ratio ${ratio()}` : "Nothing compressed";
    if (!kept) return `${name}: ${shown(cellAt(ratio())?.reason ?? "not run")}.`;
    const all = kept.map((_, index) => index), gone = kept.filter((count) => count === 0).length;
    const about = evidence.size ? `${share(kept, [...evidence])} of what is underlined` : "nothing is underlined for this question";
    return `${name}: the heads keep ${share(kept, all)} of the passage and ${about}; ${gone} of ${kept.length} tokens are `
      + `kept by none of ${example().heads} heads.`;
  }

  function asked() {
    const { text, accepted, underlined } = example().questions[question()] ?? { text: "", accepted: [], underlined: "" };
    const lines = [element("p", {}, element("b", {}, "Asked: "), quoted(text))];
    if (accepted.length) {
      const forms = accepted.flatMap((form, index) => [index ? "; " : "", quoted(form)]);
      lines.push(element("p", {}, element("b", {}, "Accepted: "), ...forms));
    }
    const what = { evidence: "the evidence, where the passage states the answer", task: "the directive", attack: "the defence" };
    const none = regime().evidence[question()]?.length ? "" : " (nothing here: there is no such place)";
    lines.push(element("p", { class: "note" }, `Underlined: ${what[underlined]}${none}.`));
    find(".asked").replaceChildren(...lines);
  }

  function answers() {
    const score = example().questions[question()]?.score ?? "score";
    const head = ["Ratio", "Answer", "Judged", score].map((label) => element("th", { scope: "col" }, label));
    const rows = ratios().map((value) => {
      const cell = cellAt(value), answer = cell?.answers[question()];
      const texts = answer
        ? [element("td", {}, element("div", { class: "answer", dir: "auto" }, answer[0] ? quoted(answer[0]) : element("i", {}, "empty"))),
          element("td", {}, answer[1]), element("td", { class: "number" }, fixed(answer[2]))]
        : [element("td", { colspan: 3 }, quoted(cell?.reason || "not run"))];
      const here = { "aria-current": value === ratio() && "true" };
      return element("tr", here, element("th", { scope: "row" }, `${value}`), ...texts);
    });
    const caption = element("caption", {}, `${policy() ?? "No policy"}, question-${regime().name}`);
    find(".answers").replaceChildren(
      element("table", {}, caption, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
  }

  function token() {
    if (at < 0) return;
    const kept = keptAt(ratio()), count = kept ? `kept by ${kept[at]} of ${example().heads} heads` : "not run";
    const underlined = passage.children[at].classList.contains("evidence") ? ", underlined" : "";
    find(".token").replaceChildren("Token ", quoted(`“${regime().pieces[at]}”`), `: ${count}${underlined}`);
  }

  function move(to) {
    const count = passage.children.length;
    if (!count) return;
    passage.children[at]?.classList.remove("current");
    at = Math.max(0, Math.min(count - 1, to));
    passage.children[at].classList.add("current");
    token();
  }

  function legend() {
    const steps = [0, 0.25, 0.5, 0.75, 1].map((value) => {
      const box = element("span", { class: value ? "swatch" : "swatch gone" }, "ab");
      box.style.backgroundColor = shade(value);
      const label = value ? `${100 * value} % of the heads` : "no head";
      return element("li", {}, box, ` ${label}`);
    });
    const line = element("li", {}, element("span", { class: "swatch evidence" }, "ab"), " underlined: what the question needs");
    find(".legend").replaceChildren(element("li", {}, "Kept by"), ...steps, line);
  }

  const MOVES = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 };
  passage.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    move(at + MOVES[event.key]);
    passage.children[at].scrollIntoView({ block: "nearest" });
  });
  passage.addEventListener("pointerover", (event) => {
    const span = event.target.closest("[data-index]");
    if (span) move(Number(span.dataset.index));
  });
  exampleSelect.addEventListener("change", chooseExample);
  regimeSelect.addEventListener("change", chooseRegime);
  questionSelect.addEventListener("change", () => { draw(); showEvidence(); });
  policyBox.addEventListener("change", draw);
  slider.addEventListener("input", () => { wanted = ratio(); draw(); });
  find("form").addEventListener("submit", (event) => event.preventDefault());

  find(".sampled").textContent = `Here are ${facts.sampled}`;
  const groups = Map.groupBy(facts.examples.keys(), (index) => `${facts.examples[index].model}: ${facts.examples[index].dataset}`);
  for (const [label, indices] of groups) {
    const options = indices.map((index) => element("option", { value: index }, shown(facts.examples[index].name)));
    exampleSelect.append(element("optgroup", { label }, ...options));
  }
  legend();
  if (facts.examples.length) chooseExample();
  else find("form").replaceChildren("No passage was compressed, so there is nothing to explore.");
};
