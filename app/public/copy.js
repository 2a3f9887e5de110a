// Copy buttons, which are shown only with scripts. Beside the one that was pressed last stands whether it has copied.
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

// A browser inside another program may refuse the clipboard to scripts and still copy what is selected.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    return true;
  } catch {
    // A folded part cannot be selected, so it is opened. It stays open if copying failed, for the person to do it by hand.
    const fold = field.closest("details:not([open])");
    if (fold !== null) fold.open = true;
    field.focus();
    selectAll(field);
    const isDone = document.execCommand("copy");
    if (fold !== null) fold.open = !isDone;
    return isDone;
  }
}

// Selects a value, which is in a field or in an element's text.
function selectAll(value) {
  if ("select" in value) value.select();
  else window.getSelection().selectAllChildren(value);
}
