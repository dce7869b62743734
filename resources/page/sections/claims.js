sections.claims = (root, facts) => {
  root.querySelector(".tables").append(...facts.documents.map(table));
};
