// A test of camera, microphone and sound. Nothing is recorded or sent. All words come from the page, in its language.
const check = document.querySelector("[data-device-check]");
if (check !== null) prepare(check);

function prepare(root) {
  const part = (name) => root.querySelector("[data-" + name + "]");
  const [controls, start, stop, sound, result] = ["controls", "start", "stop", "sound", "result"].map(part);
  const [video, level, said, soundSaid] = ["video", "level", "said", "sound-said"].map(part);
  const pickers = { camera: part("camera"), microphone: part("microphone") };
  let running;
  let isStarting = false;

  controls.hidden = false;
  start.addEventListener("click", begin);
  stop.addEventListener("click", () => {
    end();
    say("stopped");
    start.focus();
  });
  sound.addEventListener("click", () => {
    soundSaid.textContent = root.dataset.playing;
    playTones();
  });
  for (const picker of Object.values(pickers)) picker.addEventListener("change", begin);
  window.addEventListener("pagehide", end);

  // A button that is disabled or hidden loses the focus, and whoever uses a keyboard has to look for where they were.
  async function begin() {
    if (isStarting) return;
    isStarting = true;
    const wanted = { camera: pickers.camera.value, microphone: pickers.microphone.value };
    letGo();
    say("starting");
    try {
      await show(await tracks(wanted));
    } catch (error) {
      const hadFocus = result.contains(document.activeElement) || document.activeElement === stop;
      end();
      if (hadFocus) start.focus();
      say(problem(error));
    } finally {
      isStarting = false;
    }
  }

  async function show(stream) {
    const has = {
      camera: stream.getVideoTracks().length > 0,
      microphone: stream.getAudioTracks().length > 0,
    };
    const listening = listen(stream, level, () => say(has.camera ? "ready" : "readyToTalk"));
    running = { stream, listening };
    video.srcObject = stream;
    video.hidden = !has.camera;
    result.hidden = false;
    stop.hidden = false;
    if (document.activeElement === start) stop.focus();
    start.hidden = true;
    await fill(pickers, stream);
    if (!has.camera) say("noCamera");
    else if (!has.microphone) say("noMicrophone");
    else if (!listening.heard()) say("working");
  }

  function letGo() {
    running?.stream.getTracks().forEach((track) => track.stop());
    running?.listening.stop();
    running = undefined;
    video.srcObject = null;
  }

  function end() {
    letGo();
    result.hidden = true;
    start.hidden = false;
    stop.hidden = true;
  }

  function say(what) {
    said.textContent = root.dataset[what];
    const good = ["working", "ready", "readyToTalk"];
    said.dataset.tone = good.includes(what) ? "good" : ["starting", "stopped"].includes(what) ? "" : "bad";
  }
}

// Plays three rising tones, which are made here without a file.
function playTones() {
  const audio = new AudioContext();
  const last = [523, 659, 784].map((frequency, index) => {
    const from = audio.currentTime + 0.05 + index * 0.45;
    const loudness = audio.createGain();
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.3, from + 0.03);
    loudness.gain.linearRampToValueAtTime(0, from + 0.4);
    const tone = new window.OscillatorNode(audio, { frequency });
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.4);
    return tone;
  });
  last.at(-1).addEventListener("ended", () => void audio.close());
}

// The stream of camera and microphone, or of the one that there is.
async function tracks(wanted) {
  if (navigator.mediaDevices === undefined)
    throw new window.DOMException("not offered here", "SecurityError");
  const chosen = (id) => (id === "" ? true : { deviceId: { ideal: id } });
  const both = { video: chosen(wanted.camera), audio: chosen(wanted.microphone) };
  try {
    return await navigator.mediaDevices.getUserMedia(both);
  } catch (error) {
    if (error.name !== "NotFoundError") throw error;
    const kinds = (await navigator.mediaDevices.enumerateDevices()).map(({ kind }) => kind);
    if (kinds.includes("videoinput")) return navigator.mediaDevices.getUserMedia({ video: both.video });
    if (kinds.includes("audioinput")) return navigator.mediaDevices.getUserMedia({ audio: both.audio });
    throw error;
  }
}

function problem({ name }) {
  if (name === "NotAllowedError") return "denied";
  if (name === "NotFoundError") return "noneFound";
  if (name === "NotReadableError" || name === "AbortError") return "inUse";
  return name === "SecurityError" ? "insecure" : "unknown";
}

async function fill(pickers, stream) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const inUse = stream.getTracks().map((track) => track.getSettings().deviceId);
  for (const [name, kind] of [
    ["camera", "videoinput"],
    ["microphone", "audioinput"],
  ]) {
    const ofKind = devices.filter((device) => device.kind === kind && device.deviceId !== "");
    const option = ({ label, deviceId }) =>
      new window.Option(label, deviceId, false, inUse.includes(deviceId));
    pickers[name].replaceChildren(...ofKind.map(option));
    pickers[name].closest("label").hidden = ofKind.length < 2;
  }
}

// Shows how loud it is, and calls `heard` once when somebody was heard.
function listen(stream, meter, heard) {
  meter.closest("label").hidden = stream.getAudioTracks().length === 0;
  if (stream.getAudioTracks().length === 0) return { stop() {}, heard: () => false };
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let told = false;
  let frame = requestAnimationFrame(draw);
  function draw() {
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    meter.value = Math.min(100, Math.round(Math.sqrt(loudness) * 150));
    if (!told && meter.value > 25) {
      told = true;
      heard();
    }
    frame = requestAnimationFrame(draw);
  }
  return {
    heard: () => told,
    stop() {
      window.cancelAnimationFrame(frame);
      void audio.close();
      meter.value = 0;
    },
  };
}
