// Shows the progress of something that takes a minute or two. The server is asked every two seconds while the page is
// visible, and a screen reader reads each step aloud.
const region = document.querySelector("[data-progress-region]");
const said = document.querySelector("[data-progress-said]");
// Shown while what the page says may be out of date.
const stale = document.querySelector("[data-progress-stale]");
const EVERY_MS = 2_000;
// After this time nobody is asked any more. The page says so, and has a link to look again.
const LONGEST_MS = 600_000;
const until = Date.now() + LONGEST_MS;

if (region !== null) next();

function next() {
  if (region.querySelector("[data-progress]") === null) return;
  if (Date.now() < until) setTimeout(look, EVERY_MS);
  else tellStale(true);
}

// A page of the release before has no words for it.
function tellStale(isStale) {
  if (stale !== null) stale.hidden = !isStale;
}

async function look() {
  const { progress } = region.querySelector("[data-progress]").dataset;
  if (!document.hidden) {
    try {
      const answer = await fetch(progress, { headers: { accept: "text/html" }, redirect: "error" });
      if (answer.ok) show(await answer.text());
      tellStale(!answer.ok);
    } catch {
      // The connector is starting, or there is no network, or somebody has to sign in again. The next try follows.
      tellStale(true);
    }
  }
  next();
}

function show(html) {
  const shown = document.createElement("template");
  shown.innerHTML = html;
  if (shown.content.textContent === region.textContent) return;
  const held = region.contains(document.activeElement);
  region.replaceChildren(shown.content);
  // If the part that was replaced had the keyboard's focus, the new part gets it.
  const at = region.querySelector("[aria-current], .notice");
  if (said !== null) said.textContent = at?.textContent ?? "";
  if (held) region.querySelector("a, button, select")?.focus();
}
