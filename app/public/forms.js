// A button says that it works, and is pressed once: a slow chart takes seconds. Going back finds it ready again. A form that
// is answered by a file leaves its page as it was, and can be sent again. Forms that come into the page later count, too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "file" in form.dataset) return;
  if (form.dataset.busy === "true") {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "true";
  // The button is disabled only after the browser has read the form, which includes the button's value.
  setTimeout(() => setBusy(form, true));
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) setBusy(form, false);
});

function setBusy(form, isBusy) {
  form.dataset.busy = String(isBusy);
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.disabled = isBusy;
    button.toggleAttribute("aria-busy", isBusy);
  }
}

// The notice of what was just done gets the focus, so that it is in sight and read aloud. It is said once: going back, loading
// the page again or a bookmark does not say it again.
const said = document.getElementById("said");
if (said !== null) {
  said.focus();
  const address = new URL(location.href);
  for (const name of ["done", "waits", "said", "person"]) address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}
