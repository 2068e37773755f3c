// Buttons that copy a text of the page. Without this script they stay hidden, and the text can be selected.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span");
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!(await copy(source))) return;
    label.textContent = button.dataset.copied;
    const status = document.getElementById("copy-status");
    if (status) status.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = words; }, 3000);
  });
}

// Where the browser refuses, the text is left selected: Ctrl+C does the rest.
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    window.getSelection().selectAllChildren(source);
    return false;
  }
}
