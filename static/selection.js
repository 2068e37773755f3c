// Words that are marked in an entry go with the link that is pressed: a[data-selection-link], by a click, by Enter, or by
// its key (data-selection-key="KeyC": Alt, Shift and C, anywhere in the entry). Without marked words the link is as it was.
// At the minutes desk, what is typed in the entry is saved first.
"use strict";

(() => {
  const ROOM = 6000; // of an address, as it is sent: a Japanese character takes nine
  const ENTRY = "[data-part], [data-key]";
  let last = null; // the text field that was used last
  let pressed = null; // what was marked when a link was pressed, before the press itself unmarks it

  const cut = (words) => {
    const characters = Array.from(words);
    while (encodeURIComponent(characters.join("")).length > ROOM) characters.splice(Math.floor(characters.length * 0.9));
    return characters.join("");
  };

  const inField = (entry) => {
    if (!last || !last.isConnected || !entry.contains(last) || last.selectionStart === last.selectionEnd) return null;
    return { language: last.lang, words: last.value.slice(last.selectionStart, last.selectionEnd) };
  };

  const inText = (entry) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const start = range.startContainer;
    const text = (start.nodeType === Node.ELEMENT_NODE ? start : start.parentElement)?.closest("[lang]");
    if (!text || !entry.contains(text)) return null;
    const within = document.createRange(); // the part that lies in this language's text
    within.selectNodeContents(text);
    within.setStart(range.startContainer, range.startOffset);
    if (within.comparePoint(range.endContainer, range.endOffset) === 0) within.setEnd(range.endContainer, range.endOffset);
    return { language: text.lang, words: within.toString() };
  };

  const marked = (entry) => {
    const found = inText(entry) || inField(entry);
    const words = found && found.words.trim();
    return words && ["en", "ja", "ru"].includes(found.language) ? { language: found.language, words: cut(words) } : null;
  };

  const carry = (link, found) => {
    const address = new URL(link.href);
    for (const language of ["en", "ja", "ru"]) address.searchParams.delete(`words_${language}`);
    if (found) address.searchParams.set(`words_${found.language}`, found.words);
    link.href = address.href;
  };

  /** At the desk an entry may be new and its words unsaved: the server has to have both before it is asked about them. */
  const saveFirst = (link, entry, event) => {
    const draft = typeof Desk === "undefined" ? null : Desk.drafts.get(entry.dataset.key);
    if (!draft) return;
    const address = () => {
      const pk = entry.dataset.pk || (draft.html && Desk.parse(draft.html).dataset.pk);
      if (pk) link.href = link.href.replace(/\/entries\/[^/]*\//, `/entries/${pk}/`);
      return pk;
    };
    if (draft.isSettled && address()) return;
    event.preventDefault();
    Desk.settle(draft).then((isSaved) => {
      if (isSaved && address()) location.assign(link.href);
    });
  };

  const linkOf = (event) => event.target instanceof Element && event.target.closest("a[data-selection-link]");

  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement) last = event.target;
  });
  document.addEventListener("pointerdown", (event) => {
    const link = linkOf(event);
    pressed = link ? { link, found: marked(link.closest(ENTRY)) } : null;
  }, true);
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    const entry = link && link.closest(ENTRY);
    if (entry) {
      carry(link, pressed && pressed.link === link ? pressed.found : marked(entry));
      saveFirst(link, entry, event);
    }
    pressed = null;
  }, true);
  document.addEventListener("auxclick", (event) => { // opened beside this page
    const link = linkOf(event);
    if (link && pressed && pressed.link === link) carry(link, pressed.found);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const selection = document.getSelection();
    const place = event.target instanceof Element && event.target.closest(ENTRY)
      ? event.target
      : selection && selection.anchorNode && selection.anchorNode.parentElement;
    const entry = place && place.closest(ENTRY);
    const link = entry && entry.querySelector(`a[data-selection-link][data-selection-key="${CSS.escape(event.code)}"]`);
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = { link, found: marked(entry) };
    link.click();
  });
})();
