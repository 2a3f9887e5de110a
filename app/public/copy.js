// Copy buttons: shown only where they work. The last one pressed says what came of it, the others nothing any more.
const buttons = document.querySelectorAll("button[data-copy]");
const saidBeside = (button) => button.closest(".copy-field, .person").querySelector("[role=status]");

for (const button of buttons) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { copied: done, notCopied = "" } = button.dataset;
    const isDone = await copied(field);
    for (const each of buttons) saidBeside(each).textContent = "";
    saidBeside(button).textContent = isDone ? done : notCopied;
    saidBeside(button).dataset.tone = isDone ? "good" : "bad";
  });
  field.addEventListener("focus", () => selectAll(field));
}

// Browsers inside other programs may refuse the clipboard to scripts but not to a selection.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    return true;
  } catch {
    // What is folded in cannot be selected. If it could not be copied, it stays open for the person to do it.
    const fold = field.closest("details:not([open])");
    if (fold !== null) fold.open = true;
    field.focus();
    selectAll(field);
    const isDone = document.execCommand("copy");
    if (fold !== null) fold.open = !isDone;
    return isDone;
  }
}

// A value stands in a field, or as text.
function selectAll(value) {
  if ("select" in value) value.select();
  else window.getSelection().selectAllChildren(value);
}
