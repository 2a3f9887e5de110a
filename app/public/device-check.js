// Camera and microphone test. Nothing is recorded or sent. Every word comes from the page, in the page's language.
const check = document.querySelector("[data-device-check]");
if (check !== null) prepare(check);

function prepare(root) {
  const part = (name) => root.querySelector("[data-" + name + "]");
  const [controls, start, stop, result] = ["controls", "start", "stop", "result"].map(part);
  const [video, level, said] = ["video", "level", "said"].map(part);
  const pickers = { camera: part("camera"), microphone: part("microphone") };
  let running;

  controls.hidden = false;
  start.addEventListener("click", begin);
  stop.addEventListener("click", () => {
    end();
    say("stopped");
    start.focus();
  });
  for (const picker of Object.values(pickers)) picker.addEventListener("change", begin);
  window.addEventListener("pagehide", end);

  async function begin() {
    const wanted = { camera: pickers.camera.value, microphone: pickers.microphone.value };
    end();
    say("starting");
    start.disabled = true;
    try {
      await show(await tracks(wanted));
    } catch (error) {
      say(problem(error));
    } finally {
      start.disabled = false;
    }
  }

  async function show(stream) {
    const has = {
      camera: stream.getVideoTracks().length > 0,
      microphone: stream.getAudioTracks().length > 0,
    };
    // That there is no camera matters more than that the microphone works.
    const listening = listen(stream, level, () => has.camera && say("heard"));
    running = { stream, listening };
    video.srcObject = stream;
    video.hidden = !has.camera;
    result.hidden = false;
    start.hidden = true;
    await fill(pickers, stream);
    say(!has.camera ? "noCamera" : !has.microphone ? "noMicrophone" : "working");
  }

  function end() {
    running?.stream.getTracks().forEach((track) => track.stop());
    running?.listening.stop();
    running = undefined;
    video.srcObject = null;
    result.hidden = true;
    start.hidden = false;
  }

  function say(what) {
    said.textContent = root.dataset[what];
    said.dataset.tone = { working: "good", heard: "good", starting: "", stopped: "" }[what] ?? "bad";
  }
}

// Both if they are there; else the one that is.
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

// Draws how loud it is and tells, once, that somebody was heard.
function listen(stream, meter, heard) {
  meter.closest("label").hidden = stream.getAudioTracks().length === 0;
  if (stream.getAudioTracks().length === 0) return { stop() {} };
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
    stop() {
      window.cancelAnimationFrame(frame);
      void audio.close();
      meter.value = 0;
    },
  };
}
