/** The device check of the visit's page. */
import type { Language } from "../../web/language.ts";
import { WORDS } from "./dictionary.ts";
import type { Device } from "./words.ts";

/** The test of camera, microphone and sound. Its script (public/device-check.js) shows the controls and says the messages. */
export function DeviceCheck({ language, device }: { language: Language; device: Device }) {
  const words = WORDS[language].check;
  const messages = Object.entries(words.messages).map(([name, text]) => [
    "data-" + kebab(name),
    typeof text === "string" ? text : text(device),
  ]);
  return (
    <section
      class="card check"
      aria-labelledby="check-title"
      data-device-check
      {...Object.fromEntries(messages)}
    >
      <h2 id="check-title">{words.title}</h2>
      <p>{words.intro}</p>
      <noscript>
        <p>{words.withoutScript}</p>
      </noscript>
      <div class="device-check" data-controls hidden>
        <div class="actions">
          <button class="button secondary" type="button" data-start>
            {words.start}
          </button>
          <button class="button secondary" type="button" data-stop hidden>
            {words.stop}
          </button>
          <button class="button secondary" type="button" data-sound>
            {words.sound}
          </button>
        </div>
        <p class="check-said" role="status" data-sound-said data-tone="" />
        <p class="check-said" role="status" data-said />
        <div class="check-result" data-result hidden>
          <video data-video autoplay playsInline muted aria-label={words.preview} />
          <div class="check-fields">
            <label hidden>
              {words.level}
              <meter data-level min={0} max={100} value={0} />
            </label>
            <label hidden>
              {words.camera}
              <select data-camera />
            </label>
            <label hidden>
              {words.microphone}
              <select data-microphone />
            </label>
          </div>
        </div>
      </div>
    </section>
  );
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
