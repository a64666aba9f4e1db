(() => {
  "use strict";
  const bar = document.querySelector(".bar");
  if (!bar) return;
  document.documentElement.classList.add("js");
  const search = bar.querySelector("input[type=search]");
  const kind = bar.querySelector("select");
  const toggles = [...bar.querySelectorAll("input[type=checkbox]")];
  const told = document.querySelector(".shown");
  const steps = [...document.querySelectorAll(".actions .step")].map((element) => ({
    element,
    action: element.dataset.action,
    kind: element.dataset.kind,
    text: element.textContent.toLowerCase(),
  }));
  const sections = [...document.querySelectorAll(".actions")];
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const actions = new Set(toggles.filter((one) => one.checked).map((one) => one.value));
    let shown = 0;
    for (const step of steps) {
      const fits = actions.has(step.action)
        && (kind.value === "" || kind.value === step.kind)
        && words.every((word) => step.text.includes(word));
      step.element.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const section of sections) {
      section.hidden = !section.querySelector(".step:not([hidden])");
    }
    told.textContent = `Showing ${shown} of ${steps.length} steps`;
  };
  const open = (is) => {
    for (const step of steps) if (!step.element.hidden) step.element.open = is;
  };
  bar.addEventListener("input", filter);
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.querySelector("[name=open]").addEventListener("click", () => open(true));
  bar.querySelector("[name=close]").addEventListener("click", () => open(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "Escape" && event.target === search) {
      search.value = "";
      filter();
    }
  });
  const follow = () => {
    const step = document.getElementById(location.hash.slice(1));
    if (!step || !step.matches(".step")) return;
    if (step.hidden) {
      search.value = "";
      kind.value = "";
      for (const one of toggles) one.checked = true;
      filter();
    }
    step.open = true;
    step.scrollIntoView();
  };
  window.addEventListener("hashchange", follow);
  filter();
  follow();
})();
