// The fields of an entry, opened in its row: filled, read, closed again, with what is wrong or contested beside them.
"use strict";

(() => {
  const COLUMN = `desk-column/${Desk.user}`;
  const STAGES = ["unsaved", "saving", "saved", "waiting", "refused", "conflict", "gone"];

  /** The keys of the buttons: what they say when pointed at, and what they tell assistive technology. */
  const KEYS = Object.entries({
    save: "Escape",
    new: "Enter",
    up: "Alt+Shift+ArrowUp",
    down: "Alt+Shift+ArrowDown",
    split: "Control+Enter",
    join: "Alt+Shift+J",
    duplicate: "Alt+Shift+D",
    delete: "Alt+Shift+Backspace",
  });

  Desk.formOf = (draft) => Desk.row(draft.key)?.querySelector("[data-entry-form]");
  Desk.draftOf = (element) => Desk.drafts.get(Desk.rowOf(element)?.dataset.key);

  /** The text column last written in, of this person in this browser. */
  Desk.column = () => {
    let name = null;
    try {
      name = localStorage.getItem(COLUMN);
    } catch {
      // the page's own language will do
    }
    return Desk.texts.includes(name) ? name : `text_${document.documentElement.lang.slice(0, 2)}`;
  };
  Desk.rememberColumn = (name) => {
    try {
      if (localStorage.getItem(COLUMN) !== name) localStorage.setItem(COLUMN, name);
    } catch {
      // it is a convenience only
    }
  };

  /** Open the fields in `row`; the draft of what stands there. Those of other rows close as soon as they are saved. */
  Desk.open = (row, values = null) => {
    const known = Desk.drafts.get(row.dataset.key);
    if (known) return known;
    const base = Desk.valuesOf(row);
    const draft = new Desk.Draft(row.dataset.key, Number(row.dataset.version) || 0, base);
    if (values) Object.assign(draft.now, values);
    Desk.drafts.set(draft.key, draft);
    const form = Desk.clone("desk-form");
    form.action = Desk.entryUrl(draft.key);
    form.autocomplete = "off";
    form.setAttribute("aria-label", Desk.word("entry", { number: Desk.numberOf(row) }));
    form.tabIndex = -1; // a click between the fields stays in the entry
    form.querySelector("output[data-saved]")?.setAttribute("aria-live", "off"); // every second would be chatter
    Desk.addWho(form);
    for (const name of Desk.fields) {
      if (name === "speakers") continue;
      const field = form.elements[name];
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === draft.now[name])) {
        field.add(new Option("—", draft.now[name]), 0);
      }
    }
    form.querySelector("[name=do][value=save]").after(Desk.clone("desk-below"));
    for (const [doing, keys] of KEYS) {
      const button = form.querySelector(`[name=do][value=${doing}]`);
      button?.setAttribute("aria-keyshortcuts", keys);
      if (button) button.title = `${button.title || button.textContent.trim()} (${keys.replace("Arrow", "")})`;
    }
    if (draft.version) form.querySelector("[name=kind] option[value='']")?.remove();
    giveNames(form, draft.key);
    row.querySelector("[data-place]").replaceChildren(form);
    row.classList.add("is-open");
    for (const name of Desk.fields) Desk.writeField(draft, name);
    Desk.showStage(draft);
    return draft;
  };

  /** Ids and what points to them are unique on the page. */
  function giveNames(form, key) {
    for (const part of form.querySelectorAll("[id]")) part.id += `-${key}`;
    for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
      for (const part of form.querySelectorAll(`[${name}]`)) {
        const ids = part.getAttribute(name).split(/\s+/);
        part.setAttribute(name, ids.map((id) => `${id}-${key}`).join(" "));
      }
    }
  }

  Desk.writeField = (draft, name) => {
    const form = Desk.formOf(draft);
    if (!form) return;
    const value = draft.now[name];
    if (name === "speakers") {
      const chosen = new Set(value.split(","));
      for (const box of boxes(form)) box.checked = chosen.has(box.value);
    } else if (form.elements[name].value !== value) {
      form.elements[name].value = value;
    }
    if (name.startsWith("text_")) grow(form.elements[name]);
  };

  /** The fields' values into the draft; whether anything is different. */
  Desk.readForm = (draft) => {
    const form = Desk.formOf(draft);
    let isDifferent = false;
    for (const name of Desk.fields) {
      const value = name === "speakers" ? Desk.speakers(chosen(form)) : form.elements[name].value;
      if (value === draft.now[name]) continue;
      draft.now[name] = value;
      isDifferent = true;
      const arrived = draft.arrived[name];
      if (arrived) {
        // Typed into a field that somebody else has changed meanwhile: both are shown, neither is lost.
        delete draft.arrived[name];
        draft.base[name] = arrived.theirs;
        draft.conflicts[name] = arrived;
        draft.stage = "conflict";
        Desk.showConflicts(draft);
      }
    }
    return isDifferent;
  };

  const boxes = (form) => [...form.querySelectorAll("[name=speakers]")];
  const chosen = (form) => boxes(form).filter((box) => box.checked).map((box) => box.value);
  Desk.boxes = boxes;

  Desk.hasCaret = (draft, name) => {
    const field = document.activeElement;
    return field?.name === name && Desk.rowOf(field)?.dataset.key === draft.key;
  };

  /** As tall as its text, where the style sheet cannot do that by itself. */
  function grow(field) {
    if (CSS.supports("field-sizing", "content")) return;
    field.rows = Math.max(2, field.value.split("\n").length + Math.floor(field.value.length / 60));
  }
  Desk.grow = grow;

  /** The caret into the text of `draft`: the column last written in, at its end unless `caret` says where. */
  Desk.write = (draft, name = Desk.column(), caret = null) => {
    const field = Desk.formOf(draft).elements[name] || Desk.formOf(draft).elements.text_en;
    field.focus();
    field.setSelectionRange(caret ?? field.value.length, caret ?? field.value.length);
  };

  /** Close the fields of a draft that has nothing left to send; its row reads as it is stored. */
  Desk.close = (draft) => {
    let row = Desk.row(draft.key);
    const form = Desk.formOf(draft);
    Desk.drafts.delete(draft.key);
    Desk.forget(draft.key);
    if (!row) return;
    const hadFocus = row.contains(document.activeElement);
    if (draft.html) row = Desk.replace(row, draft.html);
    if (draft.savedAt) describe(row, draft, form);
    row.querySelector("[data-place]").replaceChildren();
    row.classList.remove("is-open");
    Desk.renumber();
    if (hadFocus) row.querySelector("[data-edit]").focus();
  };

  /** The row's own words, from the fields; the server's rendering follows with the next look at the changes. */
  function describe(row, draft, form) {
    const { base } = draft;
    const shown = (name) => [...form.elements[name].options].find((option) => option.value === base[name])?.text || "";
    const write = (place, words) => {
      const part = row.querySelector(place);
      if (part) part.textContent = words;
    };
    row.className = row.className.replace(/\bentry-\w+/, `entry-${base.kind}`);
    Object.assign(row.dataset, { version: draft.version, kind: base.kind, audience: base.audience });
    row.dataset.agendaItem = base.agenda_item;
    row.dataset.speakers = base.speakers.replaceAll(",", " ");
    for (const name of Desk.texts) {
      write(`[data-text="${name}"]`, base[name]);
      row.querySelector(`[data-text="${name}"]`)?.classList.toggle("is-missing", !base[name]);
    }
    write("[data-kind-label]", shown("kind"));
    write("[data-agenda-label]", base.agenda_item && shown("agenda_item"));
    write("[data-audience-label]", base.audience === "shared" ? "" : shown("audience"));
    const names = boxes(form).filter((box) => base.speakers.split(",").includes(box.value));
    write("[data-speaker-names]", names.map((box) => box.closest("label").textContent.trim()).join(", "));
    showSaved(row.querySelector(".desk-row-tools [data-saved]"), "saved", draft);
  }

  function showSaved(place, stage, draft) {
    if (!place) return;
    const lacks = stage === "unsaved" && draft.now.kind === "statement" && !draft.now.speakers;
    const name = lacks ? "lacksSpeaker" : ["refused", "conflict"].includes(stage) ? `${stage}Stage` : stage;
    const words = STAGES.includes(stage) ? Desk.word(name, { time: draft.savedAt }) : "";
    if (place.textContent !== words) place.textContent = words;
    place.dataset.stage = stage;
  }

  /** The server has stored what was sent. */
  Desk.saved = (draft, wasNew, answer) => {
    draft.html = answer.entry.html || draft.html;
    if (wasNew) {
      Desk.writeField(draft, "kind");
      Desk.formOf(draft)?.querySelector("[name=kind] option[value='']")?.remove();
    }
    if (answer.order) Desk.arrange(answer.order);
  };

  /** Show how an entry stands: not saved yet, saving, saved at, waiting, refused, contested, gone. */
  Desk.showStage = (draft) => {
    const form = Desk.formOf(draft);
    if (!form) return;
    const row = Desk.row(draft.key);
    row.dataset.stage = draft.stage;
    if (draft.version) row.dataset.version = draft.version;
    showSaved(form.querySelector("[data-saved]"), draft.stage, draft);
    showErrors(draft, form);
    if (draft.leaving && draft.isSettled && !Object.keys(draft.conflicts).length) Desk.close(draft);
  };

  function showErrors(draft, form) {
    const words = Object.entries(draft.errors).flatMap(([name, said]) => said.map((line) => [name, line]));
    const place = form.querySelector("[data-errors]");
    const text = words.map(([, line]) => line).join(" ");
    if (place.textContent.trim() !== text) place.textContent = text;
    place.hidden = !text;
    for (const name of Desk.fields) {
      const fields = name === "speakers" ? [form.querySelector("[data-who]")] : [form.elements[name]];
      for (const field of fields) {
        if (draft.errors[name]) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
      }
    }
  }

  /** Both texts beside each other, under the field. */
  Desk.showConflicts = (draft) => {
    const form = Desk.formOf(draft);
    if (!form) return;
    for (const name of Desk.fields) {
      const shown = form.querySelector(`[data-conflict="${name}"]`);
      const conflict = draft.conflicts[name];
      if (!conflict) {
        shown?.remove();
        continue;
      }
      const panel = shown || Desk.clone("desk-conflict");
      panel.dataset.conflict = name;
      fillConflict(panel, draft, form, name, conflict);
      if (!shown) placeFor(form, name).append(panel);
      if (!shown) Desk.say(Desk.word("conflict"));
    }
  };

  function fillConflict(panel, draft, form, name, conflict) {
    panel.querySelector("[data-conflict-words]").textContent = conflict.name
      ? Desk.word("conflictBy", { name: conflict.name })
      : Desk.word("conflict");
    const both = [conflict.theirs, draft.now[name]].map((value) => readable(form, name, value));
    const edge = apart(...both);
    ["[data-theirs]", "[data-mine]"].forEach((place, side) => {
      const text = both[side];
      const marked = document.createElement("mark");
      marked.textContent = text.slice(edge.start, text.length - edge.end);
      const part = panel.querySelector(place);
      part.lang = name.startsWith("text_") ? name.slice(-2) : document.documentElement.lang;
      part.replaceChildren(text.slice(0, edge.start), marked, text.slice(text.length - edge.end));
    });
  }

  function readable(form, name, value) {
    if (name.startsWith("text_")) return value;
    if (name !== "speakers") return [...form.elements[name].options].find((option) => option.value === value)?.text || "—";
    const names = boxes(form).filter((box) => value.split(",").includes(box.value));
    return names.map((box) => box.closest("label").textContent.trim()).join(", ") || "—";
  }

  /** How much two texts have in common at their ends. */
  function apart(one, other) {
    const most = Math.min(one.length, other.length);
    let start = 0;
    while (start < most && one[start] === other[start]) start += 1;
    let end = 0;
    while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
    return { start, end };
  }

  /** Conflicts stand below the fields: texts under their columns, the rest under the facts. */
  function placeFor(form, name) {
    const above = form.querySelector(name.startsWith("text_") ? ".desk-columns" : ".desk-people");
    const place = above.nextElementSibling;
    if (place?.matches("[data-conflicts]")) return place;
    const fresh = document.createElement("div");
    fresh.dataset.conflicts = "";
    above.after(fresh);
    return fresh;
  }

  /** One of the two texts is chosen, or what stands in the field after merging them. */
  Desk.resolve = (draft, name, takeTheirs) => {
    const { theirs } = draft.conflicts[name];
    delete draft.conflicts[name];
    if (takeTheirs) {
      draft.now[name] = draft.base[name] = theirs;
      delete draft.heard[name];
      Desk.writeField(draft, name);
    }
    draft.stage = draft.isSettled ? "saved" : "unsaved";
    draft.savedAt ??= Desk.clock();
    Desk.showConflicts(draft);
    if (name.startsWith("text_")) Desk.write(draft, name);
    Desk.retryAt = 0; // somebody waits for it
    Desk.touch(draft, 0);
  };

  /** Somebody deleted an entry that is open here: what was typed stays, and may become a new entry. */
  Desk.showGone = (draft, name = "") => {
    const form = Desk.formOf(draft);
    if (!form || form.querySelector("[data-gone]")) return;
    const notice = Desk.clone("desk-gone");
    if (name) notice.querySelector("[data-gone-words]").textContent = Desk.word("goneBy", { name });
    form.prepend(notice);
    Desk.say(notice.querySelector("[data-gone-words]").textContent);
  };
})();
