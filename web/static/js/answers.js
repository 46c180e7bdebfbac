// From the press to its answer, on every page: one press is one request, a slow answer shows that it is coming, one that
// fails says so where it was expected and keeps what was typed, and polls rest while nobody looks.
"use strict";
const said = document.documentElement.dataset;
const PATIENCE = 300, FORGIVEN = 8000;

// -- a press. Whoever taps twice has pressed once; a page that comes back from the browser's memory can be used again.
const pressed = new Set();

function hold(button) {
  pressed.add(button);
  button.setAttribute("aria-busy", "true");
  // Later, because what is sent is gathered after this moment and a disabled button's own value would be missing.
  setTimeout(() => { button.disabled = pressed.has(button); });
}
function release(button) {
  if (!pressed.delete(button)) return;
  button.removeAttribute("aria-busy");
  button.disabled = false;
  if (document.activeElement === document.body && button.isConnected) button.focus({ preventScroll: true });
}
document.addEventListener("submit", event => {
  const button = event.submitter || event.target.querySelector("[type=submit]");
  if (!button || event.defaultPrevented || event.target.target === "_blank") return;
  if (pressed.has(button)) return event.preventDefault();
  hold(button);
  // An answer that is a file leaves the page where it is.
  setTimeout(release, FORGIVEN, button);
});
window.addEventListener("pageshow", event => { if (event.persisted) [...pressed].forEach(release); });

// -- an exchange
const polls = el => el.dataset.poll !== undefined || el.dataset.giveUp !== undefined;
const buttonOf = ({ elt, requestConfig }) => {
  const button = requestConfig?.triggeringEvent?.submitter || elt;
  return button.matches("button, a.btn") ? button : null;
};
const waiting = new WeakMap(), failed = new WeakMap();
const started = performance.now();

document.addEventListener("htmx:beforeRequest", event => {
  const { elt, target } = event.detail, patience = Number(elt.dataset.giveUp || 0) * 1000;
  if (polls(elt)) {
    const late = patience && performance.now() - started > patience;
    if (late) elt.querySelectorAll("[data-late]").forEach(one => { one.hidden = false; });
    if (document.hidden || late) event.preventDefault();
    return;
  }
  const button = buttonOf(event.detail);
  if (button && pressed.has(button)) return event.preventDefault();
  if (button) hold(button);
  failed.get(elt)?.remove();
  waiting.set(event.detail.xhr, setTimeout(() => {
    target.setAttribute("aria-busy", "true");
    target.dataset.slow = "";
  }, PATIENCE));
});
document.addEventListener("htmx:afterRequest", event => {
  const { target, xhr, successful, elt } = event.detail, button = buttonOf(event.detail);
  clearTimeout(waiting.get(xhr));
  if (!polls(elt)) {
    delete target.dataset?.slow;
    target.removeAttribute?.("aria-busy");
  }
  if (button) release(button);
  if (successful) offline(false);
});

// What the server had to say about it, if it answered with a page of its own.
function sentence(xhr) {
  const page = xhr.responseText && new DOMParser().parseFromString(xhr.responseText, "text/html");
  return (xhr.status >= 400 && xhr.status < 500 && page?.querySelector("main h1")?.textContent.trim()) || said.wordFailed;
}
function fail(event) {
  const { elt, target, xhr, requestConfig } = event.detail;
  if (polls(elt)) return offline(xhr.status === 0);
  const notice = document.createElement("p"), words = document.createElement("span"), again = document.createElement("button");
  notice.className = "notice notice--danger flash";
  notice.setAttribute("role", "alert");
  words.className = "notice__body";
  words.textContent = xhr.status ? sentence(xhr) : said.wordFailed;
  again.className = "link";
  again.type = "button";
  again.textContent = said.wordAgain;
  again.addEventListener("click", () => {
    notice.remove();
    htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt, target });
  });
  notice.append(words, again);
  failed.get(elt)?.remove();
  failed.set(elt, notice);
  const place = target.isConnected && target !== document.body ? target : document.getElementById("main");
  if (place.id === "main") place.prepend(notice);
  else place.before(notice);
}
for (const name of ["sendError", "responseError", "timeout", "swapError"]) document.addEventListener(`htmx:${name}`, fail);

// -- after a swap the focus is where the work goes on: the first wrong field, or what came instead of what was pressed.
document.addEventListener("htmx:afterSettle", event => {
  const part = event.target, elt = event.detail.elt;
  if (polls(elt) || part.contains(document.activeElement)) return;
  const lost = document.activeElement === document.body || !document.activeElement;
  const wrong = part.querySelector("[aria-invalid='true']");
  if (wrong && (lost || event.detail.requestConfig.triggeringEvent?.type === "submit")) return wrong.focus();
  if (!lost) return;
  const next = part.matches("a, button, input") ? part : part.querySelector("h1, h2, h3, a, button, input:not([type=hidden])");
  if (!next) return;
  if (next.matches("h1, h2, h3")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
});

// -- without a network the numbers grow old, and the page says so until it is back.
function offline(is) {
  const shown = document.getElementById("offline");
  if (!is) return shown?.remove();
  if (shown) return;
  const notice = document.createElement("p");
  notice.id = "offline";
  notice.className = "notice notice--warning flash";
  notice.setAttribute("role", "status");
  notice.textContent = said.wordOffline;
  document.getElementById("main")?.prepend(notice);
}
window.addEventListener("offline", () => offline(true));
window.addEventListener("online", () => offline(false));
if (!navigator.onLine) offline(true);

// -- what scrolls sideways can be scrolled by keyboard.
function reachable() {
  for (const box of document.querySelectorAll(".table-wrap, .scroll-x")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
reachable();
window.addEventListener("resize", reachable);
document.addEventListener("htmx:afterSettle", reachable);
