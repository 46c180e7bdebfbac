// What the back office gains from a script: ticking a whole page, printing, where one stands. All of it works without.
"use strict";
document.addEventListener("change", event => {
  const all = event.target.closest("[data-all]"), form = event.target.form;
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[type=checkbox]:not([data-all])")];
  if (all) boxes.forEach(box => { box.checked = all.checked; });
  const picked = boxes.filter(box => box.checked).length, head = form.querySelector("[data-all]");
  if (head && !all) { head.checked = picked === boxes.length; head.indeterminate = picked > 0 && !head.checked; }
  const said = form.querySelector("[data-picked]");
  if (said) {
    said.dataset.words ||= said.textContent;
    said.textContent = picked ? said.dataset.picked.replace("0", picked) : said.dataset.words;
  }
});
document.addEventListener("click", event => {
  if (event.target.closest("[data-print]")) window.print();
  const here = event.target.closest("[data-here]");
  if (!here) return;
  here.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    here.removeAttribute("aria-busy");
    here.form.elements.latitude.value = coords.latitude.toFixed(6);
    here.form.elements.longitude.value = coords.longitude.toFixed(6);
  }, () => { here.removeAttribute("aria-busy"); here.nextElementSibling.hidden = false; }, { timeout: 10000 });
});
