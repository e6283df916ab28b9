/* In the frame on a town's page: tells `embed.js` there how tall the frame is to be, and what to bring into sight. */
(() => {
  "use strict";
  if (parent === self) return;
  const anchor = () => document.querySelector(".error-summary") || document.querySelector(":target");
  /* Only the height of a public page is told, and `frame-ancestors` decides who can be the parent. */
  const tell = (show) => {
    const height = document.documentElement.getBoundingClientRect().height;
    parent.postMessage({type: "consultation:size", height, ...(show === undefined ? {} : {show})}, "*");
  };
  new ResizeObserver(() => tell()).observe(document.documentElement);
  /* The first page of a frame stands where the town put it; later ones were asked for. */
  const asked = document.referrer.startsWith(location.origin);
  const spot = anchor();
  if (asked || spot) tell(spot ? spot.getBoundingClientRect().top : 0);
  addEventListener("hashchange", () => tell(anchor() ? anchor().getBoundingClientRect().top : 0));
})();
