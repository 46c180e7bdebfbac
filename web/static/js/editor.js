// The editor of a product's description: its buttons in the reader's words, pictures put in by a click.
"use strict";
// The editor would write a style sheet into the page, which the CSP forbids, unless one of its name is there already.
const sheet = document.createElementNS("none", "style");
sheet.setAttribute("data-tiptap-style", "");
document.head.append(sheet);

const spoken = JSON.parse(document.querySelector("[data-words]")?.dataset.words || "{}");
window.gettext = text => spoken[text] || text;

document.addEventListener("prose-editor:ready", ({ target, detail: { editor } }) => {
  editor.on("create", () => {
    for (const button of target.closest(".prose-editor").querySelectorAll("button[title]")) {
      const word = spoken[button.title];
      if (word) { button.title = word; button.setAttribute("aria-label", word); }
    }
  });
  const box = editor.view.dom;
  box.setAttribute("role", "textbox");
  box.setAttribute("aria-multiline", "true");
  box.setAttribute("aria-label", spoken.label || "");
  for (const part of document.querySelectorAll("[data-editor-only]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-textarea-only]")) part.hidden = true;
  document.addEventListener("click", event => {
    const picture = event.target.closest("[data-insert]");
    if (picture) editor.chain().focus().setImage({ src: picture.dataset.insert, alt: picture.dataset.alt }).run();
  });
});
