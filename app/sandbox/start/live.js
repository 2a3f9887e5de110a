// Keeps the list of received requests up to date while somebody looks at it.
const list = document.getElementById("received");

async function refresh() {
  if (document.hidden || list.contains(document.activeElement)) return;
  const answer = await fetch("/received").catch(() => undefined);
  if (answer?.ok) list.innerHTML = await answer.text();
}

setInterval(refresh, 2000);
