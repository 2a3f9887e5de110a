/** What keeps somebody from a page of the portal, and the page that says so. */
import type { Request } from "express";
import { PATHS } from "../../domain/addresses.ts";
import type { PortalRight } from "../../domain/portalRights.ts";
import { BatchTooLarge, StoreConflict, StoreFault } from "../../ports/store.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { Button, ButtonLink, Card } from "../../web/components.tsx";
import { wordsFor, type CommonProblem, type Fault } from "../../web/fault.ts";
import { FaultPage } from "../../web/faultPage.tsx";
import type { FaultWords } from "../../web/faults.ts";
import type { RenderPage } from "../../web/page.tsx";
import { portalPath } from "./addresses.ts";
import { ANOTHER, WORDS } from "./faultWords.ts";
import { entriesOf } from "./pages.tsx";
import { SECRET_AGAIN, secretsIn, SentForm } from "./sentForm.tsx";
import { SignInAgainPage, WHY } from "./signInAgainPage.tsx";
import { fault, type PortalProblem } from "./problems.ts";

export function portalFaults(renderPage: RenderPage, organization: string): FaultWords<PortalProblem> {
  return {
    flow: "portal",
    kinds: new Set(Object.keys(WORDS)),
    recognize: recognized,
    tell(problem, { request, reference }) {
      const words = wordsFor(WORDS, problem);
      const { status, title, happened, next, forIt } = words;
      const again = { address: request.originalUrl, says: "Try again" };
      const led = PASSING.has(problem.kind) && isPage(request) ? { ...words, back: again } : words;
      const main = needsSignIn(problem, request) ? (
        <SignInAgainPage request={request} page={problem.page} kind={problem.kind} />
      ) : (
        <>
          <FaultPage words={led} reference={reference} />
          {problem.kind === "role-missing" && <OtherWays rights={problem.rights} />}
          {OURS.has(problem.kind) && isForm(request) && (
            <Card narrow title="What you entered">
              <p>It is kept on this page. If it was not carried out, send it once more from here.</p>
              {secretsIn(request).length > 0 && <p>{SECRET_AGAIN}</p>}
              <SentForm request={request} />
            </Card>
          )}
          {problem.kind === "signed-in-as-another" && (
            <Card narrow title="What was entered">
              <p>It is kept on this page, and is done in the name of {problem.userName} if you send it.</p>
              {secretsIn(request).length > 0 && <p>{SECRET_AGAIN}</p>}
              <SentForm request={request} as="whoever-is-signed-in" />
              <SignOut />
            </Card>
          )}
        </>
      );
      return {
        status,
        html: renderPage({
          language: "en",
          audience: "administrator",
          title,
          organization,
          main,
          styles: ["portal.css"],
          scripts: ["forms.js"],
        }),
        json: { kind: problem.kind, title, happened, next, forIt, reference },
      };
    },
  };
}

const SignOut = () => (
  <form method="post" action={portalPath("signOut")}>
    <p class="actions">
      <Button weight="secondary">Sign out</Button>
    </p>
  </form>
);

/** Where somebody goes on who may not see a page: to the pages that they may see, or with another account. */
function OtherWays({ rights }: { readonly rights: readonly PortalRight[] }) {
  const open = entriesOf(rights);
  return (
    <Card narrow title="Where you can go">
      {open.length > 0 && (
        <ul class="plain tight">
          {open.map(([name, says]) => (
            <li key={name}>
              <a href={portalPath(name)}>{says}</a>
            </li>
          ))}
        </ul>
      )}
      <p class="actions">
        <ButtonLink href={ANOTHER.address} weight="secondary">
          {ANOTHER.says}
        </ButtonLink>
      </p>
      <SignOut />
    </Card>
  );
}

/** Problems of ours that pass: the same form may be carried out a minute later. */
const OURS: ReadonlySet<string> = new Set(["store-failing", "unexpected"]);
/** Problems that pass: the same page may be shown a minute later. */
const PASSING: ReadonlySet<string> = new Set([...OURS, "too-many-requests"]);

/** Whether it is an address for people: what they come back from, at Microsoft, lies elsewhere and is good once. */
const isPeoples = ({ originalUrl }: Request): boolean =>
  originalUrl.startsWith(PATHS.portal) && !originalUrl.startsWith(PATHS.portal + "/api/");
const isPage = (request: Request): boolean => request.method === "GET" && isPeoples(request);
/** Whether a person sent a form; programs send JSON, and have it still. */
const isForm = (request: Request): boolean => request.method === "POST" && isPeoples(request);

/**
 * Whether to ask for a new sign-in beside the page. The content of a form that was sent after the session's end is kept, as
 * that of one that needs a fresh sign-in.
 */
const needsSignIn = (
  problem: PortalProblem | CommonProblem,
  { method }: Request,
): problem is Extract<PortalProblem, { readonly kind: keyof typeof WHY }> =>
  problem.kind === "sign-in-again" || (method === "POST" && problem.kind in WHY);

function recognized(error: unknown): Fault<PortalProblem> | undefined {
  if (error instanceof BatchTooLarge)
    return fault({ kind: "too-much-to-keep" }, { cause: error }) as Fault<PortalProblem>;
  const isStores =
    error instanceof StoreFault || error instanceof StoreConflict || error instanceof UnreadableRecord;
  return isStores ? (fault({ kind: "store-failing" }, { cause: error }) as Fault<PortalProblem>) : undefined;
}
