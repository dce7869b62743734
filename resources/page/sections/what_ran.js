sections.what_ran = (root, facts) => {
  const counts = facts.counts.map(([value, what]) =>
    element("div", {}, element("dt", {}, what), element("dd", {}, value)));
  root.querySelector(".counts").append(...counts);
  root.querySelector(".tables").append(...facts.documents.map(table));
  root.querySelector("p.note").textContent = facts.note;
};
