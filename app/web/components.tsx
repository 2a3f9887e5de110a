/** The parts that pages are built of. Their look is in public/connector.css; their words are the caller's. */
import type { ComponentChildren } from "preact";
import type { Language } from "./language.ts";
import { telephone } from "./telephone.ts";
import { formatClock, formatDay } from "./time.ts";

interface Children {
  readonly children: ComponentChildren;
}

type Weight = "primary" | "secondary" | "quiet" | "danger";

/** A button that submits its form. */
export function Button(props: Children & { weight?: Weight; name?: string; value?: string }) {
  return (
    <button class={button(props.weight)} type="submit" name={props.name} value={props.value}>
      {props.children}
    </button>
  );
}

/**
 * A link that looks like a button. `leaves` opens it outside PowerChart: with APPLINK there, else in a new tab
 * (public/join.js).
 */
export function ButtonLink(
  props: Children & { href: string; weight?: Weight; leaves?: boolean; large?: boolean },
) {
  const leaving =
    props.leaves === true ? { target: "_blank", rel: "noopener noreferrer", "data-join": true } : {};
  return (
    <a class={button(props.weight) + (props.large === true ? " large" : "")} href={props.href} {...leaving}>
      {props.children}
    </a>
  );
}

/** A button that calls a number: what it says, and the number below. */
export function CallButton(props: { says: string; phone: string; href?: string }) {
  const { says, phone, href = telephone(phone) } = props;
  return (
    <a class="button secondary large call" href={href}>
      <span>
        {says}
        <span class="phone">{phone}</span>
      </span>
    </a>
  );
}

const button = (weight: Weight = "primary") => "button " + weight;

export function Notice(props: Children & { kind: "info" | "warning" | "error"; title: string }) {
  return (
    <div class={"notice " + props.kind} role={props.kind === "error" ? "alert" : undefined}>
      <p class="notice-title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** A sheet of content. With a title it is a section that screen readers can jump to. */
export function Card(props: Children & { title?: string; narrow?: boolean }) {
  const look = props.narrow === true ? "card narrow" : "card";
  if (props.title === undefined) return <div class={look}>{props.children}</div>;
  return (
    <section class={look} aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

export function DefinitionList({
  entries,
}: {
  entries: readonly (readonly [term: string, ComponentChildren])[];
}) {
  return (
    <dl class="facts">
      {entries.map(([term, details]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{details}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Copies a field's value. It appears only with script (public/copy.js), which shows beside it whether that worked. */
export function CopyButton(props: Children & { of: string; copied: string; notCopied: string }) {
  return (
    <button
      class="button secondary"
      type="button"
      hidden
      data-copy={props.of}
      data-copied={props.copied}
      data-not-copied={props.notCopied}
    >
      {props.children}
    </button>
  );
}

/** Words for people who hear the page instead of seeing it. */
export function Unseen({ children }: Children) {
  return <span class="unseen">{children}</span>;
}

/** A value to copy. Without script the field can be selected; with it a button appears. */
export function CopyField(props: {
  id: string;
  label: string;
  value: string;
  copy: string;
  copied: string;
  notCopied: string;
}) {
  return (
    <div class="copy-field">
      <label for={props.id}>{props.label}</label>
      <div class="copy-row">
        <input id={props.id} type="text" readOnly value={props.value} />
        <CopyButton of={props.id} copied={props.copied} notCopied={props.notCopied}>
          {props.copy}
        </CopyButton>
      </div>
      <p class="copy-said" role="status" />
    </div>
  );
}

/** A value to copy that is shown as text, so that it wraps and is printed in full. A click selects it. */
export function CopyText({ id, of, value }: { id: string; of: string; value: string }) {
  return (
    <div class="copy-field">
      <div class="copy-row">
        <code id={id}>{value}</code>
        <CopyButton
          of={id}
          copied={`Copied: ${of}.`}
          notCopied="Could not copy. It is selected: copy it by hand."
        >
          Copy<Unseen> {of}</Unseen>
        </CopyButton>
      </div>
      <p class="copy-said" role="status" />
    </div>
  );
}

/** A moment in the zone it takes place in: the day, and below it the clock with the zone's name. */
export function Time({ date, zone, language }: { date: Date; zone: string; language?: Language }) {
  return (
    <time dateTime={date.toISOString()}>
      <span>{formatDay(date, zone, language)}</span> <span>{formatClock(date, zone, language)}</span>
    </time>
  );
}

/** One or two words on a state. The words carry the meaning; the color only helps. */
export function Badge({ tone, children }: Children & { tone: "calm" | "good" | "attention" | "bad" }) {
  return <span class={"badge " + tone}>{children}</span>;
}
