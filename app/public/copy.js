// Copy buttons: shown only where they work, and they say that they did.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = button.closest(".copy-field").querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = (await copied(field)) ? button.dataset.copied : "";
  });
  field.addEventListener("focus", () => field.select());
}

// Browsers inside other programs may refuse the clipboard to scripts but not to a selection.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
