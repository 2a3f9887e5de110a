/** The parts of pages: what the stylesheet, the scripts and a screen reader find in them. */
import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";
import { expect, test } from "vitest";
import * as parts from "../../../app/web/components.tsx";
import { FaultPage } from "../../../app/web/faultPage.tsx";

const { Badge, Button, ButtonLink, CallButton, Card, CopyButton, CopyField, CopyText } = parts;
const { DefinitionList, Notice, Time, Unseen } = parts;
const AUGUST = new Date("2026-08-04T19:30:00Z");
const plain = (text: string) => text.replace(/\s/g, " ");

test.each<[what: string, part: VNode, html: string]>([
  [
    "a button is the page's main one unless said otherwise",
    <Button>Go</Button>,
    '<button class="button primary" type="submit">Go</button>',
  ],
  [
    "a button says what was pressed",
    <Button weight="danger" name="act" value="end">
      End
    </Button>,
    '<button class="button danger" type="submit" name="act" value="end">End</button>',
  ],
  [
    "a link as a button stays in the window",
    <ButtonLink href="/x">Go</ButtonLink>,
    '<a class="button primary" href="/x">Go</a>',
  ],
  [
    "a large one that leaves PowerChart opens elsewhere, and gives nothing to who is opened",
    <ButtonLink href="/x" weight="quiet" large leaves>
      Join
    </ButtonLink>,
    '<a class="button quiet large" href="/x" target="_blank" rel="noopener noreferrer" data-join="true">Join</a>',
  ],
  [
    "one that says it does not leave is like every other",
    <ButtonLink href="/x" leaves={false} large={false}>
      Go
    </ButtonLink>,
    '<a class="button primary" href="/x">Go</a>',
  ],
  [
    "a call shows whom and the number, and dials digits alone",
    <CallButton says="Call Lamna" phone="(202) 555-0100" />,
    '<a class="button secondary large call" href="tel:2025550100"><span>Call Lamna<span class="phone">(202) 555-0100</span></span></a>',
  ],
  [
    "an error is read out at once",
    <Notice kind="error" title="No">
      <p>Why</p>
    </Notice>,
    '<div class="notice error" role="alert"><p class="notice-title">No</p><p>Why</p></div>',
  ],
  [
    "a warning is read in its turn",
    <Notice kind="warning" title="Look">
      Why
    </Notice>,
    '<div class="notice warning"><p class="notice-title">Look</p>Why</div>',
  ],
  ["a card without a title is no section", <Card>Text</Card>, '<div class="card">Text</div>'],
  [
    "a card with a title is a section of that name",
    <Card title="When" narrow>
      Now
    </Card>,
    '<section class="card narrow" aria-label="When"><h2>When</h2>Now</section>',
  ],
  [
    "facts stand with their names, in order",
    <DefinitionList
      entries={[
        ["b", "2"],
        ["a", <b>1</b>],
      ]}
    />,
    '<dl class="facts"><div><dt>b</dt><dd>2</dd></div><div><dt>a</dt><dd><b>1</b></dd></div></dl>',
  ],
  ["no facts are an empty list", <DefinitionList entries={[]} />, '<dl class="facts"></dl>'],
  [
    "a button to copy is hidden until a script shows it",
    <CopyButton of="link" copied="Done." notCopied="Not done.">
      Copy
    </CopyButton>,
    '<button class="button secondary" type="button" hidden data-copy="link" data-copied="Done." data-not-copied="Not done.">Copy</button>',
  ],
  [
    "a field to copy has a label, a value that nobody changes, and somewhere to say that it was copied",
    <CopyField
      id="link"
      label="Your link"
      value="https://a.example"
      copy="Copy"
      copied="Done."
      notCopied="Not done."
    />,
    '<div class="copy-field"><label for="link">Your link</label><div class="copy-row"><input id="link" type="text" readonly value="https://a.example"/><button class="button secondary" type="button" hidden data-copy="link" data-copied="Done." data-not-copied="Not done.">Copy</button></div><p class="copy-said" role="status"></p></div>',
  ],
  [
    "a text to copy says of what, to those who hear the page",
    <CopyText id="key" of="the client id" value="abc" />,
    '<div class="copy-field"><div class="copy-row"><code id="key">abc</code><button class="button secondary" type="button" hidden data-copy="key" data-copied="Copied: the client id." data-not-copied="Could not copy. It is selected: copy it by hand.">Copy<span class="unseen"> the client id</span></button></div><p class="copy-said" role="status"></p></div>',
  ],
  ["unseen words are words", <Unseen>to hear</Unseen>, '<span class="unseen">to hear</span>'],
  [
    "a moment is said in its zone, and to programs in UTC",
    <Time date={AUGUST} zone="America/Chicago" />,
    '<time datetime="2026-08-04T19:30:00.000Z"><span>Tuesday, August 4, 2026</span> <span>2:30 PM Central Daylight Time</span></time>',
  ],
  [
    "a moment is said in the reader's language",
    <Time date={AUGUST} zone="America/Chicago" language="es" />,
    '<time datetime="2026-08-04T19:30:00.000Z"><span>martes, 4 de agosto de 2026</span> <span>2:30 p.m. hora de verano central</span></time>',
  ],
  ["a state has a tone", <Badge tone="bad">Away</Badge>, '<span class="badge bad">Away</span>'],
])("%s", (_what, part, html) => {
  expect(plain(renderToString(part))).toBe(html);
});

test("a page of a fault says what happened, what to do and its reference, and no more where there is no more", () => {
  const words = { title: "No", happened: "It broke.", next: "Try again." };
  const start =
    '<div class="card narrow"><h1>No</h1><p>It broke.</p><div class="notice info"><p class="notice-title">What to do</p><p>Try again.</p>';
  const end = '<p class="quiet">Reference <code>R1</code></p></div>';
  expect(renderToString(<FaultPage words={words} reference="R1" />)).toBe(start + "</div>" + end);
  const more = {
    ...words,
    forIt: "Look.",
    help: { address: "https://help.example", says: "More" },
    back: { address: "/s/x", says: "Back" },
  };
  expect(renderToString(<FaultPage words={more} reference="R1" />)).toBe(
    start +
      '<p class="alone"><a href="https://help.example" rel="noreferrer noopener">More</a></p></div>' +
      '<p class="actions"><a class="button primary" href="/s/x">Back</a></p>' +
      '<p class="for-it"><strong>For IT:</strong> Look.</p>' +
      end,
  );
});
