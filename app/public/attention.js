// Calls a clinician who looks elsewhere when somebody begins to wait: by the page's title, and by a sound and a
// notification if these were chosen.
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

// The choices are kept in this browser, for all charts. They say nothing about anybody.
function isChosen(name) {
  const isKept = kept()?.getItem("waiting-" + name) === "yes";
  return isKept && (name !== "notification" || isAllowed());
}

// The browser's storage; undefined where the browser refuses it.
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
  // Whoever chooses them hears and sees a sample. By that click the browser also lets the page sound later.
  if (box.checked && box.name === "sound") play();
  if (box.name === "notification") {
    choices.querySelector("[data-unable]").hidden = true;
    if (box.checked) box.checked = notify(choices.dataset.sample, "#sample");
  }
  kept()?.setItem("waiting-" + box.name, box.checked ? "yes" : "no");
}

// A browser silences a page until somebody clicks on it. In that case the page asks for a click.
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

// Shows a notification, which names nobody, because others can see the screen. It replaces the page's last one and
// calls again; the sample replaces none. Returns whether the browser can show it: on Android no page can.
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
