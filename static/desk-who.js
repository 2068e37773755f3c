// The field for "what kind, and who": one digit sets the kind, two letters of a name in any script find the speaker.
"use strict";

(() => {
  const fold = (text) => text.normalize("NFKC").toLowerCase().trim();

  Desk.addWho = (form) => {
    const place = Desk.clone("desk-who");
    const slot = form.querySelector("[data-who-slot]");
    if (slot) slot.replaceWith(place);
    else form.prepend(place);
  };

  const whoOf = (draft) => Desk.formOf(draft).querySelector("[data-who]");
  const listOf = (field) => field.closest("[data-who-place]").querySelector("[data-who-list]");
  Desk.askWho = (draft) => {
    whoOf(draft).focus();
    whoOf(draft).select();
  };

  /** How well a person answers to what was typed; the less the better, null for not at all. */
  function rank(box, query) {
    const names = fold(box.closest("[data-names]")?.dataset.names || box.closest("label").textContent);
    const parts = names.split(/[\s,·.-]+/);
    if (parts.includes(query)) return 0;
    if (parts.some((part) => part.startsWith(query))) return 1;
    if (names.includes(query)) return 2;
    return names.replace(/\s+/g, "").includes(query.replace(/\s+/g, "")) ? 3 : null;
  }

  /** Those who answer to `query`, the best first; everybody not chosen yet where nothing is typed. */
  function matches(form, query) {
    const free = Desk.boxes(form).filter((box) => !box.checked);
    if (!query) return free;
    const ranked = free.map((box, place) => [rank(box, query), place, box]).filter(([score]) => score !== null);
    return ranked.sort(([a, x], [b, y]) => a - b || x - y).map(([, , box]) => box);
  }

  function show(field, isOpen = Boolean(field.value.trim())) {
    const list = listOf(field);
    const found = isOpen ? matches(field.form, fold(field.value)).slice(0, 12) : [];
    list.replaceChildren(
      ...found.map((box, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.role = "option";
        option.dataset.value = box.value;
        option.textContent = box.closest("label").textContent.trim();
        return option;
      }),
    );
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    point(field, field.value.trim() ? 0 : -1);
  }

  function point(field, place) {
    const options = [...listOf(field).children];
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    const chosen = options[place];
    if (!chosen) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  const pointed = (field) => listOf(field).querySelector("[aria-selected=true]");

  /** Speaker chosen: into the boxes, into the draft, said aloud. */
  function choose(field, value) {
    const { form } = field;
    const box = Desk.boxes(form).find((one) => one.value === value);
    box.checked = true;
    field.value = "";
    show(field);
    const draft = Desk.draftOf(field);
    if (!draft.kindIsChosen && ["", "discussion"].includes(draft.now.kind)) form.elements.kind.value = "statement";
    Desk.changed(draft, 300);
    Desk.say(`${form.elements.kind.selectedOptions[0].text}: ${box.closest("label").textContent.trim()}`);
  }

  /** The kind with that number in the list, as the digits 1 to 5 set it. */
  Desk.setKind = (draft, number) => {
    const select = Desk.formOf(draft).elements.kind;
    const kinds = [...select.options].filter((option) => option.value);
    const kind = kinds[number - 1];
    if (!kind) return false;
    select.value = kind.value;
    draft.kindIsChosen = true;
    Desk.changed(draft, 300);
    Desk.say(kind.text);
    return true;
  };

  /** What was typed is finished (no composition is under way): digits are kinds, a comma takes the name and stays. */
  function digest(field) {
    const draft = Desk.draftOf(field);
    let text = field.value.normalize("NFKC");
    const digit = /^\s*(\d)/.exec(text);
    if (digit && Desk.setKind(draft, Number(digit[1]))) text = text.slice(digit[0].length);
    const isEnded = /[,、]\s*$/.test(text);
    text = text.replace(/[,、]\s*$/, "");
    if (digit || isEnded) field.value = text;
    show(field);
    if (isEnded) take(field);
  }

  function take(field) {
    const option = pointed(field);
    if (option) choose(field, option.dataset.value);
    else if (field.value.trim()) Desk.say(Desk.word("nobody", { name: field.value.trim() }));
    return Boolean(option);
  }

  Desk.list.addEventListener("input", (event) => {
    if (!event.target.matches("[data-who]")) return;
    if (event.isComposing) show(event.target);
    else digest(event.target);
  });
  Desk.list.addEventListener("compositionend", (event) => {
    if (event.target.matches("[data-who]")) digest(event.target);
  });

  /** Keys in the field; true when taken. */
  Desk.whoKey = (event) => {
    const field = event.target;
    const draft = Desk.draftOf(field);
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!isPlain) return false;
    const options = [...listOf(field).children];
    const place = options.indexOf(pointed(field));
    if (event.key === "Enter" || (event.key === "Tab" && pointed(field))) {
      if (!field.value.trim() && !pointed(field)) Desk.write(draft);
      else if (take(field)) Desk.write(draft);
      return true;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) show(field, true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const count = listOf(field).children.length;
      if (count) point(field, (place + step + count) % count);
      return true;
    }
    if (event.key === "Escape" && (options.length || field.value)) {
      field.value = "";
      show(field);
      return true;
    }
    if (event.key === "Backspace" && !field.value) {
      const last = Desk.boxes(field.form).filter((box) => box.checked).pop();
      if (!last) return false;
      last.checked = false;
      Desk.changed(draft, 300);
      Desk.say(Desk.word("removedSpeaker", { name: last.closest("label").textContent.trim() }));
      return true;
    }
    return false;
  };

  Desk.list.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-who-list]")) event.preventDefault(); // the caret stays in the field
  });
  Desk.list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-who-list] [role=option]");
    const field = option?.closest("[data-who-place]").querySelector("[data-who]");
    if (option) {
      choose(field, option.dataset.value);
      Desk.write(Desk.draftOf(field));
    } else if (event.target.matches("[data-who]")) show(event.target, true);
  });
  Desk.list.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-who]") && document.hasFocus()) show(event.target, false);
  });
})();
