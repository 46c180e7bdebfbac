// Reading a neighbour's code with the camera, where the browser can. Everywhere else a photograph is sent to the server.
"use strict";
const live = document.getElementById("live"), picture = document.getElementById("photograph");
const video = live.querySelector("video"), says = live.querySelector("[role=status]");
const start = document.getElementById("live-start");
let stream = null;

// The digits alone, or the address of an order's code.
function codeIn(text) {
  const [, code] = /(?:[?&]code=|^)(\d{8})(?:&|$)/.exec(text) || [];
  return code;
}

function stop() {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  video.hidden = true;
  start.hidden = false;
}

async function look(detector) {
  if (!stream) return;
  const found = await detector.detect(video).catch(() => []);
  const code = found.map(one => codeIn(one.rawValue)).find(Boolean);
  if (code) {
    stop();
    live.elements.code.value = code;
    live.requestSubmit();
    return;
  }
  says.textContent = found.length ? says.dataset.other : says.dataset.looking;
  setTimeout(() => look(detector), 200);
}

async function open() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    says.textContent = says.dataset.denied;
    return;
  }
  video.srcObject = stream;
  video.hidden = false;
  start.hidden = true;
  await video.play();
  look(new BarcodeDetector({ formats: ["qr_code"] }));
}

async function able() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
}

able().then(yes => { live.hidden = !yes; });
start.addEventListener("click", open);
window.addEventListener("pagehide", stop);
// A picture taken is a picture meant.
picture.elements.photograph.addEventListener("change", () => picture.requestSubmit());
