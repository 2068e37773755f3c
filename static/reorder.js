// Drag the parts of a list into another order. Without it, the buttons beside each part do the same.
"use strict";

for (const list of document.querySelectorAll("[data-reorder]")) {
  let dragged = null;
  const keys = () => [...list.children].map((part) => part.dataset.part).join(",");
  let before = keys();

  for (const part of list.children) {
    const handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.setAttribute("aria-hidden", "true");
    handle.draggable = true;
    part.prepend(handle);
    handle.addEventListener("dragstart", (event) => {
      dragged = part;
      before = keys();
      part.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", part.dataset.part);
      event.dataTransfer.setDragImage(part, 10, 10);
    });
    handle.addEventListener("dragend", () => {
      part.classList.remove("dragged");
      dragged = null;
      if (keys() !== before) send();
    });
  }

  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest("[data-part]");
    if (!over || over === dragged || over.parentElement !== list) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());

  function send() {
    const form = document.createElement("form");
    form.method = "post";
    form.action = list.dataset.reorder;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const [name, value] of [["csrfmiddlewaretoken", token], ["order", keys()]]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }
}
