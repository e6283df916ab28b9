// What script adds to pages of a debate that is not over: what is new is counted and shown when the
// person asks for it, votes are kept up to date, the clock counts down by the server's time, and
// forms close without taking a text away. Nothing that one reads is moved.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live || !("EventSource" in window)) return;
  const say = live.dataset;
  const news = live.querySelector(".news");
  const show = live.querySelector(".show");
  const language = document.documentElement.lang;
  const numbers = new Intl.NumberFormat(language);
  const plurals = new Intl.PluralRules(language);
  const LOOK_EVERY = 2500; // milliseconds, and as much again by chance, so that not all look at once
  const HOUR = 3600;

  const counted = (wordings, count) => {
    const forms = JSON.parse(wordings);
    const form = plurals.select(count) === "one" ? forms[0] : forms[forms.length - 1];
    return form.replace("{count}", numbers.format(count));
  };

  // Server's time less this device's: people's clocks are wrong, the deadline is not.
  let ahead = 0;
  const now = () => Date.now() + ahead;

  // One look at the public document tells what changed, however many events there were. When and in
  // which phase the debate is, its own document tells.
  const shown_at = say.thread ? `${say.debate}/contributions/${say.thread}` : say.debate;
  const waiting = new Set();
  const shown = {
    replies: Number(say.replies), sources: Number(say.sources), contributions: Number(say.contributions),
  };
  async function look() {
    const addresses = [...waiting];
    waiting.clear();
    for (const address of addresses) {
      const answer = await fetch(address, { credentials: "omit" });
      if (!answer.ok) continue;
      const document_ = await answer.json();
      if (address === say.debate) {
        turned(document_.phase);
        moved(document_);
      }
      if (address === shown_at) tell(document_);
    }
  }
  // The stream of events begins with the time. Where there is no stream, the clock that decides is
  // asked, close to the end only: everybody asks it for themselves.
  let timed = false;
  function timed_by(at) {
    if (timed) return;
    timed = true;
    ahead = Date.parse(at) - Date.now();
    tick();
  }
  function untimed() {
    if (timed) return;
    timed = true;
    ask_time().catch(() => {}).finally(tick);
  }
  async function ask_time() {
    if (Math.abs(ends - Date.now()) > 2 * HOUR * 1000) return;
    const sent = Date.now();
    const answer = await fetch(`${say.debate}/me`, { credentials: "omit" });
    if (answer.ok) ahead = Date.parse((await answer.json()).server_time) - (sent + Date.now()) / 2;
  }
  function look_soon(address) {
    if (!waiting.size) setTimeout(() => look().catch(() => {}), LOOK_EVERY * (1 + Math.random()));
    waiting.add(address);
  }

  function tell(document_) {
    const counts = document_.counts;
    if (say.thread && document_.contribution.tally) vote_figures(document_.contribution.tally);
    const found = say.thread
      ? { replies: counts.pro + counts.contra, sources: counts.sources }
      : { contributions: counts.contributions };
    const said = [];
    for (const [name, wordings] of [
      ["replies", say.newReplies], ["sources", say.newSources], ["contributions", say.newContributions],
    ]) {
      const more = found[name] - shown[name];
      if (more > 0) said.push(counted(wordings, more));
    }
    if (said.length && !over) announce(said.join(" · "));
  }

  function announce(words) {
    live.hidden = false;
    if (news.textContent !== words) news.textContent = words;
  }

  function vote_figures(tally) {
    const post = document.getElementById(`post-${say.thread}`);
    const all = tally.agree + tally.mixed + tally.disagree;
    let x = 0;
    for (const value of ["agree", "mixed", "disagree"]) {
      const figures = post.querySelectorAll(`button[value=${value}] .figure, .figures .${value} dd`);
      for (const figure of figures) {
        if (figure.textContent === numbers.format(tally[value])) continue;
        figure.textContent = numbers.format(tally[value]);
        const said = figure.parentElement.querySelector(".said");
        if (said) said.textContent = ` ${counted(say.votes, tally[value])}`;
      }
      const part = post.querySelector(`.bar .${value}`);
      if (!part || !all) continue;
      part.setAttribute("x", x);
      part.setAttribute("width", 1000 * tally[value] / all);
      x += 1000 * tally[value] / all;
    }
  }

  // What is new comes from the same page: no second way to write a post.
  async function bring() {
    const answer = await fetch(location.pathname + location.search);
    if (!answer.ok || (!say.thread && new URLSearchParams(location.search).size)) {
      location.reload();
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const added = say.thread
      ? ["pro", "contra", "sources"].flatMap((name) => merge(fresh, name))
      : contributions(fresh);
    Object.assign(shown, numbers_of(fresh));
    live.hidden = true;
    news.textContent = "";
    const first = added[0];
    if (!first) return;
    for (const one of added) one.classList.add("new");
    first.setAttribute("tabindex", "-1");
    first.focus();
  }
  function numbers_of(fresh) {
    const data = fresh.getElementById("live")?.dataset ?? {};
    return {
      replies: Number(data.replies), sources: Number(data.sources), contributions: Number(data.contributions),
    };
  }
  function merge(fresh, name) {
    const [mine, theirs] = [document, fresh].map((one) => one.getElementById(name)?.closest("details"));
    if (!mine || !theirs) return [];
    mine.querySelector("h2").replaceChildren(...theirs.querySelector("h2").childNodes);
    const added = [...theirs.querySelectorAll(".reply")].filter((one) => !document.getElementById(one.id));
    const last = [...mine.querySelectorAll(".reply")].pop() ?? mine.querySelector("summary");
    last.after(...added);
    if (added.length) mine.open = true;
    return added;
  }
  function contributions(fresh) {
    const [mine, theirs] = [document, fresh].map((one) => one.querySelector(".contributions"));
    if (!mine || !theirs) {
      location.reload();
      return [];
    }
    const added = [...theirs.children].filter((one) => !document.getElementById(one.id));
    mine.prepend(...added);
    document.getElementById("contributions").textContent = fresh.getElementById("contributions").textContent;
    return added;
  }

  // The clock. It is no live region: nobody wants to hear every second.
  let ends = Date.parse(say.ends);
  let over = false;
  let clock;
  function tick() {
    const left = Math.ceil((ends - now()) / 1000);
    const places = document.querySelectorAll("main > .period .left");
    if (left > 0 && !over) {
      for (const place of places) place.textContent = in_words(left);
      clock = setTimeout(tick, left <= HOUR ? 1000 : 30_000);
    } else if (!over) {
      look_soon(say.debate); // the service has the last word, with its own clock
      clock = setTimeout(tick, 1000);
    }
  }
  function in_words(seconds) {
    if (seconds >= 48 * HOUR) return counted(say.days, Math.floor(seconds / 24 / HOUR));
    if (seconds >= 2 * HOUR) return counted(say.hours, Math.floor(seconds / HOUR));
    if (seconds > 60 || say.phase === "upcoming") return counted(say.minutes, Math.max(1, Math.floor(seconds / 60)));
    return counted(say.seconds, seconds);
  }

  // The period was extended, or begins at another time: the clock follows, and so does the line it is in.
  function moved(period) {
    const at = Date.parse(say.phase === "open" ? period.closes_at : period.opens_at);
    if (over || at === ends) return;
    ends = at;
    clearTimeout(clock);
    if (timed) tick();
    bring_period().catch(() => {});
  }
  async function bring_period() {
    const line = document.querySelector("main > .period");
    if (!line) return;
    const answer = await fetch(location.pathname + location.search);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = fresh.querySelector("main > .period");
    if (answer.ok && theirs && !over) line.replaceChildren(...theirs.childNodes);
  }

  function turned(phase) {
    if (over || phase === say.phase) return;
    over = true;
    clearTimeout(clock);
    announce(phase === "closed" ? say.closed : say.opened);
    show.onclick = () => location.reload();
    // Where somebody writes, a page that comes anew would take the text away.
    show.hidden = document.querySelector("main textarea") !== null;
    if (phase === "closed") document.querySelectorAll("main form[method=post]").forEach(close_form);
  }
  // Nothing can be sent any more; what was written stays, to be read and copied.
  function close_form(form) {
    for (const button of form.querySelectorAll("button")) {
      if (button.type === "submit") button.disabled = true;
    }
    const areas = form.querySelectorAll("textarea");
    for (const area of areas) area.readOnly = true;
    if (!areas.length) return;
    const kept = document.createElement("p");
    kept.className = "notice";
    kept.textContent = say.kept;
    form.prepend(kept);
  }

  // A hidden page listens to nobody: a browser has few connections to one host.
  let source = null;
  let after = say.after;
  const LOOKED_AT = [
    "contribution_posted", "argument_posted", "source_posted", "post_withdrawn", "post_hidden", "post_restored",
    "vote_cast", "vote_withdrawn",
  ];
  const PERIOD = ["period_extended", "period_closed_early", "period_reopened", "debate_changed"];
  function listen() {
    if (source || document.hidden) return;
    source = new EventSource(`${say.events}?after=${encodeURIComponent(after)}`);
    for (const kind of [...LOOKED_AT, ...PERIOD]) {
      source.addEventListener(kind, (event) => {
        after = event.lastEventId;
        look_soon(PERIOD.includes(kind) ? say.debate : shown_at);
      });
    }
    source.addEventListener("phase", (event) => {
      const told = JSON.parse(event.data);
      timed_by(told.at);
      turned(told.phase);
      moved(told);
    });
    source.addEventListener("error", untimed);
    source.addEventListener("reset", () => {
      after = say.after;
      look_soon(shown_at);
    });
  }
  function stop() {
    source?.close();
    source = null;
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else listen();
  });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", listen);

  show.onclick = () => bring().catch(() => location.reload());
  live.querySelector(".later").onclick = () => {
    live.hidden = true;
    news.textContent = "";
  };
  listen();
})();
