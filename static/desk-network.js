// How the minutes desk talks to its server, and what it says when it cannot: one request at a time, nothing given up.
"use strict";

(() => {
  const changes = Desk.root.dataset.changesUrl;
  const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between attempts
  const PATIENCE = 20_000; // milliseconds
  let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  let failures = 0;
  let last = Promise.resolve();

  Desk.entryUrl = (key) => changes.replace(/changes\/$/, `entries/${key}/`);
  Desk.mood = "well";
  Desk.retryAt = 0;

  /** Why a request has no answer: "network", "server" or "door" (somebody must log in). */
  class Trouble extends Error {}
  Desk.Trouble = Trouble;

  /** The server's answer `{status, …}`. Throws Trouble where there is none. */
  Desk.ask = async (url, body) => {
    const request = {
      method: body === undefined ? "GET" : "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    };
    if (body !== undefined) {
      request.body = String(body);
      request.headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8";
    }
    let response;
    try {
      response = await fetch(url, request);
    } catch {
      throw new Trouble("network");
    }
    // Nothing of the desk is elsewhere: the log-in answers in JSON too, and is no answer.
    if (response.redirected) throw new Trouble("door");
    if (response.status >= 500 || response.status === 429 || response.status === 408) throw new Trouble("server");
    if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
      if (response.status === 404) return { status: 404 };
      throw new Trouble("door");
    }
    try {
      return { ...(await response.json()), status: response.status };
    } catch {
      throw new Trouble("network");
    }
  };

  /** Do `work` when nothing else is under way with the server. */
  Desk.alone = (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  /** Look at the desk's page again: who is logged in now, with which token, and may they still write? */
  async function knock() {
    let response;
    try {
      response = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store" });
      if (response.status >= 500) return "network";
      if (response.status === 403 || response.status === 404) return "forbidden";
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const desk = page.querySelector("[data-desk]");
      if (!desk) return "out";
      if (desk.dataset.user !== Desk.user) return "other";
      token = page.querySelector("[name=csrfmiddlewaretoken]")?.value || token;
      return desk.dataset.state && desk.dataset.state !== "draft" ? "closed" : "well";
    } catch {
      return "network";
    }
  }

  /** What to do about a request without an answer: say so, and when to try again. */
  Desk.meet = async (trouble) => {
    if (!(trouble instanceof Trouble)) throw trouble;
    const mood = trouble.message === "door" ? await knock() : trouble.message;
    Desk.retryAt = Date.now() + 1000 * PAUSES[Math.min(failures, PAUSES.length - 1)];
    failures += 1;
    Desk.feel(mood);
  };

  /** The server answered: whatever waits may go at once. */
  Desk.heard = () => {
    failures = 0;
    Desk.retryAt = 0;
    if (Desk.mood !== "well" && Desk.mood !== "closed") {
      Desk.feel("well");
      Desk.say(Desk.word("back"));
      Desk.pump();
    }
  };

  /** Show how things stand with the server. */
  Desk.feel = (mood) => {
    Desk.mood = mood;
    const banner = Desk.root.querySelector("[data-trouble]");
    const count = Desk.unsent();
    const words = mood === "well" ? "" : Desk.word(mood, { count });
    banner.hidden = mood === "well";
    const line = banner.querySelector("[data-trouble-words]");
    if (line.textContent !== words) line.textContent = words;
    banner.querySelector("[data-login]").hidden = mood !== "out";
  };

  window.addEventListener("online", () => {
    Desk.retryAt = 0;
    Desk.pump();
    Desk.poll?.();
  });
})();
