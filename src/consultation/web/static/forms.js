// What script adds to forms, which work without it: counts while one writes, a draft kept on the
// device until the text is published, no second sending while the first is under way, copying.
"use strict";
(() => {
  if (document.documentElement.dataset.forms) return;
  document.documentElement.dataset.forms = "yes";
  const language = document.documentElement.lang;
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const PREFIX = "draft:";
  const KEPT_FOR = 30 * 24 * 3600 * 1000; // milliseconds

  // Private windows and full devices refuse to keep anything: then there is no draft, and no error.
  const store = {
    get(name) {
      try {
        return JSON.parse(localStorage.getItem(PREFIX + name));
      } catch {
        return null;
      }
    },
    put(name, value) {
      try {
        localStorage.setItem(PREFIX + name, JSON.stringify(value));
      } catch { /* see above */ }
    },
    drop(name) {
      try {
        localStorage.removeItem(PREFIX + name);
      } catch { /* see above */ }
    },
    names() {
      try {
        return Object.keys(localStorage).filter((one) => one.startsWith(PREFIX)).map((one) => one.slice(PREFIX.length));
      } catch {
        return [];
      }
    },
  };

  const last_sent = () => {
    try {
      return sessionStorage.getItem("sent");
    } catch {
      return null;
    }
  };
  const note_sent = (name) => {
    try {
      sessionStorage.setItem("sent", name);
    } catch { /* see above */ }
  };

  // As the service counts: code points, with composed letters and no white space around.
  const lengthOf = (text) => [...text.replace(/\r\n?/g, "\n").normalize("NFC").trim()].length;

  function count(line) {
    const area = document.getElementById(line.dataset.of);
    const spoken = line.parentElement.querySelector("[data-spoken]");
    const say = (wordings, amount) => {
      const forms = JSON.parse(wordings);
      const form = plurals.select(amount) === "one" ? forms[0] : forms[forms.length - 1];
      return form.replace("{count}", numbers.format(amount));
    };
    let waiting;
    const show = () => {
      const length = lengthOf(area.value);
      const left = Number(line.dataset.longest) - length;
      const missing = Number(line.dataset.shortest) - length;
      if (left < 0) {
        line.textContent = say(line.dataset.over, -left);
      } else if (missing > 0 && length > 0) {
        line.textContent = say(line.dataset.missing, missing);
      } else {
        line.textContent = say(line.dataset.left, left);
      }
      line.classList.toggle("wrong", left < 0);
      // Read aloud when one pauses, not with each letter.
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        spoken.textContent = line.textContent;
      }, 1000);
    };
    area.addEventListener("input", show);
    area.form.addEventListener("restored", show);
    if (area.value) show();
  }

  // Of hidden fields only which text was edited: a draft of an older one must not pass for one of the newest.
  const written = (form) => [...form.elements].filter(
    (one) => one.name === "revision" || (one.name && !["hidden", "submit", "button"].includes(one.type)),
  );
  const texts = (form) => written(form).filter((one) => one.matches("textarea, input[type=text], input[type=url]"));

  function keep(form) {
    const values = {};
    for (const one of written(form)) {
      if (one.type === "radio" || one.type === "checkbox") {
        if (one.checked) values[one.name] = one.value;
      } else {
        values[one.name] = one.value;
      }
    }
    if (texts(form).some((one) => one.value !== one.defaultValue || (form.dataset.refused && one.value))) {
      store.put(form.dataset.draft, { at: Date.now(), key: form.elements.key.value, values });
    }
  }

  function restore(form) {
    const draft = store.get(form.dataset.draft);
    if (draft === null || form.dataset.refused) return;
    const differs = texts(form).some((one) => draft.values[one.name] && draft.values[one.name] !== one.value);
    if (!differs) return;
    for (const one of written(form)) {
      const value = draft.values[one.name];
      if (value === undefined) continue;
      if (one.type === "radio" || one.type === "checkbox") one.checked = one.value === value;
      else one.value = value;
    }
    // The key too: what was sent just before the line broke is found again, not sent twice.
    form.elements.key.value = draft.key;
    form.closest("details")?.setAttribute("open", "");
    const notice = form.querySelector("[data-restored]");
    notice.hidden = false;
    notice.querySelector("button").addEventListener("click", () => {
      store.drop(form.dataset.draft);
      form.reset();
      notice.hidden = true;
      form.elements.key.value = form.elements.key.defaultValue;
      form.dispatchEvent(new Event("restored"));
      texts(form)[0].focus();
    });
    form.dispatchEvent(new Event("restored"));
  }

  function look_after(form) {
    let waiting;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => keep(form), 400);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      keep(form);
    });
    addEventListener("pagehide", () => {
      if (waiting) keep(form);
    });
    restore(form);
    if (form.dataset.refused) keep(form);
  }

  // One sending at a time. Coming back to the page, by the Back button too, it can be sent again.
  function send_once(form) {
    let under_way = false;
    form.addEventListener("submit", (event) => {
      if (under_way) event.preventDefault();
      under_way = true;
      note_sent(form.dataset.draft || form.dataset.sends || "");
      setTimeout(() => { under_way = false; }, 8000);
    });
    addEventListener("pageshow", () => { under_way = false; });
  }

  function copy(button) {
    const area = document.getElementById(button.dataset.copies);
    const said = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      area.select();
      try {
        await navigator.clipboard.writeText(area.value);
      } catch {
        document.execCommand("copy"); // pages without TLS have no clipboard
      }
      said.textContent = said.dataset.copied;
    });
  }

  // What is published needs no draft any more: a page that says so comes after the form sent last.
  if (document.querySelector("[data-done]")) {
    store.drop(last_sent());
    note_sent("");
  }
  // What was refused is not published by what is sent after it, be it from another form.
  if (document.querySelector("form[data-refused]")) note_sent("");
  if (document.querySelector("[data-forget]")) store.names().forEach(store.drop);
  for (const name of store.names()) {
    const draft = store.get(name);
    if (draft === null || Date.now() - draft.at > KEPT_FOR) store.drop(name);
  }
  document.querySelectorAll("form[data-draft]").forEach(look_after);
  document.querySelectorAll("form[method=post]").forEach(send_once);
  document.querySelectorAll("[data-longest]").forEach(count);
  document.querySelectorAll("button[data-copies]").forEach(copy);
  document.getElementById("summary")?.focus();
})();
