sections.headlines = (root, facts) => {
  root.querySelector(".tables").append(...facts.documents.map((facts, index) =>
    element("details", { open: index === 0 && "" }, element("summary", {}, facts.title), table(facts))));
};
