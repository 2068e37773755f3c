// The minutes desk: what keys, clicks and typing do, and what was kept from the last time.
"use strict";

(() => {
  const isWritable = Desk.root.dataset.writable !== "no";
  const ready = (row) => row && Desk.drafts.get(row.dataset.key);

  /** The fields of `draft` have changed by hand: keep, and send in `wait` milliseconds. */
  Desk.changed = (draft, wait) => {
    if (Desk.readForm(draft)) Desk.touch(draft, wait);
  };

  // Keys. Letters go by their place on the keyboard where the layout has none of the Latin alphabet.

  const toWho = (draft) => Desk.askWho(draft);
  const cycleAudience = (draft) => {
    const select = Desk.formOf(draft).elements.audience;
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    Desk.changed(draft, 300);
    Desk.say(select.selectedOptions[0].text);
  };
  const setKind = (draft, number) => {
    if (Desk.setKind(draft, number) && draft.now.kind === "statement" && !draft.now.speakers) Desk.askWho(draft);
  };

  /** Combination → what it does with (draft, row, field). Those in `anywhere` need no open entry. */
  const anywhere = {
    F1: () => help(),
    "Alt+Shift+E": (draft, row) => Desk.beginBelow(row),
    "Alt+Shift+U": () => Desk.undo(),
    "Alt+ArrowUp": (draft, row, field) => step(row, -1, field),
    "Alt+ArrowDown": (draft, row, field) => step(row, 1, field),
  };
  const onRows = {
    "Alt+Shift+J": (draft, row) => Desk.join(row),
    "Alt+Shift+D": (draft, row) => Desk.duplicate(row),
    "Alt+Shift+Backspace": (draft, row) => Desk.erase(row),
    "Alt+Shift+ArrowUp": (draft, row) => Desk.move(row, -1),
    "Alt+Shift+ArrowDown": (draft, row) => Desk.move(row, 1),
  };
  const inFields = {
    Escape: (draft, row) => leave(draft, row),
    "Alt+Shift+S": toWho,
    "Alt+Shift+V": cycleAudience,
    "Alt+Shift+G": (draft) => Desk.formOf(draft).elements.agenda_item.focus(),
  };
  for (const number of [1, 2, 3, 4, 5]) inFields[`Alt+Shift+${number}`] = (draft) => setKind(draft, number);

  function combination(event) {
    let key = event.key;
    const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
    if (place && !/^[a-z]$/i.test(key)) key = place[1] || place[2];
    if (key.length === 1) key = key.toUpperCase();
    const held = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : ""];
    return [...held, key].filter(Boolean).join("+");
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work: the key is its
    const field = event.target;
    const row = Desk.rowOf(field);
    const draft = ready(row);
    if (isWritable && draft && typing(event, field, draft, row)) return event.preventDefault();
    const name = combination(event);
    if (field.tagName === "SELECT" && /^Alt\+Arrow/.test(name)) return; // opens its list
    const command = anywhere[name] || (row && onRows[name]) || (draft && inFields[name]);
    if (!command || (!isWritable && name !== "F1")) return;
    event.preventDefault();
    if (!event.repeat || name.includes("Arrow")) command(draft, row, field);
  });

  /** Keys inside the fields that mean what they say: Enter, and those of the who-field. */
  function typing(event, field, draft, row) {
    if (field.matches("[data-who]") && Desk.whoKey(event)) return true;
    if (event.key !== "Enter" || event.altKey) return false;
    if (field.tagName === "SELECT") {
      Desk.write(draft);
      return true;
    }
    if (field.tagName !== "TEXTAREA" || event.shiftKey) return false;
    if (!event.repeat) {
      if (event.ctrlKey || event.metaKey) Desk.split(draft, field);
      else finish(draft, row);
    }
    return true;
  }

  /** Save this entry and open a new one below. */
  function finish(draft, row) {
    Desk.readForm(draft);
    if (!draft.hasText) return Desk.say(Desk.word("writeFirst"));
    Desk.touch(draft, 0);
    Desk.beginBelow(row);
  }

  function leave(draft, row) {
    Desk.readForm(draft);
    if (draft.isNew && !draft.hasText) return Desk.remove(row);
    draft.leaving = true;
    const edit = row.querySelector("[data-edit]");
    Desk.touch(draft, 0);
    edit?.focus();
  }

  function step(row, by, field) {
    const rows = Desk.rows();
    const from = row ? rows.indexOf(row) : by > 0 ? -1 : rows.length;
    const next = rows[from + by];
    if (!next) return;
    Desk.write(Desk.open(next), field.name?.startsWith("text_") ? field.name : undefined);
  }

  function help() {
    const table = Desk.root.querySelector("[data-keys]");
    table.open = !table.open;
    if (table.open) table.querySelector("summary").focus();
  }

  // Typing, clicking, coming and going: one listener each, for any number of entries.

  Desk.list.addEventListener("input", (event) => {
    const draft = ready(Desk.rowOf(event.target));
    if (!draft || event.target.matches("[data-who]")) return;
    draft.leaving = false;
    if (event.target.tagName === "TEXTAREA") Desk.grow(event.target);
    if (event.target.name === "kind") draft.kindIsChosen = true;
    // Half a composition is no text yet: it is kept, and sent only if nothing follows.
    Desk.changed(draft, event.isComposing ? 5000 : event.target.tagName === "TEXTAREA" ? 1000 : 300);
  });
  Desk.list.addEventListener("compositionend", (event) => {
    const draft = ready(Desk.rowOf(event.target));
    if (draft && event.target.tagName === "TEXTAREA") {
      Desk.readForm(draft);
      Desk.touch(draft);
    }
  });
  Desk.list.addEventListener("change", (event) => {
    const draft = ready(Desk.rowOf(event.target));
    if (!draft) return;
    const { form } = event.target;
    const isFirstSpeaker = event.target.name === "speakers" && event.target.checked && !draft.kindIsChosen;
    if (isFirstSpeaker && ["", "discussion"].includes(draft.now.kind)) form.elements.kind.value = "statement";
    Desk.changed(draft, 300);
  });

  Desk.list.addEventListener("submit", (event) => {
    const row = Desk.rowOf(event.target);
    const draft = ready(row);
    if (!draft) return;
    event.preventDefault();
    const doing = event.submitter?.value || "save";
    const name = event.submitter?.dataset.column || Desk.column();
    if (doing === "up" || doing === "down") Desk.move(row, doing === "up" ? -1 : 1);
    else if (doing === "split") Desk.split(draft, Desk.formOf(draft).elements[name]);
    else if (doing === "join") Desk.join(row);
    else if (doing === "duplicate") Desk.duplicate(row);
    else if (doing === "delete") Desk.erase(row);
    else if (doing === "new") finish(draft, row);
    else leave(draft, row);
  });

  Desk.list.addEventListener("click", (event) => {
    const row = Desk.rowOf(event.target);
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const draft = ready(row);
    const panel = event.target.closest("[data-conflict]");
    if (draft && panel && event.target.closest("[data-take]")) {
      return Desk.resolve(draft, panel.dataset.conflict, event.target.closest("[data-take]").dataset.take === "theirs");
    }
    if (draft && event.target.closest("[data-revive]")) return Desk.revive(draft);
    if (draft && event.target.closest("[data-let-go]")) return Desk.remove(row);
    if (!isWritable) return;
    const isText = event.target.closest("[data-read]") && !event.target.closest("a, button");
    if (event.target.closest("[data-edit]")) {
      event.preventDefault();
      Desk.write(Desk.open(row));
    } else if (isText && getSelection().isCollapsed) {
      const text = event.target.closest("[data-text]");
      const caret = text && caretAt(event, text);
      Desk.write(Desk.open(row), text?.dataset.text, caret);
    }
  });

  /** Where in `text` the pointer stands. */
  function caretAt(event, text) {
    const position = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    return position && position.offsetNode.parentNode === text ? position.offset : null;
  }

  let isPressed = false;
  const toLeave = new Set();
  document.addEventListener("pointerdown", () => (isPressed = true));
  for (const name of ["pointerup", "pointercancel", "dragend"]) {
    document.addEventListener(name, () => setTimeout(() => {
      isPressed = false;
      for (const draft of toLeave) left(draft);
      toLeave.clear();
    }));
  }

  Desk.list.addEventListener("focusin", (event) => {
    const draft = ready(Desk.rowOf(event.target));
    if (!draft || !Desk.formOf(draft).contains(event.target)) return;
    draft.leaving = false;
    if (event.target.tagName === "TEXTAREA") {
      event.target.dataset.visited = "";
      Desk.rememberColumn(event.target.name);
    }
  });
  Desk.list.addEventListener("focusout", (event) => {
    const draft = ready(Desk.rowOf(event.target));
    // A row that closes while a button is held down would move what the pointer is about to hit.
    if (draft) setTimeout(() => (isPressed ? toLeave.add(draft) : left(draft)));
  });

  /** The caret has left an entry: what others changed in the field it stood in is shown, the rest is sent. */
  function left(draft) {
    const row = Desk.row(draft.key);
    if (!row || !document.hasFocus() || Desk.drafts.get(draft.key) !== draft) return;
    for (const [name, { theirs, name: by }] of Object.entries(draft.arrived)) {
      if (!Desk.hasCaret(draft, name)) Desk.rebase(draft, { [name]: theirs }, by);
    }
    if (Desk.formOf(draft).contains(document.activeElement)) return;
    if (draft.isNew && !draft.hasText && !draft.now.speakers) return Desk.remove(row);
    draft.leaving = true;
    Desk.touch(draft, 0);
  }

  Desk.root.addEventListener("click", (event) => {
    if (event.target.closest("[data-new]")) Desk.beginBelow(null);
    const notice = event.target.closest("[data-dismiss]")?.closest("[data-notice]");
    if (notice) notice.hidden = true;
  });

  // Opening the desk

  /** Forms that the server opened, with what could not be stored, go on as fields of this script. */
  function adopt() {
    for (const row of Desk.list.querySelectorAll(".desk-entry.is-open")) {
      const values = readPlain(row.querySelector("form"));
      row.classList.remove("is-open");
      row.querySelector("[data-place]").replaceChildren();
      const draft = Desk.open(row, values);
      history.replaceState(null, "", location.pathname); // going to the entry the address names would take the caret away
      Desk.touch(draft, 0);
      Desk.write(draft);
    }
    const form = Desk.root.querySelector("[data-new-form]");
    const values = form && readPlain(form);
    if (values && Desk.texts.some((name) => values[name])) {
      Desk.touch(Desk.begin(undefined, values), 0);
      form.reset();
    }
  }

  function readPlain(form) {
    const values = {};
    for (const name of Desk.fields) {
      if (name === "speakers") values.speakers = Desk.speakers(Desk.boxes(form).filter((box) => box.checked).map((box) => box.value));
      else values[name] = form.elements[name].value;
    }
    return values;
  }

  /** What this browser kept of this person's typing is shown again, and sent. */
  function restore() {
    const kept = Desk.kept().filter(([key]) => !Desk.drafts.has(key));
    const notice = Desk.root.querySelector("[data-kept]");
    if (!kept.length) return;
    for (const [key, was] of kept) (isWritable ? reopen : showKept)(key, was);
    notice.querySelector("[data-kept-words]").textContent = Desk.word(isWritable ? "kept" : "keptClosed", {
      count: kept.length,
    });
    notice.hidden = false;
    Desk.pump();
  }

  function reopen(key, was) {
    const row = Desk.row(key);
    if (!row) {
      const above = was.after ? Desk.row(was.after) : null;
      const draft = Desk.begin(above || undefined, was.now, key);
      if (was.version > 0) {
        Object.assign(draft, { version: was.version, gone: true, stage: "gone" });
        Desk.showGone(draft);
      }
      return Desk.touch(draft, 0);
    }
    const draft = Desk.open(row);
    for (const [name, mine] of Object.entries(was.now)) {
      const stored = draft.base[name];
      if (Desk.same(stored, mine) || (name === "kind" && !mine)) continue;
      draft.now[name] = mine;
      const isMine = Desk.same(stored, was.base[name]) || (was.sent && Desk.same(stored, was.sent[name]));
      if (!isMine || was.conflicts.includes(name)) draft.conflicts[name] = { theirs: stored, name: "" };
      Desk.writeField(draft, name);
    }
    if (Object.keys(draft.conflicts).length) draft.stage = "conflict";
    Desk.showConflicts(draft);
    Desk.touch(draft, 0);
  }

  /** Minutes that are no draft take nothing any more: kept texts are shown, to be read and copied. */
  function showKept(key, was) {
    const place = Desk.root.querySelector("[data-kept-texts]");
    for (const [name, text] of Object.entries(was.now)) {
      if (!name.startsWith("text_") || !text.trim()) continue;
      const line = document.createElement("p");
      line.lang = name.slice(-2);
      line.textContent = text;
      place.append(line);
    }
  }

  Desk.root.classList.add("with-script");
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  if (isWritable) adopt();
  // Of several tabs of one person only one takes up what was kept; when it is closed, the next does.
  if (navigator.locks) {
    navigator.locks.request(`desk/${Desk.user}/${Desk.root.dataset.reference}`, () => {
      restore();
      return new Promise(() => {});
    });
  } else restore();
  if (isWritable) {
    if (!Desk.list.children.length && !location.hash) Desk.askWho(Desk.begin());
    Desk.watch();
  }
})();
