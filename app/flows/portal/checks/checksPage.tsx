/**
 * The page of all checks, and of what the published document and its troubleshooting page ask, answered by the same checks.
 */
import type { ComponentChildren } from "preact";
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
import { Status } from "../status.tsx";
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

function Summary({ stands: { wrong, works, notSeen } }: Pick<Shown, "stands">) {
  return (
    <p>
      <Status tone={wrong.length > 0 ? "attention" : "good"}>
        {wrong.length > 0 ? "Needs a look" : "Well"}
      </Status>{" "}
      {String(works.length)} well, {String(wrong.length)} not, {unseenWords(notSeen)}.
    </p>
  );
}

/** How many cannot be checked from here, and of how many there is nothing yet. */
function unseenWords(notSeen: readonly Pick<NotSeen, "isNothingYet">[]): string {
  const nothing = notSeen.filter(({ isNothingYet }) => isNothingYet).length;
  const unseen = `${String(notSeen.length - nothing)} cannot be checked from here`;
  return nothing === 0 ? unseen : `${unseen}, ${String(nothing)} with nothing to check yet`;
}

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
    <Folded title={title} says={countsOf(wrong.length, works.length, notSeen)}>
      {wrong.length > 0 && (
        <p class="quiet">Not well, and told above: {wrong.map((one) => one.title).join("; ")}.</p>
      )}
      <ul class="matters">
        {notSeen.map((one) => (
          <NotSeenItem key={one.title} {...one} />
        ))}
        {works.map((one) => (
          <Well key={one.title} {...one} />
        ))}
      </ul>
    </Folded>
  );
}

const countsOf = (wrong: number, well: number, notSeen: readonly Pick<NotSeen, "isNothingYet">[]): string =>
  [
    wrong > 0 && `${String(wrong)} not well`,
    well > 0 && `${String(well)} well`,
    notSeen.length > 0 && unseenWords(notSeen),
  ]
    .filter((each) => each !== false)
    .join(", ");

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
    <li>
      <Head at={at} title={title}>
        <Status tone={tone}>{word}</Status>
      </Head>
      <p>{means}</p>
      {found !== undefined && <p class="quiet">What was found: {found}</p>}
      <p>
        <strong>Next step:</strong> {next}
      </p>
      <p class="quiet">{MOVES[move]}</p>
    </li>
  );
}

/** A check that is well; also shown on the start page. */
export function Well({ at, title, means }: Works) {
  return (
    <li>
      <Head at={at} title={title}>
        <Status tone="good">Well</Status>
      </Head>
      <p class="quiet">{means}</p>
    </li>
  );
}

const NOTHING_YET = { tone: "calm", word: "Nothing to check yet" } as const;
const NOT_FROM_HERE = { tone: "calm", word: "Cannot be checked from here" } as const;

function NotSeenItem({ title, why, next, move, isNothingYet }: NotSeen) {
  if (isNothingYet)
    return (
      <li>
        <Head title={title}>
          <Status tone="calm">{NOTHING_YET.word}</Status>
        </Head>
        <p class="quiet">{why}</p>
      </li>
    );
  return (
    <li>
      <Head title={title}>
        <Status tone="calm">{NOT_FROM_HERE.word}</Status>
      </Head>
      <p class="quiet">{why}</p>
      <p>
        <strong>To know it:</strong> {next}
      </p>
      <p class="quiet">{MOVES[move]}</p>
    </li>
  );
}

function Head(props: {
  readonly at?: string | undefined;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  const { at, title, children } = props;
  return (
    <div class="matter-head">
      <h3>{at === undefined ? title : <a href={at}>{title}</a>}</h3>
      {children}
    </div>
  );
}

function Asked(props: {
  readonly title: string;
  readonly asked: readonly AskedFor[];
  readonly stands: HowItStands;
}) {
  const { title, asked, stands } = props;
  const each = asked.map(({ by = [] }) => worstOf(by, stands));
  const well = each.filter(({ tone }) => tone === "good").length;
  const unseen = each
    .filter(({ tone }) => tone === "calm")
    .map(({ word }) => (word === NOTHING_YET.word ? { isNothingYet: true as const } : {}));
  return (
    <Folded title={title} says={countsOf(asked.length - well - unseen.length, well, unseen)}>
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
  const { tone, word } = worstOf(by, stands);
  return (
    <li>
      <Head title={says}>
        <Status tone={tone}>{word}</Status>
      </Head>
      {by.length > 0 && (
        <p class="quiet">Answered by: {by.map((name) => CHECK_WORDS[name].title).join("; ")}.</p>
      )}
      {why !== undefined && <p class="quiet">{why}</p>}
      {next !== undefined && (
        <p>
          <strong>Next step:</strong> {next}
        </p>
      )}
      {move !== undefined && <p class="quiet">{MOVES[move]}</p>}
    </li>
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
  return isWell ? ({ tone: "good", word: "Well" } as const) : NOTHING_YET;
}
