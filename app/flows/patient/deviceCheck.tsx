import type { CheckWords } from "./words.ts";

/** The camera and microphone test. Its script (public/device-check.js) shows the controls and says the messages. */
export function DeviceCheck({ words }: { words: CheckWords }) {
  const messages = Object.entries(words.messages).map(([name, text]) => ["data-" + kebab(name), text]);
  return (
    <section class="card" aria-labelledby="check-title" data-device-check {...Object.fromEntries(messages)}>
      <h2 id="check-title">{words.title}</h2>
      <p>{words.intro}</p>
      <noscript>
        <p>{words.withoutScript}</p>
      </noscript>
      <div class="device-check" data-controls hidden>
        <button class="button secondary" type="button" data-start>
          {words.start}
        </button>
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
            <button class="button quiet" type="button" data-stop>
              {words.stop}
            </button>
          </div>
        </div>
      </div>
    </section>
  );
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
