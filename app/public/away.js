// Hides the patient's name when nobody has touched the page for a while, from people who pass by. Later the server closes
// the
// page.
const AWAY_MS = 10 * 60_000;
const banner = document.querySelector(".banner");
let timer;

function leaveAlone() {
  banner.hidden = true;
  document.getElementById("away").hidden = false;
}

function used() {
  clearTimeout(timer);
  timer = setTimeout(leaveAlone, AWAY_MS);
}

if (banner !== null) {
  // The page is loaded again, so that it says so if the server has closed it meanwhile.
  document.getElementById("back-again").addEventListener("click", () => location.reload());
  for (const event of ["pointerdown", "pointermove", "keydown", "scroll", "focus"])
    window.addEventListener(event, used, { passive: true });
  used();
}
