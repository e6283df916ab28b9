/* In the frame on a town's page: tells `embed.js` there how tall the frame is to be, and what to bring into sight. */
(() => {
  "use strict";
  if (parent === self) return;
  const spot = () => document.querySelector(".summary, .error-summary, [role=alert]") || document.querySelector(":target");
  /* Only the height of a public page is told, and `frame-ancestors` decides who can be the parent. */
  const tell = (show) => {
    const height = document.documentElement.getBoundingClientRect().height;
    parent.postMessage({type: "consultation:size", height, ...(show === undefined ? {} : {show})}, "*");
  };
  const top = () => (spot() ? spot().getBoundingClientRect().top : 0);
  new ResizeObserver(() => tell()).observe(document.documentElement);
  /* The first page of a frame stands where the town put it; later ones were asked for. */
  if (!location.pathname.startsWith("/embed/debates/") || location.hash) tell(top());
  addEventListener("hashchange", () => tell(top()));

  /* Where the frame can keep no session, a window of its own; whoever comes back sees what they did there. */
  const way = document.querySelector("a[data-window]");
  if (way) way.addEventListener("click", (event) => {
    if (!open(way.href, "_blank", "popup,width=520,height=760")) return;
    event.preventDefault();
    addEventListener("focus", () => location.replace(way.dataset.back), {once: true});
  });
})();
