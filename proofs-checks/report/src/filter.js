// Filters the claims and opens the one that the address names. Without it the page shows everything.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const said = document.getElementById("shown");
  const entries = [...document.querySelectorAll("details[data-claim]")].map((details) => ({
    details,
    row: document.querySelector(`tr[data-claim="${details.dataset.claim}"]`),
    text: details.textContent.toLowerCase(),
  }));
  const filter = () => {
    const wanted = new FormData(form);
    const words = wanted.get("search").toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = ["verdict", "evidence", "section"].filter((kind) => wanted.get(kind));
    let shown = 0;
    for (const { details, row, text } of entries) {
      const fits = kinds.every((kind) => details.dataset[kind] === wanted.get(kind))
        && words.every((word) => text.includes(word));
      details.hidden = row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const section of document.querySelectorAll("section.claims")) {
      section.hidden = !section.querySelector("details:not([hidden])");
    }
    said.textContent = `${shown} of ${entries.length} claims shown`;
  };
  const openAll = (open) => entries.forEach(({ details }) => {
    if (!details.hidden) details.open = open;
  });
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (!details) return;
    if (details.hidden) {
      form.reset();
      filter();
    }
    details.open = true;
    target.scrollIntoView();
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("open-all").addEventListener("click", () => openAll(true));
  document.getElementById("close-all").addEventListener("click", () => openAll(false));
  addEventListener("hashchange", follow);
  form.hidden = false;
  filter();
  follow();
})();
