// Put the lines of a proposed agenda into another order before it is made: by buttons, by keys, by dragging. Without
// it they stay in the order proposed, and are ordered later on the meeting's page.
"use strict";

const list = document.querySelector(".proposed-lines");
const template = document.getElementById("agenda-tools");
const status = document.getElementById("agenda-moved");

if (list && template) {
  let dragged = null;

  const label = (line) => line.querySelector("label").textContent.trim();
  const button = (line, direction) => line.querySelector(`[data-move="${direction}"]`);

  const refresh = () => {
    for (const line of list.children) {
      button(line, "up").disabled = line === list.firstElementChild;
      button(line, "down").disabled = line === list.lastElementChild;
    }
  };

  const move = (line, direction) => {
    const neighbour = direction === "up" ? line.previousElementSibling : line.nextElementSibling;
    if (!neighbour) return;
    neighbour[direction === "up" ? "before" : "after"](line);
    refresh();
    const again = button(line, direction);
    (again.disabled ? button(line, direction === "up" ? "down" : "up") : again).focus();
    const place = [...list.children].indexOf(line) + 1;
    status.textContent = `${label(line)}: ${list.dataset.says.replace("%s", place)}`;
  };

  for (const line of list.children) {
    const tools = template.content.cloneNode(true);
    for (const each of tools.querySelectorAll("[data-move]")) {
      each.setAttribute("aria-label", `${each.getAttribute("aria-label")}: ${label(line)}`);
      each.addEventListener("click", () => move(line, each.dataset.move));
    }
    line.append(tools);

    const handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.setAttribute("aria-hidden", "true");
    handle.draggable = true;
    line.prepend(handle);
    handle.addEventListener("dragstart", (event) => {
      dragged = line;
      line.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", label(line));
      event.dataTransfer.setDragImage(line, 10, 10);
    });
    handle.addEventListener("dragend", () => {
      line.classList.remove("dragged");
      dragged = null;
      refresh();
    });
  }

  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest(".proposed-lines > li");
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  refresh();
}
