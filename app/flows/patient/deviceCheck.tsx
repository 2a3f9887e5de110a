/** The device check. It is rendered once for each kind of device and number to call, of which there are few. */
import type { Language } from "../../web/language.ts";
import { onceFor } from "../../web/once.tsx";
import type { Platform } from "../../web/supportedBrowser.ts";
import { WORDS } from "./dictionary.ts";
import type { CheckWords, Device } from "./words.ts";

export function DeviceCheck({ language, device }: { language: Language; device: Device }) {
  return <Check of={[language, device.platform ?? "", device.phone].join("|")} />;
}

const Check = onceFor((of: string) => {
  const [language, platform, phone] = of.split("|") as [Language, Platform | "", string];
  const device = { platform: platform === "" ? undefined : platform, phone };
  return <Controls words={WORDS[language].check} device={device} />;
});

/** The test of camera, microphone and sound. Its script (public/device-check.js) shows the controls and says the messages. */
function Controls({ words, device }: { words: CheckWords; device: Device }) {
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
