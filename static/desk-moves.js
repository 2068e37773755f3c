// What is done to whole entries: begin, split, join, duplicate, move, drag, delete and undo.
"use strict";

(() => {
  /** One request about an entry; its answer, or null after saying why not. */
  async function act(url, facts = {}) {
    let answer;
    Desk.busy += 1;
    try {
      answer = await Desk.alone(() => Desk.ask(url, new URLSearchParams(facts)));
    } catch (trouble) {
      await Desk.meet(trouble);
      Desk.say(Desk.word("needsNetwork"));
      return null;
    } finally {
      Desk.busy -= 1;
      Desk.round += 1;
    }
    Desk.heard();
    if (answer.status === 200) return answer;
    const errors = Object.values(answer.errors || {}).flat().join(" ");
    Desk.say(errors || Desk.word(answer.status === 409 || answer.status === 410 ? "meanwhile" : "refused"));
    Desk.poll();
    return null;
  }

  const about = (row, facts) => act(Desk.entryUrl(row.dataset.key), { version: row.dataset.version, ...facts });

  async function isSaved(row) {
    if (row && (await Desk.settle(Desk.drafts.get(row.dataset.key)))) return true;
    Desk.say(Desk.word(Desk.mood === "well" ? "saveFirst" : "needsNetwork"));
    return false;
  }

  /** The rows of an answer into the page, as the server shows them; the drafts of these entries are done with. */
  function show(entries, order) {
    for (const entry of entries) {
      Desk.drafts.delete(entry.key);
      Desk.forget(entry.key);
      const row = Desk.row(entry.key);
      if (row) row.replaceWith(Desk.parse(entry.html));
      else Desk.list.append(Desk.parse(entry.html));
    }
    if (order) Desk.arrange(order);
  }

  const edit = (key, name, caret) => Desk.write(Desk.open(Desk.row(key)), name, caret);

  /** A new entry below `row` (at the end without one), with what is likely from the one above; its draft. */
  Desk.begin = (row = Desk.list.lastElementChild, values = {}, key = Desk.newKey()) => {
    const fresh = Desk.clone("desk-row");
    Object.assign(fresh, { id: `entry-${key}` });
    Object.assign(fresh.dataset, { key, version: "0" });
    if (row) row.after(fresh);
    else Desk.list.prepend(fresh);
    const above = row ? Desk.drafts.get(row.dataset.key)?.now || Desk.valuesOf(row) : { audience: "shared" };
    const kind = ["statement", "discussion"].includes(above.kind) ? "" : above.kind || "";
    const { agenda_item = "", audience } = above;
    const draft = Desk.open(fresh, { kind, agenda_item, audience, ...values });
    Desk.renumber();
    return draft;
  };

  /** Go to a new entry below: the one begun there already, or another. */
  Desk.beginBelow = (row) => {
    const next = row ? row.nextElementSibling : Desk.list.lastElementChild;
    const begun = next && Desk.drafts.get(next.dataset.key);
    const draft = begun?.isNew && !begun.hasText ? begun : Desk.begin(row || undefined);
    Desk.askWho(draft);
    return draft;
  };

  Desk.split = async (draft, field) => {
    const name = field.name;
    const offsets = {};
    for (const column of Desk.texts) {
      const text = Desk.formOf(draft).elements[column];
      if (column !== name && !text.dataset.visited) continue;
      const typed = text.value.slice(0, text.selectionStart);
      const spaces = text.value.length - text.value.trimStart().length; // the server stores it without
      offsets[`split_${column.slice(-2)}`] = [...typed.slice(spaces)].length;
    }
    const row = Desk.row(draft.key);
    if (!(await isSaved(row))) return;
    const key = Desk.newKey();
    const answer = await about(row, { do: "split", new: key, ...offsets });
    if (!answer) return;
    show([answer.entry, ...answer.others], answer.order);
    edit(answer.others[0].key, name, 0);
    Desk.say(Desk.word("split"));
  };

  Desk.join = async (row) => {
    const above = row.previousElementSibling;
    if (!above) return Desk.say(Desk.word("nothingAbove"));
    const name = document.activeElement.name?.startsWith("text_") ? document.activeElement.name : Desk.column();
    if (!(await isSaved(above)) || !(await isSaved(row))) return;
    const before = (Desk.drafts.get(above.dataset.key)?.base || Desk.valuesOf(above))[name].length;
    const answer = await about(row, { do: "join" });
    if (!answer) return;
    Desk.remove(row);
    show([answer.entry], answer.order);
    offer(answer);
    edit(answer.entry.key, name, Math.min(before + 1, answer.entry[name].length));
    Desk.say(Desk.word("joined"));
  };

  Desk.duplicate = async (row) => {
    if (!(await isSaved(row))) return;
    const answer = await about(row, { do: "duplicate", new: Desk.newKey() });
    if (!answer) return;
    show([answer.entry], answer.order);
    edit(answer.entry.key);
    Desk.say(Desk.word("duplicated"));
  };

  /** Deleting never asks: it can be undone. */
  Desk.erase = async (row) => {
    const draft = Desk.drafts.get(row.dataset.key);
    const number = Desk.numberOf(row);
    const words = Desk.word("deleted", { number });
    if (draft?.isNew && !draft.sent) {
      const above = row.previousElementSibling;
      const { now, hasText } = draft;
      Desk.remove(row);
      if (!hasText) return;
      return offer({ word: words, again: () => Desk.begin(above?.isConnected ? above : undefined, now, draft.key) });
    }
    await Desk.settle(draft);
    const answer = await about(row, { do: "delete" });
    if (!answer) return;
    Desk.remove(row);
    if (answer.order) Desk.arrange(answer.order);
    offer({ ...answer, word: answer.word || words });
  };

  /** Offer to undo; it stays until it is used or the desk is left. */
  function offer({ undo, again, word = "" }) {
    if (!undo && !again) return;
    const line = Desk.clone("desk-undo-offer");
    line.querySelector("[data-undo-words]").textContent = word;
    line.undo = async () => {
      if (undo) {
        const answer = await act(undo);
        if (!answer) return;
        line.remove();
        show([answer.entry, ...(answer.others || [])], answer.order);
        Desk.row(answer.entry.key).querySelector("[data-edit]").focus();
      } else {
        line.remove();
        const draft = again();
        Desk.touch(draft, 0);
        Desk.write(draft);
      }
      Desk.say(Desk.word("undone"));
    };
    Desk.root.querySelector("[data-undo]").append(line);
    Desk.say(word);
  }
  Desk.undo = () => {
    const line = Desk.root.querySelector("[data-undo]").lastElementChild;
    return line ? line.undo() : Desk.say(Desk.word("nothingToUndo"));
  };
  Desk.root.querySelector("[data-undo]").addEventListener("click", (event) => {
    if (event.target.closest("button")) event.target.closest("li").undo();
  });

  /** One place up (-1) or down (1). The neighbour is moved, so that the caret stays. */
  Desk.move = (row, step) => {
    const neighbour = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!neighbour) return;
    row[step < 0 ? "after" : "before"](neighbour);
    row.scrollIntoView({ block: "nearest" });
    return placed(row);
  };

  /** Tell the server where a row stands now. */
  async function placed(row) {
    Desk.renumber();
    Desk.say(Desk.word("moved", { number: Desk.numberOf(row) }));
    if (!(Number(row.dataset.version) > 0)) return; // a new entry is sent to where it stands
    Desk.pendingMoves += 1;
    const answer = await about(row, { do: "place", after: Desk.placeOf(row.dataset) });
    Desk.pendingMoves -= 1;
    Desk.arrange(answer ? answer.order : Desk.order);
  }

  let dragged = null;
  let home = null;
  const isOurs = (event) => dragged && event.target instanceof Element && Desk.list.contains(event.target);
  document.addEventListener("dragstart", (event) => {
    const handle = event.target instanceof Element && event.target.closest("[data-drag]");
    if (!handle || !Desk.list.contains(handle)) return;
    dragged = Desk.rowOf(handle);
    home = dragged.nextElementSibling;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.key);
    event.dataTransfer.setDragImage(dragged, 10, 10);
  });
  document.addEventListener("dragover", (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    const over = Desk.rowOf(event.target);
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    const isAbove = event.clientY < box.top + box.height / 2;
    if ((isAbove ? over.previousElementSibling : over.nextElementSibling) === dragged) return;
    over[isAbove ? "before" : "after"](dragged);
  });
  document.addEventListener("drop", (event) => {
    if (isOurs(event)) event.preventDefault();
  });
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    const row = dragged;
    row.classList.remove("dragged");
    dragged = null;
    if (row.nextElementSibling !== home) placed(row);
  });

  /** Save the text of an entry that somebody deleted as a new one. */
  Desk.revive = (draft) => {
    const row = Desk.row(draft.key);
    const { now } = draft;
    const above = row.previousElementSibling;
    Desk.drafts.delete(draft.key);
    Desk.forget(draft.key);
    row.remove();
    const fresh = above ? Desk.begin(above, now) : Desk.begin(null, now);
    Desk.write(fresh);
    Desk.touch(fresh, 0);
  };
})();
