// Calls whoever looks elsewhere when somebody begins to wait: by the title, and by sound and notification where they were chosen.
const live = document.querySelector("[data-live]");
const choices = document.querySelector("[data-attention]");
const plainTitle = document.title;
const SAYS = { sound: play, notification: notify };

if (live !== null && choices !== null) {
  document.addEventListener("pointerdown", () => {
    choices.querySelector("[data-silent]").hidden = true;
  });
  choices.hidden = false;
  for (const box of choices.querySelectorAll("input")) {
    box.checked = isChosen(box.name);
    box.addEventListener("change", () => void choose(box));
  }
  entitle(live.querySelector("[data-say]")?.dataset.say);
  live.addEventListener("waiting", ({ detail }) => {
    entitle(detail.say);
    if (detail.isNew) for (const [name, call] of Object.entries(SAYS)) if (isChosen(name)) call(detail.say);
  });
}

function entitle(say) {
  document.title = say === undefined ? plainTitle : `● ${say} · ${plainTitle}`;
}

// Kept in this browser for all charts; it says nothing of anybody.
function isChosen(name) {
  const isKept = kept()?.getItem("waiting-" + name) === "yes";
  return isKept && (name !== "notification" || isAllowed());
}

// A browser may refuse to keep anything.
function kept() {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

function isAllowed() {
  return window.Notification?.permission === "granted";
}

async function choose(box) {
  const refused = choices.querySelector("[data-refused]");
  if (box.checked && box.name === "notification" && !isAllowed())
    await window.Notification?.requestPermission();
  refused.hidden = box.name !== "notification" || !box.checked || isAllowed();
  if (!refused.hidden) box.checked = false;
  // So that both are known, and the browser lets the page sound later.
  if (box.checked && box.name === "sound") play();
  if (box.name === "notification") {
    choices.querySelector("[data-unable]").hidden = true;
    if (box.checked) box.checked = notify(choices.dataset.sample, "#sample");
  }
  kept()?.setItem("waiting-" + box.name, box.checked ? "yes" : "no");
}

// A browser lets no page sound on which nobody has clicked: then it is said that somebody must.
async function play() {
  const silent = choices.querySelector("[data-silent]");
  const audio = new AudioContext();
  await Promise.race([audio.resume().catch(() => undefined), new Promise((late) => setTimeout(late, 500))]);
  silent.hidden = audio.state === "running";
  if (!silent.hidden) return void audio.close();
  const tones = [659, 880].map((frequency, index) => {
    const from = audio.currentTime + 0.05 + index * 0.25;
    const loudness = audio.createGain();
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.3, from + 0.03);
    loudness.gain.linearRampToValueAtTime(0, from + 0.22);
    const tone = new window.OscillatorNode(audio, { frequency });
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.22);
    return tone;
  });
  tones.at(-1).addEventListener("ended", () => void audio.close());
}

// Screens are seen by others: it names nobody. Returns whether the browser can show it: on Android none shows a page's own.
// One replaces the page's one before, which may still be shown, and calls again all the same; but the sample stands for itself.
function notify(say, part = "") {
  const tag = location.pathname + part;
  try {
    const shown = new window.Notification(say, { body: plainTitle, tag, renotify: true });
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
    });
    return true;
  } catch {
    choices.querySelector("[data-unable]").hidden = false;
    return false;
  }
}
