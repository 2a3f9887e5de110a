// Shows, while somebody types the words of a text, what patients will read. The server makes the preview, by the rules
// by which it keeps the words.
const form = document.querySelector("[data-preview]");
const STILL_MS = 300;
let timer;
let turn = 0;

form?.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-previewed]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => preview(target), STILL_MS);
});

async function preview({ name, id }) {
  const mine = ++turn;
  const body = new URLSearchParams(new FormData(form));
  body.set("of", name);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body, redirect: "error" });
    if (!answer.ok || mine !== turn) return;
    const shown = document.createElement("template");
    shown.innerHTML = await answer.text();
    document.getElementById(id + "-preview")?.replaceChildren(shown.content);
  } catch {
    // Without an answer nothing is shown; the form's button shows the preview, too.
  }
}
