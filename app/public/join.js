// Join leaves PowerChart: APPLINK opens the address in the person's own browser, on their own machine under Citrix, too.
// Elsewhere, or when PowerChart will not, the link opens a new tab by itself. A double click is one click.
const DOUBLE_MS = 1500;

for (const link of document.querySelectorAll("a[data-join]")) {
  let last = -Infinity;
  link.addEventListener("click", (event) => {
    const isAgain = event.timeStamp - last < DOUBLE_MS;
    if (!isAgain) last = event.timeStamp;
    if (isAgain || openedByPowerChart(link.href)) event.preventDefault();
  });
}

function openedByPowerChart(address) {
  if (!isPowerChart()) return false;
  try {
    window.APPLINK(100, address, "");
    return true;
  } catch {
    return false;
  }
}

function isPowerChart() {
  const inside = Boolean(window.external) && "DiscernObjectFactory" in window.external;
  return inside || typeof window.APPLINK === "function";
}
