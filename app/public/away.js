// Nobody has touched the page for ten minutes: the patient's name is hidden from whoever passes by. The server closes the page
// later.
const AWAY_MS = 10 * 60_000;
const banner = document.querySelector(".banner");
let timer;
let lastUsed = Date.now();

function hideName() {
  banner.hidden = true;
  document.getElementById("away").hidden = false;
}

// A timer does not go on while the machine sleeps, so the time is asked before the page counts as used.
const isAway = () => Date.now() - lastUsed >= AWAY_MS;

function used() {
  if (isAway()) return hideName();
  lastUsed = Date.now();
  clearTimeout(timer);
  timer = setTimeout(hideName, AWAY_MS);
}

if (banner !== null) {
  // The page is loaded again, so that it says so if the server has closed it meanwhile.
  document.getElementById("back-again").addEventListener("click", () => location.reload());
  for (const event of ["pointerdown", "pointermove", "keydown", "scroll", "focus"])
    window.addEventListener(event, used, { passive: true });
  for (const event of ["visibilitychange", "resume"])
    document.addEventListener(event, () => isAway() && hideName());
  used();
}
