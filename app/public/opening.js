// Shows Join at the moment it begins to work, without reloading: a camera test may be running.
const early = document.querySelector("[data-opens-in]");
const open = document.querySelector("[data-opened]");
const LONGEST_TIMEOUT = 2 ** 31 - 1;

if (early !== null && open !== null) {
  // The server says how long to wait, because a phone's clock may be wrong; its pace is good enough.
  const opensAt = Date.now() + Number(early.dataset.opensIn);
  const look = () => {
    const left = opensAt - Date.now();
    if (left > 0) return void setTimeout(look, Math.min(left, LONGEST_TIMEOUT));
    early.hidden = true;
    open.hidden = false;
  };
  look();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !early.hidden) look();
  });
}
