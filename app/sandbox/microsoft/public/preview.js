// The camera preview before a meeting is entered. Nothing leaves the browser.
const preview = document.querySelector(".preview");
const video = preview.querySelector("video");
const button = document.getElementById("camera");
const words = document.getElementById("camera-words");

if (navigator.mediaDevices !== undefined) preview.hidden = false;

button.addEventListener("click", async () => {
  const running = video.srcObject;
  if (running !== null) {
    for (const track of running.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
    button.setAttribute("aria-pressed", "false");
    return;
  }
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    video.hidden = false;
    button.setAttribute("aria-pressed", "true");
    words.textContent = "";
  } catch {
    words.textContent = "The camera is not available. You can join without it.";
  }
});
