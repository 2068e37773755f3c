// Django's administration leaves its search boxes and the fields of its tables without a name that can be read out.
"use strict";

function headingOf(field) {
  const cell = field.closest("td");
  const headings = cell?.closest("table")?.querySelectorAll("thead th") ?? [];
  if (cell?.classList.contains("delete")) return headings[headings.length - 1];
  const column = [...(cell?.classList ?? [])].find((name) => name.startsWith("field-"));
  return column && [...headings].find((heading) => heading.classList.contains(column.replace("field-", "column-")));
}

function nameOf(field) {
  const label = field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  const near = label || headingOf(field) || field.closest(".form-row, .fieldBox")?.querySelector("label");
  const words = near?.textContent.trim() || near?.querySelector("img")?.alt || "";
  return words.replace(/:$/, "");
}

function nameEverything() {
  for (const corner of document.querySelectorAll("th.original")) {
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = corner.closest("fieldset")?.querySelector("h2")?.textContent.trim() ?? "";
    corner.replaceChildren(said);
  }
  for (const field of document.querySelectorAll("select, input:not([type=hidden]), textarea")) {
    const name = nameOf(field);
    if (!name) continue;
    const isNamed = [...(field.labels ?? [])].some((label) => label.textContent.trim());
    if (!isNamed && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", name);
    const box = field.nextElementSibling;
    if (!box?.classList.contains("select2-container")) continue;
    for (const list of box.querySelectorAll("ul")) {
      list.setAttribute("role", "group");
      for (const item of list.children) item.setAttribute("role", "none");
    }
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", name);
    }
  }
}

window.addEventListener("load", nameEverything);
document.addEventListener("formset:added", () => setTimeout(nameEverything));
