// What the scripts of the minutes desk share: the places of the page, its words, its voice and its wall clock.
"use strict";

const Desk = { root: document.querySelector("[data-desk]") };

Desk.list = Desk.root.querySelector("[data-entries]");
Desk.words = Desk.root.querySelector("[data-words]").dataset;
Desk.user = Desk.root.dataset.user;
Desk.form = document.getElementById("desk-form")?.content.firstElementChild; // where nothing may be written there is none
Desk.texts = [...(Desk.form?.querySelectorAll("textarea") || [])].map((field) => field.name);
Desk.fields = ["kind", "agenda_item", "audience", "speakers", ...Desk.texts];

/** The words called `name` in the reader's language, with `{facts}` filled in. */
Desk.word = (name, facts = {}) => {
  const words = Desk.words[`word${name[0].toUpperCase()}${name.slice(1)}`] || name;
  return words.replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
};

/** Say something once, politely, on the status line: seen by all, heard by those who listen. */
Desk.say = (text) => {
  const line = Desk.root.querySelector("[data-status]");
  line.textContent = line.textContent === text ? `${text}\u00a0` : text; // the same words twice are still news
};

Desk.clock = (at = new Date()) =>
  [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");

Desk.row = (key) => document.getElementById(`entry-${key}`);
Desk.rows = () => [...Desk.list.children].filter((row) => row.dataset.key);
Desk.rowOf = (element) => (element instanceof Element ? element.closest("[data-entries] > [data-key]") : null);
Desk.numberOf = (row) => Desk.rows().indexOf(row) + 1;
Desk.clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/** A row as our own server rendered it. */
Desk.parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
};

/** A random UUID; the browser's own maker of them is there only over HTTPS. */
Desk.newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/** Whether two texts are one once the server has tidied them. */
Desk.same = (one, other) => {
  const tidy = (text) => String(text ?? "").normalize("NFC").replace(/\r\n?/g, "\n").trim();
  return tidy(one) === tidy(other);
};

/** The values of an entry as the server tells them, flat: speakers as "3,5". */
Desk.flat = (entry) => {
  const values = {};
  for (const name of Desk.fields) {
    if (entry[name] === undefined) continue;
    values[name] = name === "speakers" ? Desk.speakers(entry.speakers) : String(entry[name] ?? "");
  }
  return values;
};
Desk.speakers = (keys) => [...keys].map(Number).sort((a, b) => a - b).join(",");

/** The values that a closed row carries. */
Desk.valuesOf = (row) => {
  const values = {
    kind: row.dataset.kind || "",
    agenda_item: row.dataset.agendaItem || "",
    audience: row.dataset.audience || "",
    speakers: Desk.speakers((row.dataset.speakers || "").split(/[\s,]+/).filter(Boolean)),
  };
  for (const name of Desk.texts) values[name] = row.querySelector(`[data-text="${name}"]`)?.textContent || "";
  return values;
};

/** Write the number of its place into each row where it has changed. */
Desk.renumber = () => {
  Desk.rows().forEach((row, index) => {
    const place = row.querySelector("[data-number]");
    if (place && place.textContent !== String(index + 1)) place.textContent = index + 1;
  });
};
