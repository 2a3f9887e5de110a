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
    // After the browser has taken the form with the button's own value.
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

// What was just done stands where the person clicked.
document.getElementById("said")?.focus();
