// What is typed at the minutes desk and not yet on the server: kept in this browser, sent, answered, cleared.
"use strict";

(() => {
  const PAUSE = 1000; // milliseconds of not typing before a save
  const PREFIX = `desk/${Desk.user}/${Desk.root.dataset.reference}/`;
  let timer = 0;
  let running = null;
  let storageFails = false;

  Desk.drafts = new Map();

  /** An entry that is open here: as the server has it (`base`) and as it stands in the fields (`now`). */
  Desk.Draft = class {
    constructor(key, version, base) {
      Object.assign(this, { key, version, base, now: { ...base }, due: Infinity, stage: "clean" });
      this.heard = {}; // as typed, where the server tidied what it was told
      this.refused = {}; // values that the server refused
      this.conflicts = {}; // {theirs, name} of fields that somebody else changed as well
      this.arrived = {}; // {theirs, name} of others' changes to the field in which the caret stands
      this.errors = {};
      this.sent = null; // values under way, or without an answer
    }
    get isNew() {
      return this.version === 0;
    }
    isDirty(name) {
      return this.now[name] !== this.base[name] && this.now[name] !== this.heard[name];
    }
    get unsent() {
      return Desk.fields.filter((name) => this.isDirty(name));
    }
    get hasText() {
      return Desk.texts.some((name) => this.now[name].trim());
    }
    /** The fields that may be sent now. A statement waits for its speaker, and holds no text back. */
    get sendable() {
      if (this.gone || Object.keys(this.conflicts).length || (this.isNew && !this.hasText)) return [];
      if (this.blocked === JSON.stringify(this.now)) return [];
      const lacksSpeaker = this.now.kind === "statement" && !this.now.speakers;
      return (this.isNew ? Desk.fields : this.unsent).filter(
        (name) => this.refused[name] !== this.now[name] && !(name === "kind" && lacksSpeaker),
      );
    }
    get isSettled() {
      return !this.sent && !this.gone && !(this.isNew && this.hasText) && !this.unsent.length;
    }
  };

  /** How many entries wait to be sent. */
  Desk.unsent = () => [...Desk.drafts.values()].filter((draft) => draft.hasText && !draft.isSettled).length;

  /** Keep in this browser what the server does not have; forget what it has. */
  Desk.keep = (draft) => {
    try {
      if (draft.isSettled || (draft.isNew && !draft.hasText)) return localStorage.removeItem(PREFIX + draft.key);
      const names = draft.isNew ? Desk.fields : draft.unsent;
      const pick = (values) => Object.fromEntries(names.map((name) => [name, values[name]]));
      const conflicts = Object.keys(draft.conflicts);
      const { version, sent } = draft;
      const after = Desk.placeOf(draft);
      const kept = { version, base: pick(draft.base), now: pick(draft.now), sent, conflicts, after };
      localStorage.setItem(PREFIX + draft.key, JSON.stringify(kept));
      if (storageFails) complain(false);
    } catch {
      complain(true);
    }
  };
  Desk.forget = (key) => {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      complain(true);
    }
  };

  /** What this browser kept of this user's work on these minutes: [[key, kept], …]. */
  Desk.kept = () => {
    const found = [];
    try {
      for (let place = 0; place < localStorage.length; place += 1) {
        const name = localStorage.key(place);
        if (name.startsWith(PREFIX)) found.push([name.slice(PREFIX.length), JSON.parse(localStorage.getItem(name))]);
      }
    } catch {
      complain(true);
    }
    return found;
  };

  function complain(fails) {
    storageFails = fails;
    Desk.root.querySelector("[data-storage]").hidden = !fails;
  }

  /** The key after which a new entry stands: of the nearest one above it that the server knows. */
  Desk.placeOf = (draft) => {
    let row = Desk.row(draft.key)?.previousElementSibling;
    while (row && !(Number(row.dataset.version) > 0)) row = row.previousElementSibling;
    return row ? row.dataset.key : "";
  };

  /** Something was typed: keep it at once, send it in a moment (`soon`) or now. */
  Desk.touch = (draft, wait = PAUSE) => {
    Desk.keep(draft);
    draft.due = Date.now() + wait;
    if (!draft.sent) draft.stage = draft.isSettled ? draft.stage : "unsaved";
    Desk.showStage(draft);
    plan();
  };

  function plan() {
    clearTimeout(timer);
    let earliest = Infinity;
    for (const draft of Desk.drafts.values()) {
      if (draft.sent || draft.sendable.length) earliest = Math.min(earliest, draft.due);
    }
    if (earliest === Infinity || running) return;
    timer = setTimeout(Desk.pump, Math.max(0, earliest - Date.now(), Desk.retryAt - Date.now()));
  }

  /** Send what is due, one after the other from the top, until nothing is or nobody answers. */
  Desk.pump = () => {
    running ??= run().finally(() => {
      running = null;
      plan();
    });
    return running;
  };

  async function run() {
    while (Desk.mood !== "closed" && Desk.mood !== "other" && Date.now() >= Desk.retryAt) {
      const draft = nextDue();
      if (!draft) return;
      try {
        await Desk.alone(() => deliver(draft));
      } catch (trouble) {
        await Desk.meet(trouble);
        return;
      }
    }
  }

  function nextDue() {
    const waiting = Desk.rows().map((row) => Desk.drafts.get(row.dataset.key)).filter(Boolean);
    const isDue = (draft) => draft.due <= Date.now() && (draft.sent || draft.sendable.length);
    const found = waiting.find(isDue);
    if (!found?.isNew) return found;
    // New entries go in their order, so that each finds the one above it on the server.
    return waiting.find((draft) => draft.isNew && (draft.sent || draft.sendable.length)) || found;
  }

  /** Whether everything of `draft` is on the server, after trying. */
  Desk.settle = async (draft) => {
    if (!draft) return true;
    draft.due = 0;
    await running;
    const mayGo = () => Desk.mood === "well" && Date.now() >= Desk.retryAt && (draft.sent || draft.sendable.length);
    while (!draft.isSettled && mayGo()) await Desk.pump();
    return draft.isSettled;
  };

  async function deliver(draft) {
    if (!draft.sent) {
      const names = draft.sendable;
      if (!names.length) return;
      draft.sent = Object.fromEntries(names.map((name) => [name, draft.now[name]]));
      draft.body = bodyOf(draft, names);
      Desk.keep(draft);
    }
    // An unanswered request is repeated as it was: a newer text over the old version would be a conflict with oneself.
    stage(draft, "saving");
    draft.isUnderWay = true;
    let answer;
    try {
      answer = await Desk.ask(Desk.entryUrl(draft.key), draft.body);
    } catch (trouble) {
      draft.isUnderWay = false;
      stage(draft, "waiting");
      catchUp(draft);
      throw trouble;
    }
    draft.isUnderWay = false;
    const { sent } = draft;
    draft.sent = draft.body = null;
    draft.due = 0;
    take(draft, sent, answer);
    Desk.keep(draft);
    Desk.heard();
    catchUp(draft);
    Desk.showStage(draft);
  }

  /** What arrived of others while a request was under way. */
  function catchUp(draft) {
    const { later } = draft;
    draft.later = null;
    if (later && later.version > draft.version) Desk.absorb(draft, later);
  }

  function bodyOf(draft, names) {
    const body = new URLSearchParams({ do: "save", version: draft.version, fields: names.join(",") });
    if (draft.isNew) body.set("after", Desk.placeOf(draft));
    if (draft.isNew && !names.includes("kind")) body.set("kind", "");
    for (const name of names) {
      if (name === "speakers") draft.now.speakers.split(",").filter(Boolean).forEach((pk) => body.append(name, pk));
      else body.set(name, draft.now[name]);
    }
    return String(body);
  }

  function take(draft, sent, answer) {
    draft.errors = {};
    if (answer.status === 200 || answer.status === 201) return accepted(draft, sent, answer);
    if (answer.status === 409) {
      draft.rounds = (draft.rounds || 0) + 1;
      if (answer.entry) Desk.absorb(draft, answer.entry);
      if (draft.rounds > 5) refuse(draft, sent, { __all__: [Desk.word("refused")] });
      stage(draft, Object.keys(draft.conflicts).length ? "conflict" : "unsaved");
    } else if (answer.status === 410) {
      draft.gone = true;
      stage(draft, "gone");
      Desk.showGone(draft);
    } else {
      refuse(draft, sent, answer.errors || { __all__: [answer.refused || Desk.word("refused")] });
    }
  }

  function accepted(draft, sent, answer) {
    const wasNew = draft.isNew;
    draft.rounds = 0;
    draft.version = answer.entry.version;
    const values = Desk.flat(answer.entry);
    for (const name of Object.keys(sent)) {
      draft.base[name] = values[name] ?? sent[name];
      draft.heard[name] = sent[name];
      delete values[name];
      delete draft.refused[name];
    }
    if (wasNew) {
      draft.base.kind = answer.entry.kind; // told by its speakers where nobody chose it
      draft.now.kind ||= draft.base.kind;
      delete draft.heard.kind;
    } else Desk.rebase(draft, values, answer.entry.changed_by);
    draft.savedAt = Desk.clock();
    if (answer.order) Desk.round += 1;
    Desk.saved(draft, wasNew, answer);
    stage(draft, draft.unsent.length ? "unsaved" : "saved");
  }

  function refuse(draft, sent, errors) {
    draft.errors = errors;
    const named = Object.keys(errors).filter((name) => name in sent);
    for (const name of named) draft.refused[name] = sent[name];
    if (named.includes("kind") && "speakers" in sent) draft.refused.speakers = sent.speakers;
    if (!named.length) draft.blocked = JSON.stringify(draft.now);
    stage(draft, "refused");
    Desk.say(Desk.word("refused"));
  }

  function stage(draft, name) {
    draft.stage = name;
    Desk.showStage(draft);
  }

  /** Others changed this entry: fields not touched here follow, a touched one shows both, the one in use is left alone. */
  Desk.rebase = (draft, values, name) => {
    for (const [field, theirs] of Object.entries(values)) {
      delete draft.arrived[field];
      if (theirs === draft.base[field]) continue;
      if (Desk.same(theirs, draft.now[field])) {
        draft.base[field] = theirs;
        draft.heard[field] = draft.now[field];
        delete draft.conflicts[field];
      } else if (draft.sent && field in draft.sent && Desk.same(theirs, draft.sent[field])) {
        draft.base[field] = theirs; // it was stored, only the answer got lost
      } else if (draft.isDirty(field)) {
        draft.base[field] = theirs;
        delete draft.heard[field];
        draft.conflicts[field] = { theirs, name };
      } else if (Desk.hasCaret(draft, field)) {
        draft.arrived[field] = { theirs, name };
      } else {
        draft.base[field] = draft.now[field] = theirs;
        delete draft.heard[field];
        Desk.writeField(draft, field);
      }
    }
  };

  /** The entry as somebody else left it has arrived. */
  Desk.absorb = (draft, entry) => {
    if (draft.isUnderWay) {
      draft.later = entry; // the answer comes first
      return;
    }
    Desk.rebase(draft, Desk.flat(entry), entry.changed_by);
    draft.version = entry.version;
    if (Object.keys(draft.conflicts).length) draft.stage = "conflict";
    Desk.keep(draft);
    Desk.showConflicts(draft);
    Desk.showStage(draft);
  };

  window.addEventListener("beforeunload", (event) => {
    if (storageFails && Desk.unsent()) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    for (const draft of Desk.drafts.values()) draft.due = 0; // perhaps the last moment
    Desk.pump();
  });
})();
