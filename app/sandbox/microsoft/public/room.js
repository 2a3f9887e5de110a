// Keeps a meeting's page up to date: the server says that something changed, and the page fetches itself again.
const announcer = document.getElementById("announcer");
const POLL_MILLISECONDS = 3000;
let stream;
let polling;
let fetching = false;
let again = false;

function follow() {
  const live = document.querySelector("main").dataset.live;
  if (live === undefined) {
    stream?.close();
    stopPolling();
  } else if (stream === undefined) {
    stream = new EventSource(live);
    stream.onmessage = refresh;
    stream.onopen = stopPolling;
    stream.onerror = () => {
      polling ??= setInterval(refresh, POLL_MILLISECONDS);
    };
  }
}

function stopPolling() {
  clearInterval(polling);
  polling = undefined;
}

async function refresh() {
  again = fetching;
  if (fetching) return;
  fetching = true;
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    if (response.ok) show(new window.DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    // The server does not answer for the moment; the next change or poll tries again.
  } finally {
    fetching = false;
    if (again) void refresh();
  }
}

function show(page) {
  const before = document.querySelector("main");
  const after = page.querySelector("main");
  if (after === null || before.innerHTML === after.innerHTML) return;
  const focused = document.activeElement?.id ?? "";
  const hadFocus = before.contains(document.activeElement);
  before.replaceWith(document.adoptNode(after));
  document.title = page.title;
  if (hadFocus) (document.getElementById(focused) ?? after.querySelector("h1")).focus();
  if (before.dataset.says !== after.dataset.says) announcer.textContent = after.dataset.says;
  follow();
}

follow();
