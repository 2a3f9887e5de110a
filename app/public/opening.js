// Counts down the last hour and shows Join as soon as it works. The page is not reloaded, because a camera test may be
// running.
const early = document.querySelector("[data-opens-in]");
const open = document.querySelector("[data-opened]");
const MINUTE_MS = 60_000;
const SOON_MS = 60 * MINUTE_MS;

if (early !== null && open !== null) {
  const part = (name) => early.querySelector("[data-" + name + "]");
  const [later, soon, left] = ["later", "soon", "left"].map(part);
  // The server says how long to wait, because a phone's clock may be wrong. To measure that time it is good enough.
  const opensAt = Date.now() + Number(early.dataset.opensIn);
  look();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !early.hidden) look();
  });

  function look() {
    const wait = opensAt - Date.now();
    if (wait <= 0) {
      show();
      return;
    }
    const isSoon = wait <= SOON_MS;
    later.hidden = isSoon;
    soon.hidden = !isSoon;
    if (isSoon) say(Math.ceil(wait / MINUTE_MS));
    setTimeout(look, isSoon ? wait % MINUTE_MS || MINUTE_MS : Math.min(wait - SOON_MS, SOON_MS));
  }

  function say(minutes) {
    const { minute, minutes: several } = early.dataset;
    left.textContent = minutes === 1 ? minute : several.replace("#", String(minutes));
  }

  function show() {
    early.hidden = true;
    open.hidden = false;
    const now = document.querySelector("[data-now]");
    now.textContent = now.dataset.now;
    document.title = now.dataset.now + " " + document.title;
  }
}
