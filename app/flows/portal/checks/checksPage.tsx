/**
 * The page of all checks, and of what the published document and its troubleshooting page ask, answered by the same checks.
 */
import type { ComponentChildren } from "preact";
import type { Mover } from "../../../domain/mover.ts";
import { VERSION } from "../../../domain/version.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { DataRegion } from "../../../records/dataRegions.ts";
import type { CheckName } from "../../../web/flow.ts";
import { ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { CHECK_WORDS } from "../checkWords.ts";
import { MOVES } from "../movers.ts";
import { regionsTold } from "../ownChecks.ts";
import type { PortalPages } from "../pages.tsx";
import type { HowItStands, NotSeen, Works, Wrong } from "../standing.ts";
import { Status, type Tone } from "../status.tsx";
import { ABOUT } from "./about.ts";
import { PREREQUISITES, SYMPTOMS, type AskedFor } from "./asked.ts";

interface Shown {
  readonly stands: HowItStands;
  /** The digest of the package that runs. */
  readonly packageDigest: string;
  /** Where data lies, as far as Azure tells. */
  readonly regions: readonly DataRegion[];
}

export function checksPage(
  pages: PortalPages,
  session: PortalSession,
  { stands, packageDigest, regions }: Shown,
): string {
  const main = (
    <>
      <Summary stands={stands} />
      <p class="quiet">
        As of now, by what the connector has seen, and with very many connections as of a minute ago; no chart
        is read for this page. Version that runs: {VERSION}, package <code>{packageDigest.slice(0, 12)}</code>
        .{regions.length > 0 && ` Where data lies: ${regionsTold(regions)}.`}
      </p>
      {stands.wrong.length > 0 && (
        <Card title="What needs action">
          <ul class="matters">
            {stands.wrong.toSorted(badFirst).map((one) => (
              <WrongItem key={one.title + one.word} {...one} />
            ))}
          </ul>
        </Card>
      )}
      {Object.entries(ABOUT).map(([about, title]) => (
        <Group key={about} about={about} title={title} stands={stands} />
      ))}
      <Asked title="What the document asks for first" asked={PREREQUISITES} stands={stands} />
      <Asked title="What the troubleshooting page names" asked={SYMPTOMS} stands={stands} />
      <p class="actions">
        <ButtonLink href={portalPath("home")} weight="secondary">
          Home
        </ButtonLink>
      </p>
    </>
  );
  return pages({ session, at: "checks", title: "Checks", main });
}

const badFirst = (one: Wrong, other: Wrong): number =>
  Number(other.tone === "bad") - Number(one.tone === "bad");

function Summary({ stands }: Pick<Shown, "stands">) {
  const isWell = stands.wrong.length === 0;
  return (
    <p>
      <Status tone={isWell ? "good" : "attention"}>{isWell ? "Well" : "Needs a look"}</Status>{" "}
      {countsOf(countedIn(stands))}.
    </p>
  );
}

/** How many checks are in each state. */
interface Counts {
  readonly wrong: number;
  readonly well: number;
  readonly notFromHere: number;
  readonly nothingYet: number;
}

function countedIn({ wrong, works, notSeen }: HowItStands): Counts {
  const nothingYet = notSeen.filter((one) => one.isNothingYet).length;
  return {
    wrong: wrong.length,
    well: works.length,
    notFromHere: notSeen.length - nothingYet,
    nothingYet,
  };
}

/** The states that there are, each with how many. */
const countsOf = ({ wrong, well, notFromHere, nothingYet }: Counts): string =>
  (
    [
      [wrong, "not well"],
      [well, "well"],
      [notFromHere, "cannot be checked from here"],
      [nothingYet, "with nothing to check yet"],
    ] as const
  )
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${String(count)} ${words}`)
    .join(", ");

const isAbout = (about: string) => (one: { readonly check?: CheckName }) =>
  one.check !== undefined && CHECK_WORDS[one.check].about === about;

/**
 * The checks about one thing, folded up: those that are not well stand above already, and of the others it is enough at first
 * how many there are.
 */
function Group(props: { readonly about: string; readonly title: string; readonly stands: HowItStands }) {
  const { about, title, stands } = props;
  const [wrong, notSeen, works] = [
    stands.wrong.filter(isAbout(about)),
    stands.notSeen.filter(isAbout(about)),
    stands.works.filter(isAbout(about)),
  ];
  if (wrong.length + notSeen.length + works.length === 0) return null;
  return (
    <Folded title={title} says={countsOf(countedIn({ wrong, notSeen, works }))}>
      {wrong.length > 0 && (
        <p class="quiet">Not well, and told above: {wrong.map((one) => one.title).join("; ")}.</p>
      )}
      {notSeen.length + works.length > 0 && (
        <ul class="matters">
          {notSeen.map((one) => (
            <NotSeenItem key={one.title} {...one} />
          ))}
          {works.map((one) => (
            <Well key={one.title} {...one} />
          ))}
        </ul>
      )}
    </Folded>
  );
}

function Folded(props: {
  readonly title: string;
  readonly says: string;
  readonly children: ComponentChildren;
}) {
  return (
    <details class="card folded">
      <summary>
        <h2>{props.title}</h2> <span class="quiet">{props.says}</span>
      </summary>
      {props.children}
    </details>
  );
}

/** A check that is not well, with the next step and whose move it is; also shown on the start page. */
export function WrongItem({ at, title, tone, word, means, found, next, move }: Wrong) {
  return (
    <Item {...{ at, title, tone, word }}>
      <p>{means}</p>
      {found !== undefined && <p class="quiet">What was found: {found}</p>}
      <NextStep next={next} move={move} />
    </Item>
  );
}

/** A check that is well; also shown on the start page. */
export function Well({ at, title, means }: Works) {
  return (
    <Item at={at} title={title} {...WELL}>
      <p class="quiet">{means}</p>
    </Item>
  );
}

const WELL = { tone: "good", word: "Well" } as const;
const NOTHING_YET = { tone: "calm", word: "Nothing to check yet" } as const;
const NOT_FROM_HERE = { tone: "calm", word: "Cannot be checked from here" } as const;

/** Where there is nothing yet to check, nobody has to do anything to know it. */
function NotSeenItem({ title, why, next, move, isNothingYet }: NotSeen) {
  return (
    <Item title={title} {...(isNothingYet ? NOTHING_YET : NOT_FROM_HERE)}>
      <p class="quiet">{why}</p>
      {!isNothingYet && <NextStep label="To know it" next={next} move={move} />}
    </Item>
  );
}

/** How one thing stands, with all that there is to say of it. */
function Item(props: {
  readonly at?: string | undefined;
  readonly title: string;
  readonly tone: Tone;
  readonly word: string;
  readonly children: ComponentChildren;
}) {
  const { at, title, tone, word, children } = props;
  return (
    <li>
      <div class="matter-head">
        <h3>{at === undefined ? title : <a href={at}>{title}</a>}</h3>
        <Status tone={tone}>{word}</Status>
      </div>
      {children}
    </li>
  );
}

/** What is to be done next, and whose move that is, as far as somebody has to do something. */
function NextStep(props: {
  readonly label?: string;
  readonly next?: string | undefined;
  readonly move?: Mover | undefined;
}) {
  const { label = "Next step", next, move } = props;
  return (
    <>
      {next !== undefined && (
        <p>
          <strong>{label}:</strong> {next}
        </p>
      )}
      {move !== undefined && <p class="quiet">{MOVES[move]}</p>}
    </>
  );
}

function Asked(props: {
  readonly title: string;
  readonly asked: readonly AskedFor[];
  readonly stands: HowItStands;
}) {
  const { title, asked, stands } = props;
  const each = asked.map(({ by = [] }) => worstOf(by, stands));
  const countOf = (state: (typeof each)[number]) => each.filter((one) => one === state).length;
  const [well, notFromHere, nothingYet] = [countOf(WELL), countOf(NOT_FROM_HERE), countOf(NOTHING_YET)];
  const wrong = each.length - well - notFromHere - nothingYet;
  return (
    <Folded title={title} says={countsOf({ wrong, well, notFromHere, nothingYet })}>
      <ul class="matters">
        {asked.map((one) => (
          <AskedItem key={one.says} asked={one} stands={stands} />
        ))}
      </ul>
    </Folded>
  );
}

function AskedItem({ asked, stands }: { readonly asked: AskedFor; readonly stands: HowItStands }) {
  const { says, by = [], why, next, move } = asked;
  return (
    <Item title={says} {...worstOf(by, stands)}>
      {by.length > 0 && (
        <p class="quiet">Answered by: {by.map((name) => CHECK_WORDS[name].title).join("; ")}.</p>
      )}
      {why !== undefined && <p class="quiet">{why}</p>}
      <NextStep next={next} move={move} />
    </Item>
  );
}

/**
 * The state of the worst of the checks that answer something; if there are none, it is not known here. A check that has
 * nothing to look at, such as that of a connection where none is on, is not well for that.
 */
function worstOf(by: readonly CheckName[], { wrong, works, notSeen }: HowItStands) {
  const isOne = ({ check }: { readonly check?: CheckName }) => check !== undefined && by.includes(check);
  const bad = wrong.filter(isOne);
  const worst = bad.find(({ tone }) => tone === "bad") ?? bad[0];
  if (worst !== undefined) return { tone: worst.tone, word: worst.word };
  if (by.length === 0 || notSeen.some((one) => isOne(one) && !one.isNothingYet)) return NOT_FROM_HERE;
  const isWell = by.every((name) => works.some(({ check }) => check === name));
  return isWell ? WELL : NOTHING_YET;
}
