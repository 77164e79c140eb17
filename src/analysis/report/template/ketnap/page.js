"use strict";
(() => {
  const root = document.documentElement;
  const stored = {
    get: () => { try { return localStorage.getItem("kn-scheme") || ""; } catch { return ""; } },
    set: (value) => { try { localStorage.setItem("kn-scheme", value); } catch { /* a browser may forbid it */ } },
  };
  const paint = (scheme) => {
    if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme;
    else delete root.dataset.scheme;
  };
  paint(stored.get()); // before anything is drawn

  // Where a figure or table is wider than its place, words say so, and a shadow that there is more to the right
  const watch = (box, words) => {
    const hint = document.createElement("p");
    hint.className = "kn-hint";
    hint.textContent = words;
    hint.setAttribute("aria-hidden", "true");
    hint.hidden = true;
    box.before(hint);
    const look = () => {
      hint.hidden = box.scrollWidth <= box.clientWidth + 1;
      box.classList.toggle("kn-more", box.scrollWidth > box.clientWidth + box.scrollLeft + 1);
    };
    box.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(box);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const scheme = document.getElementById("kn-scheme");
    scheme.value = stored.get();
    scheme.closest("label").hidden = !CSS.supports("color", "light-dark(#000, #fff)");
    scheme.addEventListener("change", () => { stored.set(scheme.value); paint(scheme.value); });
    for (const box of document.querySelectorAll(".kn-scroll")) watch(box, document.body.dataset.hint);
  });
})();
