/* Shows a debate where this script stands: <script src=".../embed.js" data-debate="ID" async></script>
   Documented in docs/embedding.md. No cookie, no storage, no call but that of the frame itself. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.dataset.debate) return;
  const {debate, number, lang, title, height} = script.dataset;
  const service = new URL(script.src).origin;
  if (!/^[0-9a-f-]{36}$/i.test(debate) || (number && !/^[1-9]\d{0,8}$/.test(number))) {
    console.error("embed.js: data-debate is the id of a debate, data-number that of a post");
    return;
  }

  const around = script.closest("[lang]");
  const asked = (lang || (around && around.lang) || "").slice(0, 2).toLowerCase();
  const words = {
    fr: ["Débat public", "Ouvrir le débat dans une page à part"],
    nl: ["Publiek debat", "Het debat op een aparte pagina openen"],
    de: ["Öffentliche Debatte", "Die Debatte auf einer eigenen Seite öffnen"],
    en: ["Public debate", "Open the debate on a page of its own"],
  };
  const [name, open] = words[asked] || words.fr;
  const address = `${service}/embed/debates/${debate}${number ? `/${number}` : ""}`;

  const frame = document.createElement("iframe");
  frame.src = address + (words[asked] ? `?lang=${asked}` : "");
  frame.title = title || name;
  if (words[asked]) frame.lang = asked;
  frame.referrerPolicy = "strict-origin";
  Object.assign(frame.style, {
    display: "block", width: "100%", border: "0", height: `${parseInt(height, 10) || 640}px`,
  });

  /* A frame that never speaks was refused or did not come: then a link takes its place. */
  let spoke = false;
  const fallBack = () => {
    if (spoke || !frame.isConnected) return;
    const link = document.createElement("a");
    link.href = address;
    link.textContent = open;
    frame.replaceWith(link);
  };
  frame.addEventListener("load", () => setTimeout(fallBack, 5000));

  addEventListener("message", (event) => {
    if (event.origin !== service || event.source !== frame.contentWindow) return;
    const said = event.data;
    if (!said || said.type !== "consultation:size" || !(said.height > 0)) return;
    spoke = true;
    frame.style.height = `${Math.min(Math.ceil(said.height), 100000)}px`;
    /* After a step inside the frame, what it is about comes into sight; on the first page nothing moves. */
    if (Number.isFinite(said.show)) {
      const top = frame.getBoundingClientRect().top + said.show;
      if (top < 0 || top > innerHeight * 0.8) scrollBy(0, top - 16);
    }
  });

  script.after(frame);
})();
