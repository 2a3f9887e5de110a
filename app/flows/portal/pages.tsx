/** The frame of the portal's pages: the navigation, who is signed in, and the page's own commands and content. */
import type { ComponentChildren } from "preact";
import type { PortalRight } from "../../domain/portalRights.ts";
import type { PortalSession } from "../../records/portalSessions.ts";
import { Button, ButtonLink, Notice } from "../../web/components.tsx";
import type { RenderPage } from "../../web/page.tsx";
import { isOpenTo, portalPath, type PortalPageName } from "./addresses.ts";
import { DONE_WORDS } from "./done.ts";
import { Icon, type IconName } from "./icon.tsx";
import { NEXT, Next, type NextStep } from "./next.tsx";
import { PageOf } from "./postForm.tsx";

export interface PortalPage {
  readonly session: PortalSession;
  /** The entry of the navigation to which the page belongs. */
  readonly at: PortalPageName;
  readonly title: string;
  /** What can be done here, in a bar above the content. */
  readonly commands?: ComponentChildren;
  readonly main: ComponentChildren;
  /** One item of the page's list, shown beside the list; its name is the document's title. */
  readonly panel?: {
    readonly title: string;
    readonly commands?: ComponentChildren;
    readonly content: ComponentChildren;
    /** The address of the list without the panel. */
    readonly close: string;
  };
  /** Names of files in app/public besides forms.js, which each page has. */
  readonly scripts?: readonly string[];
  /** The content takes the whole window, with no navigation beside it. */
  readonly isWhole?: boolean;
}

export type PortalPages = (page: PortalPage) => string;

/** The entries, in the order of the navigation. */
const ENTRIES = [
  ["home", "Home"],
  ["checks", "Checks"],
  ["setUp", "Set-up"],
  ["connections", "FHIR connections"],
  ["approvals", "Approvals"],
  ["departments", "Departments"],
  ["managers", "Department managers"],
  ["texts", "Texts"],
  ["integration", "Integration records"],
  ["atRisk", "Visits at risk"],
  ["reports", "Reports"],
  ["audit", "Audit"],
  ["operators", "Operators"],
  ["privacy", "Privacy"],
  ["optOuts", "Opt-outs"],
  ["linkedAccounts", "Linked accounts"],
  ["traces", "Traces"],
  ["help", "Help"],
] as const satisfies readonly (readonly [PortalPageName & IconName, string])[];

type Entry = (typeof ENTRIES)[number][0];
const NEXT_OF: Readonly<Record<Entry, NextStep>> = NEXT;
const isEntry = (name: PortalPageName): name is Entry => Object.hasOwn(NEXT, name);

export function portalPages(renderPage: RenderPage, organization: string): PortalPages {
  return ({ session, at, title, commands, main, panel, scripts = [], isWhole = false }) =>
    renderPage({
      language: "en",
      audience: "administrator",
      title: (session.done === "done" ? "Done · " : "") + (panel?.title ?? title),
      organization,
      styles: ["portal.css"],
      scripts: ["forms.js", ...scripts],
      aside: <SignedIn {...session} />,
      ...(!isWhole && { nav: <Navigation at={at} session={session} /> }),
      main: (
        <PageOf.Provider value={session.administrator.objectId}>
          <div class={isWhole ? "list whole" : panel === undefined ? "list" : "list beside"}>
            <h1>{title}</h1>
            {session.done !== undefined && (
              <p
                id="said"
                class={session.done === "done" ? "said" : "said not-done"}
                role="status"
                tabIndex={-1}
              >
                {DONE_WORDS[session.done]}
              </p>
            )}
            {session.isReadOnly === true && <ReadOnly rights={session.rights} />}
            {commands !== undefined && <div class="commands">{commands}</div>}
            {main}
            {isEntry(at) && <Next at={at} step={NEXT_OF[at]} rights={session.rights} />}
          </div>
          {panel !== undefined && <Panel {...panel} />}
        </PageOf.Provider>
      ),
    });
}

/** Told once on each page while the store is read and takes nothing. */
function ReadOnly({ rights }: Pick<PortalSession, "rights">) {
  return (
    <Notice kind="warning" title="Nothing can be changed now">
      <p>
        The connector’s store can be read, but did not take what it was given when it was last tried. These
        pages show what was saved before. What you send is not carried out until the store takes it, and what
        you entered is kept.
      </p>
      {isOpenTo(rights, "checks") && (
        <p>
          <a href={portalPath("checks")}>The check “Store” says what to do.</a>
        </p>
      )}
    </Notice>
  );
}

function Panel({ title, commands, content, close }: NonNullable<PortalPage["panel"]>) {
  return (
    <section class="panel" aria-labelledby="panel-title">
      <p class="panel-close">
        <ButtonLink href={close} weight="quiet">
          Close
        </ButtonLink>
      </p>
      <h2 id="panel-title">{title}</h2>
      {commands !== undefined && <div class="commands">{commands}</div>}
      {content}
    </section>
  );
}

function SignedIn({ administrator }: PortalSession) {
  return (
    <form method="post" action={portalPath("signOut")} class="signed-in">
      <p>
        <strong>{administrator.displayName}</strong>
        <span class="quiet">{administrator.userName}</span>
      </p>
      <Button weight="secondary">Sign out</Button>
    </form>
  );
}

/** The entries that somebody with these rights has. The start page is for administrators; others have only their own pages. */
export const entriesOf = (rights: readonly PortalRight[]) =>
  ENTRIES.filter(([name]) => isOpenTo(rights, name) && (name !== "home" || rights.includes("configure")));

function Navigation({ at, session }: Pick<PortalPage, "at" | "session">) {
  const open = entriesOf(session.rights);
  return (
    <>
      {/* Shown on a narrow screen only, where the navigation would fill the first page. It works without script. */}
      <section class="menu-bar" aria-label="Menu">
        <button class="button secondary" type="button" popovertarget="portal-nav">
          <Icon name="menu" /> Menu
        </button>
        <span class="quiet">{open.find(([name]) => name === at)?.[1]}</span>
      </section>
      <nav id="portal-nav" class="portal-nav" aria-label="Portal" popover="auto">
        <ul>
          {open.map(([name, says]) => (
            <li key={name}>
              <a href={portalPath(name)} aria-current={name === at ? "page" : undefined}>
                <Icon name={name} />
                {says}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
