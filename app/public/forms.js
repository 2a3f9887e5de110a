// A button says that it works, and is pressed once: a slow chart takes seconds. Going back finds it ready again. A form that
// is answered by a file leaves its page as it was, and can be sent again.
const forms = document.querySelectorAll("form[method=post]:not([data-file])");

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.busy === "true") {
      event.preventDefault();
      return;
    }
    form.dataset.busy = "true";
    // The button is disabled only after the browser has read the form, which includes the button's value.
    setTimeout(() => setBusy(form, true));
  });
}

window.addEventListener("pageshow", () => {
  for (const form of forms) setBusy(form, false);
});

function setBusy(form, isBusy) {
  form.dataset.busy = String(isBusy);
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.disabled = isBusy;
    button.toggleAttribute("aria-busy", isBusy);
  }
}

// The notice of what was just done gets the focus, so that it is in sight and read aloud.
document.getElementById("said")?.focus();
