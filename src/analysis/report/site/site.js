"use strict";
(() => {
  const fold = (text) => text.toLowerCase().replace(/[đð]/g, "d").normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "").replace(/['’ʼ`]/g, "").replace(/[^a-z0-9]+/g, " ").trim();

  const matcher = (typed) => {
    const asked = fold(typed);
    const bare = asked.replace(/^(tinh|thanh pho|tp) | (city|province)$/g, "").replace(/ /g, "");
    const code = /^\d$/.test(bare) ? `0${bare}` : bare;
    if (!bare) return () => !typed.trim();
    return (row) => row.dataset.codes.split(" ").includes(code)
      || (!/^\d+$/.test(bare) && row.dataset.find.split(" ").some((name) => name.startsWith(bare)));
  };

  const filtering = (form, rows) => {
    const value = (id) => document.getElementById(id)?.value ?? "";
    const status = document.getElementById("kn-count");
    const apply = () => {
      const found = matcher(value("kn-find"));
      const region = value("kn-region");
      const state = value("kn-state");
      let shown = 0;
      for (const row of rows) {
        row.hidden = !(found(row) && (!region || row.dataset.region === region)
          && (!state || row.dataset.state.split(" ").includes(state)));
        shown += row.hidden ? 0 : 1;
      }
      status.textContent = status.dataset.words.replace("{shown}", shown).replace("{all}", rows.length);
      document.getElementById("kn-none").hidden = shown > 0;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply)); // the fields are empty only afterwards
    form.hidden = false;
    apply();
  };

  const key = (row, column) => row.cells[column].dataset.key;
  const sorting = (table, rows) => {
    const heads = [...table.tHead.rows[0].cells];
    const sort = (head) => {
      const column = heads.indexOf(head);
      const first = head.classList.contains("num") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const known = rows.filter((row) => key(row, column) !== undefined);
      const rest = rows.filter((row) => key(row, column) === undefined); // nothing is neither high nor low
      known.sort((a, b) => sign * (key(a, column) - key(b, column)) || key(a, 0) - key(b, 0));
      table.tBodies[0].append(...known, ...rest);
    };
    for (const head of heads.filter((each) => "sorts" in each.dataset)) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(head));
      head.append(button);
    }
    heads[0].setAttribute("aria-sort", "ascending");
  };

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1)); // :target may come later
    const box = target && (target.querySelector("details") || target.parentElement.querySelector(`#${CSS.escape(target.id)} ~ details`));
    if (box) box.open = true;
  };

  document.addEventListener("DOMContentLoaded", () => {
    const table = document.getElementById("kn-provinces");
    if (table) {
      const rows = [...table.tBodies[0].rows];
      filtering(document.querySelector(".kn-filter"), rows);
      sorting(table, rows);
    }
    addEventListener("hashchange", openTarget);
    openTarget();
  });
})();
