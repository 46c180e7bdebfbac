// What pages gain from a script; every one of them works without.
"use strict";
const root = document.documentElement;
const words = root.dataset;

// The server's clock comes with the page, so that a wrong phone clock shows no wrong countdown.
const skew = Date.parse(words.now || "") - Date.now() || 0;
const two = n => String(n).padStart(2, "0");

function left(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const d = Math.floor(s / 86400), h = Math.floor(s % 86400 / 3600), m = Math.floor(s % 3600 / 60);
  return d ? `${d} ${words.wordDays} ${h} ${words.wordHours}` : `${h}:${two(m)}:${two(s % 60)}`;
}

function tick() {
  for (const el of document.querySelectorAll("[data-deadline]")) {
    const ms = Date.parse(el.dataset.deadline) - Date.now() - skew;
    const out = el.querySelector("[data-left]");
    if (ms <= 0) {
      el.dataset.urgency = "over";
      if (out) out.textContent = words.wordOver;
      el.querySelector("[data-word]")?.remove();
      if (el.dataset.reload !== undefined && !el.dataset.reloaded) {
        el.dataset.reloaded = "1";
        setTimeout(() => location.reload(), 1500);
      }
    } else {
      if (ms < 3600e3) el.dataset.urgency = "soon";
      if (out) out.textContent = left(ms);
    }
  }
}
if (words.now) { tick(); setInterval(tick, 1000); }

function toast(text) {
  const box = document.getElementById("toasts");
  if (!box) return;
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = text;
  box.append(line);
  setTimeout(() => line.remove(), 4000);
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    window.prompt(said, text);
  }
}

// − and + of a stepper. Without a script the field itself is typed into.
function step(button) {
  const group = button.closest(".stepper");
  const input = group.querySelector("input");
  const least = Number(input.min || 0), most = Number(input.max || 9999);
  const value = Math.min(most, Math.max(least, (Number(input.value) || 0) + Number(button.dataset.step)));
  if (value !== Number(input.value)) {
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  bound(group);
}
function bound(group) {
  const input = group.querySelector("input");
  for (const button of group.querySelectorAll("[data-step]")) {
    button.hidden = false;
    const at = Number(button.dataset.step) < 0 ? Number(input.min || 0) : Number(input.max || 9999);
    button.disabled = Number(button.dataset.step) < 0 ? Number(input.value) <= at : Number(input.value) >= at;
  }
}
function prepare() {
  document.querySelectorAll(".stepper").forEach(bound);
  document.querySelectorAll("[data-needs-script]").forEach(el => { el.hidden = false; });
}
prepare();

document.addEventListener("click", event => {
  const at = selector => event.target.closest(selector);
  const stepButton = at("button[data-step]"), share = at("[data-share]"), copied = at("[data-copy]");
  if (stepButton) step(stepButton);
  if (copied) copy(copied.dataset.copy, copied.dataset.said || words.wordCopied);
  const locate = at("[data-locate]");
  if (locate) near(locate);
  if (share) {
    event.preventDefault();
    const url = new URL(share.dataset.share, location.origin).href;
    const said = { title: share.dataset.title || document.title, text: share.dataset.text, url };
    if (navigator.share) navigator.share(said).catch(() => {});
    else copy(url, words.wordCopied);
  }
});

// Where I am, if I say so: rounded to some ten metres, and told to this form alone.
function near(button) {
  const denied = () => { button.removeAttribute("aria-busy"); toast(button.dataset.denied); };
  const found = ({ coords }) => {
    button.form.elements[button.dataset.locate].value = `${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)}`;
    button.dispatchEvent(new Event("located"));
  };
  button.setAttribute("aria-busy", "true");
  if (navigator.geolocation) navigator.geolocation.getCurrentPosition(found, denied, { timeout: 8000, maximumAge: 60000 });
  else denied();
}

// What is there to be copied is marked whole.
document.addEventListener("focusin", event => { if (event.target.matches("[data-select]")) event.target.select(); });

// Which picture of a gallery is in view.
for (const strip of document.querySelectorAll(".gallery__strip")) {
  const said = strip.parentElement.querySelector("[data-at]");
  const dots = strip.parentElement.querySelectorAll(".gallery__dots i");
  const show = () => {
    const at = Math.round(strip.scrollLeft / strip.clientWidth);
    if (said) said.textContent = `${at + 1} / ${said.dataset.at}`;
    dots.forEach((dot, n) => dot.toggleAttribute("data-on", n === at));
  };
  strip.addEventListener("scroll", show, { passive: true });
  show();
}

// A code was sent: the button waits until another may be asked for.
for (const button of document.querySelectorAll("[data-wait]")) {
  const label = button.textContent;
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  const wait = () => {
    const s = Math.ceil((until - Date.now()) / 1000);
    button.disabled = s > 0;
    button.textContent = s > 0 ? `${label.trim()} ${s} ${button.dataset.unit}` : label;
    if (s > 0) setTimeout(wait, 500);
  };
  wait();
}

// After a submit with errors the first wrong field has the focus.
const wrong = document.querySelector("form [aria-invalid='true']");
if (wrong) wrong.focus();

document.addEventListener("htmx:afterSwap", () => { prepare(); tick(); });
