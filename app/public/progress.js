// Shows how far something is that takes a minute or two: asked every two seconds while the page is seen. The step that it
// is at is read aloud.
const region = document.querySelector("[data-progress-region]");
const said = document.querySelector("[data-progress-said]");
const EVERY_MS = 2_000;
// Somebody who leaves the page open for longer looks again by the link.
const LONGEST_MS = 600_000;
const until = Date.now() + LONGEST_MS;

if (region !== null) next();

function next() {
  if (region.querySelector("[data-progress]") !== null && Date.now() < until) setTimeout(look, EVERY_MS);
}

async function look() {
  const { progress } = region.querySelector("[data-progress]").dataset;
  if (!document.hidden) {
    try {
      const answer = await fetch(progress, { headers: { accept: "text/html" }, redirect: "error" });
      if (answer.ok) show(await answer.text());
    } catch {
      // The connector starts again, or the network is away: asked again.
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
  // Whoever stood inside stands at what has come in its place.
  const at = region.querySelector("[aria-current], .notice");
  if (said !== null) said.textContent = at?.textContent ?? "";
  if (held) region.querySelector("a, button, select")?.focus();
}
