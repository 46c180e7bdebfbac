// Inside WeChat its own browser opens the till. Whatever comes of it, the page that waits for the result finds out.
"use strict";
const till = document.querySelector("[data-bridge]");

function pay() {
  window.WeixinJSBridge?.invoke("getBrandWCPayRequest", JSON.parse(till.dataset.bridge), answer => {
    // Whoever closed the till without paying is still here, with the button.
    if (!answer.err_msg.endsWith(":cancel")) location.replace(till.dataset.next);
  });
}
till.querySelector("button").addEventListener("click", pay);
if (window.WeixinJSBridge) pay(); else document.addEventListener("WeixinJSBridgeReady", pay);
