/** The list of phones, and the page of one phone. */
import type { ComponentChildren } from "preact";
import type { ReceivedText, SentMail, SentText } from "../desk.ts";
import type { SandboxPhone } from "../options.ts";

export interface ShownPhone extends SandboxPhone {
  readonly texts: readonly (SentText | ReceivedText)[];
  readonly mails: readonly SentMail[];
}

function Frame({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="stylesheet" href="/phone.css" />
        <script type="module" src="/phone.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}

export function Phones({ phones }: { readonly phones: readonly ShownPhone[] }) {
  const newest = ({ texts, mails }: ShownPhone) =>
    Math.max(0, ...[...texts, ...mails].map(({ at }) => at.getTime()));
  return (
    <Frame title="Patients’ phones">
      <main class="list">
        <h1>Patients’ phones</h1>
        <p>All people are invented. Whoever got something last comes first.</p>
        <ul id="list">
          {phones
            .toSorted((one, other) => newest(other) - newest(one))
            .map((phone) => (
              <li key={phone.id}>
                <a href={"/phones/" + encodeURIComponent(phone.id)}>
                  <b>{phone.name}</b>
                  <span>
                    {reachedAt(phone)} · {phone.chart}
                  </span>
                  <span class="preview">{previewOf(phone)}</span>
                </a>
              </li>
            ))}
        </ul>
      </main>
    </Frame>
  );
}

function previewOf({ texts, mails }: ShownPhone): string {
  const text = texts.at(-1)?.text ?? "No texts yet";
  return mails.length === 0
    ? text
    : `${text} · ${String(mails.length)} ${mails.length === 1 ? "mail" : "mails"}`;
}

export function Phone({ phone, now }: { readonly phone: ShownPhone; readonly now: Date }) {
  const { id, name, number, texts, mails } = phone;
  const sender = texts.find((one) => one.kind === "text")?.from;
  return (
    <Frame title={name + "’s phone"}>
      <main class="phone">
        <header>
          <a href="/phones">All phones</a>
          <h1>{name}</h1>
          <p>
            {reachedAt(phone)} · {phone.chart} · {clock(now)}
          </p>
        </header>
        <section aria-label="Texts" class="texts" id="texts">
          {texts.length === 0 && (
            <p class="none">
              {number === undefined
                ? "The chart has no mobile number: mails alone arrive here, by themselves."
                : "No texts yet. They appear here by themselves."}
            </p>
          )}
          {texts.map((one, index) => (
            <Bubble key={index} one={one} owner={number} isLast={index === texts.length - 1} />
          ))}
        </section>
        {sender !== undefined && (
          <form method="post" action={"/phones/" + encodeURIComponent(id)} class="answer" id="answers">
            <input type="hidden" name="to" value={sender} />
            <div class="quick">
              {["STOP", "START", "HELP"].map((word) => (
                <button key={word} name="text" value={word}>
                  {word}
                </button>
              ))}
            </div>
          </form>
        )}
        {sender !== undefined && (
          <form method="post" action={"/phones/" + encodeURIComponent(id)} class="answer">
            <input type="hidden" name="to" value={sender} />
            <label>
              Text message
              <input name="text" required maxLength={1600} autocomplete="off" />
            </label>
            <button>Send</button>
          </form>
        )}
        <section aria-label="Mails" class="mails" id="mails">
          {mails.length > 0 && <h2>Mail</h2>}
          {mails.toReversed().map((mail) => (
            <Letter key={mail.operationId} mail={mail} />
          ))}
        </section>
      </main>
    </Frame>
  );
}

function Bubble({
  one,
  owner,
  isLast,
}: {
  readonly one: SentText | ReceivedText;
  readonly owner: string | undefined;
  readonly isLast: boolean;
}) {
  return (
    <div class={one.from === owner ? "bubble mine" : "bubble"} id={isLast ? "last" : undefined}>
      <p>
        <Linked text={one.text} />
      </p>
      <time dateTime={one.at.toISOString()}>
        {one.from === owner ? "You" : readable(one.from)} · {clock(one.at)}
      </time>
    </div>
  );
}

/** A mail as programs without pictures and web pages show it. The mail's HTML is foreign data and is not rendered. */
function Letter({ mail }: { readonly mail: SentMail }) {
  return (
    <details>
      <summary>
        <b>{mail.subject}</b>
        <span>
          {mail.from} · {clock(mail.at)}
        </span>
      </summary>
      <p class="letter">
        <Linked text={mail.plain} />
      </p>
      {mail.calendar !== undefined && (
        <p>
          <a
            href={"data:text/calendar;charset=utf-8," + encodeURIComponent(mail.calendar)}
            download="video-visit.ics"
          >
            video-visit.ics
          </a>
        </p>
      )}
    </details>
  );
}

/** A text in which addresses are links, as phones show it. */
function Linked({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(https?:\/\/\S+)/u).map((part) =>
        /^https?:\/\//u.test(part) ? (
          <a href={part} target="_blank" rel="noopener noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}

const reachedAt = ({ number, mail = "" }: ShownPhone) => (number === undefined ? mail : readable(number));

const clock = (at: Date) => at.toTimeString().slice(0, 5);

function readable(number: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area === undefined ? number : `(${area}) ${String(exchange)}-${String(line)}`;
}
