// What others do at the same desk: their entries arrive, change, move and leave, and never under the caret.
"use strict";

(() => {
  const OPEN = 2500; // milliseconds between two looks
  const HIDDEN = 15_000;
  let cursor = Desk.root.dataset.cursor;
  let timer = 0;
  let looking = null;

  Desk.order = Desk.rows().map((row) => row.dataset.key);
  Desk.pendingMoves = 0;
  Desk.busy = 0; // things being done to whole entries
  Desk.round = 0; // how many were done

  /** Look now; after that, every few seconds. */
  Desk.poll = () => {
    looking ??= look().finally(() => {
      looking = null;
      plan();
    });
    return looking;
  };

  function plan() {
    clearTimeout(timer);
    if (Desk.mood === "other") return;
    timer = setTimeout(Desk.poll, Math.max(document.hidden ? HIDDEN : OPEN, Desk.retryAt - Date.now()));
  }

  async function look() {
    clearTimeout(timer);
    const { round } = Desk;
    let answer;
    try {
      answer = await Desk.ask(`${Desk.root.dataset.changesUrl}?since=${encodeURIComponent(cursor)}`);
    } catch (trouble) {
      return Desk.meet(trouble);
    }
    if (answer.status !== 200) return Desk.feel("forbidden");
    if (answer.user !== undefined && String(answer.user) !== Desk.user) return Desk.feel("other");
    Desk.heard();
    // An answer from before what was done here meanwhile would undo it on the page: the next one will tell it all.
    if (Desk.busy || round !== Desk.round) return;
    cursor = answer.cursor;
    if (!answer.order) return;
    if (answer.state !== "draft") closeDown();
    if (answer.reload || (answer.state === "draft" && Desk.mood === "closed")) Desk.root.querySelector("[data-stale]").hidden = false;
    const news = [...answer.entries.map(arrive), ...answer.removed.map(depart)].filter(Boolean);
    Desk.arrange(answer.order);
    announce(news);
  }

  /** One entry as it is now on the server. What is told of it, when it was somebody else. */
  function arrive(entry) {
    const draft = Desk.drafts.get(entry.key);
    const row = Desk.row(entry.key);
    if (!row) {
      Desk.list.append(mark(Desk.parse(entry.html))); // `arrange` puts it into its place
      return { word: "arrived", entry };
    }
    if (draft) return meets(draft, entry);
    const known = Number(row.dataset.version);
    if (entry.version < known) return null;
    const isNews = entry.version > known;
    Desk.replace(row, entry.html, isNews);
    return isNews ? { word: "changed", entry } : null;
  }

  function meets(draft, entry) {
    draft.html = entry.html;
    if (draft.gone) {
      draft.gone = false; // somebody undid the deletion
      Desk.formOf(draft).querySelector("[data-gone]")?.remove();
    }
    if (draft.isNew || entry.version <= draft.version) return null;
    Desk.absorb(draft, entry);
    return { word: "changed", entry };
  }

  function depart(key) {
    const draft = Desk.drafts.get(key);
    const row = Desk.row(key);
    if (!row || draft?.isNew) return null;
    const number = Desk.numberOf(row);
    if (draft && (!draft.isSettled || row.contains(document.activeElement))) {
      draft.gone = true;
      draft.stage = "gone";
      Desk.keep(draft);
      Desk.showStage(draft);
      Desk.showGone(draft);
      return null;
    }
    Desk.remove(row);
    return { word: "left", number };
  }

  function announce(news) {
    if (!news.length) return;
    Desk.say(
      news
        .slice(0, 3)
        .map(({ word, entry, number }) =>
          Desk.word(word, { number: entry ? Desk.numberOf(Desk.row(entry.key)) : number, name: entry?.changed_by }),
        )
        .join(" ") + (news.length > 3 ? " …" : ""),
    );
  }

  /** Mark a row as just changed by somebody else, until it is left alone for a while. */
  function mark(row) {
    row.classList.add("is-news");
    setTimeout(() => row.classList.remove("is-news"), 8000);
    return row;
  }

  /** A row as the server shows it now, in the place of the one there is. The focus stays where it was. */
  Desk.replace = (row, html, isNews = false) => {
    const fresh = Desk.parse(html);
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    const saved = row.querySelector(".desk-row-tools [data-saved]");
    const place = fresh.querySelector("[data-saved]");
    if (saved && place && !isNews) {
      place.textContent = saved.textContent;
      place.dataset.stage = saved.dataset.stage || "";
      if (row.dataset.stage) fresh.dataset.stage = row.dataset.stage; // leaves the word its room
    }
    row.replaceWith(isNews ? mark(fresh) : fresh);
    if (focused) fresh.querySelector("[data-edit]")?.focus();
    return fresh;
  };

  /** Take a row away; who stood in it goes on to the next. */
  Desk.remove = (row) => {
    const hadFocus = row.contains(document.activeElement);
    const next = row.nextElementSibling || row.previousElementSibling;
    Desk.drafts.delete(row.dataset.key);
    Desk.forget(row.dataset.key);
    row.remove();
    Desk.renumber();
    if (hadFocus) (next?.querySelector("[data-edit]") || Desk.root.querySelector("[data-new]"))?.focus();
  };

  /** Put the rows into the order of the server, around the one in which somebody is writing. */
  Desk.arrange = (order) => {
    Desk.order = order;
    if (Desk.pendingMoves) return;
    const rows = wanted(order);
    const fixed = Desk.rowOf(document.activeElement);
    const middle = fixed ? rows.indexOf(fixed) : -1;
    let next = middle < 0 ? null : fixed;
    for (let place = (middle < 0 ? rows.length : middle) - 1; place >= 0; place -= 1) {
      const before = next ? next.previousElementSibling : Desk.list.lastElementChild;
      if (before !== rows[place]) Desk.list.insertBefore(rows[place], next);
      next = rows[place];
    }
    for (let place = middle + 1, last = fixed; middle >= 0 && place < rows.length; place += 1) {
      if (last.nextElementSibling !== rows[place]) last.after(rows[place]);
      last = rows[place];
    }
    Desk.renumber();
  };

  /** All rows in the order they should have: those that the server does not know stay behind the one above them. */
  function wanted(order) {
    const known = order.map(Desk.row).filter(Boolean);
    const set = new Set(known);
    const rows = Desk.rows();
    for (const [place, row] of rows.entries()) {
      if (set.has(row)) continue;
      const above = place ? known.indexOf(rows[place - 1]) : -1;
      known.splice(above + 1, 0, row);
    }
    return known;
  }

  /** The minutes are no draft any more: what is not sent stays to be read and copied. */
  function closeDown() {
    Desk.feel("closed");
    for (const field of Desk.list.querySelectorAll("textarea, input, select, button")) {
      if (field.tagName === "TEXTAREA") field.readOnly = true;
      else field.disabled = true;
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) Desk.poll();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) Desk.poll();
  });
  Desk.watch = plan;
})();
