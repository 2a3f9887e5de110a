// Shows who waits as it changes. While the page is visible the server tells by a stream. A hidden page, and one that
// gets no stream, asks from time to time. It never falls silent without saying so: it says that it may be out of date while
// nothing answers, and why nothing is told about its visit where that is so, and goes on asking; once the server has closed
// it, it is loaded again.
const live = document.querySelector("[data-live]");
const said = document.querySelector("[data-live-said]");
const lost = document.querySelector("[data-live-lost]");
const moved = document.querySelector("[data-live-moved]");
// Why nothing is told: the launch was led to another visit, or has none that this page can be told about.
const stopped = {
  other: document.querySelector("[data-live-other]"),
  none: document.querySelector("[data-live-none]"),
};
// Which visit it is, when it starts and with which links, by all that this page shows. Only who waits is shown as it is now.
const { visit, start, links } = live?.firstElementChild.dataset ?? {};
// A browser has six connections to a server for all of its pages. Two are left for what people click.
const MOST_STREAMS = 4;
const SILENT_MS = 3_000;
const NO_BEAT_MS = 40_000;
const POLL_MS = 3_000;
// While no question is answered by who waits, the pause doubles each time, up to this.
const LONGEST_POLL_MS = 60_000;
// How many times the page asks before it tries the stream again.
const POLLS = 20;
// The pause of a hidden page, which can still call by its title, a sound or a notification.
const UNSEEN_MS = 15_000;
// Why the page called last. A screen reader is told once, until nobody waits any more, or somebody begins to wait while
// somebody else was alone in the meeting.
let called = callOf(live?.firstElementChild);
let stream, giveBack, timer, tag;
let turn = 0;
let failures = 0;
// How long the answer to a form that was sent is waited for. It may never come: somebody can stop it, or the network fail.
const LEAVES_MS = 10_000;
// Whether a form was sent whose answer replaces this page, such as that of a sign-out, which says what is still open. The
// server may say that the page is over before that answer is there; if the answer does not come, the page is loaded again.
let isLeaving = false;
let isOver = false;
let leaving;

if (live !== null) {
  document.addEventListener("visibilitychange", begin);
  window.addEventListener("pagehide", end);
  document.addEventListener("submit", ({ target }) => {
    if (target.method !== "post") return;
    isLeaving = true;
    clearTimeout(leaving);
    leaving = setTimeout(stay, LEAVES_MS);
  });
  window.addEventListener("pageshow", (event) => {
    stay();
    if (event.persisted) begin();
  });
  begin();
}

function end() {
  turn++;
  clearTimeout(timer);
  stream?.close();
  giveBack?.();
  stream = giveBack = undefined;
}

async function begin() {
  end();
  const mine = turn;
  if (document.hidden) {
    timer = setTimeout(() => poll(mine, POLLS), UNSEEN_MS);
    return;
  }
  const free = await slot(MOST_STREAMS);
  if (mine !== turn) free?.();
  else if (free === undefined) poll(mine, POLLS);
  else listen(mine, free);
}

// Takes one of the few streams that all pages of this browser share. Resolves to a function that gives it back;
// undefined if none is free.
function slot(number) {
  if (number === 0 || navigator.locks === undefined) return undefined;
  return new Promise((resolve) => {
    navigator.locks
      .request("waiting-" + number, { ifAvailable: true }, (lock) => {
        if (lock === null) resolve(slot(number - 1));
        else return new Promise((free) => resolve(free));
      })
      .catch(() => resolve(undefined));
  });
}

function listen(mine, free) {
  giveBack = free;
  stream = new EventSource(live.dataset.live + "/stream");
  expect(SILENT_MS);
  // The browser tries again by itself, and each failed try is an error. The time to give up counts from the first one.
  let isFailing = false;
  stream.addEventListener("waiting", ({ data }) => {
    isFailing = false;
    const isShown = show(data);
    if (mine !== turn) return;
    answered(isShown);
    expect(NO_BEAT_MS);
  });
  stream.addEventListener("beat", () => {
    isFailing = false;
    expect(NO_BEAT_MS);
  });
  stream.addEventListener("over", over);
  stream.addEventListener("error", () => {
    if (stream?.readyState === EventSource.CLOSED) expect(0);
    else if (!isFailing) expect(SILENT_MS);
    isFailing = true;
  });

  function expect(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      end();
      poll(turn, POLLS);
    }, milliseconds);
  }
}

async function poll(mine, left) {
  try {
    const headers = tag === undefined ? {} : { "if-none-match": tag };
    const answer = await fetch(live.dataset.live, { cache: "no-store", headers });
    const html = await answer.text();
    if (mine !== turn) return;
    // The launch has no visit that can be told about: its own was given to another patient, say, or deleted.
    if (answer.status === 204) return stop("none");
    // The server has closed the page. Loaded again, it says so.
    if (answer.status === 401) return over();
    const isShown = answer.status === 200 && show(html);
    if (mine !== turn) return;
    if (isShown) tag = answer.headers.get("etag") ?? undefined;
    answered(isShown || answer.status === 304);
  } catch {
    answered(false);
  }
  if (mine !== turn) return;
  askLater(mine, left);
}

function askLater(mine, left) {
  timer = setTimeout(
    () => (left > 0 ? poll(mine, left - 1) : begin()),
    Math.max(document.hidden ? UNSEEN_MS : 0, Math.min(POLL_MS * 2 ** failures, LONGEST_POLL_MS)),
  );
}

function over() {
  end();
  isOver = true;
  if (!isLeaving) location.reload();
}

// The answer to the form has not come, or the page is back.
function stay() {
  clearTimeout(leaving);
  isLeaving = false;
  if (isOver) location.reload();
}

function answered(isAnswered) {
  failures = isAnswered ? 0 : failures + 1;
  lost.hidden = isAnswered;
}

// Returns whether it was the connector's answer. Another page may come in its place, such as the sign-in of a proxy.
function show(html) {
  const read = document.createElement("template");
  read.innerHTML = html;
  const next = read.content.firstElementChild;
  const now = next?.dataset ?? {};
  if (now.visit === undefined) return false;
  // In another tab, this chart was led to another visit. This page stays with the visit that it shows.
  if (now.visit !== visit) return stop("other");
  // The visit was given to another patient, and is this launch's again: the links on this page are none any more.
  if ((now.links ?? links) !== (links ?? now.links)) return stop("none");
  stays(undefined);
  live.replaceChildren(next);
  // While one release replaces the other, the page or the answer may be of the one before, which does not say when it starts.
  if (moved !== null) moved.hidden = (next.dataset.start ?? start) === start;
  const { say } = next.dataset;
  const isNew = say !== undefined && callOf(next) !== called;
  if (say === undefined) said.textContent = "";
  else if (isNew) said.textContent = say;
  called = callOf(next);
  live.dispatchEvent(new window.CustomEvent("waiting", { detail: { say, isNew } }));
  return true;
}

// Nothing is told about the visit that this page shows. What was said last is taken away, and why is said in its place. That
// may pass, as where another tab begins a consult and comes back; so the page asks on, more and more seldom.
function stop(why) {
  end();
  stays(why);
  lost.hidden = true;
  said.textContent = "";
  called = undefined;
  // Led back to its visit, the page is to be told all of it, though it be what it was told last.
  tag = undefined;
  live.dispatchEvent(new window.CustomEvent("waiting", { detail: { say: undefined, isNew: false } }));
  failures += 1;
  askLater(turn, POLLS);
}

// A page of the release before has no words for it, and shows on what it said last.
function stays(why) {
  live.hidden = why !== undefined && stopped[why] !== null;
  for (const [name, words] of Object.entries(stopped)) if (words !== null) words.hidden = name !== why;
}

// Why what is shown calls the clinician: somebody waits, or is alone in the meeting and may be the patient.
function callOf(shown) {
  if (shown?.dataset.say === undefined) return undefined;
  return "alone" in shown.dataset ? "alone" : "waits";
}
