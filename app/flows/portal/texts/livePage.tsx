/** The page that says what will happen when texts go live, before somebody does it. */
import type { Environment } from "../../../domain/environment.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { PortalPages } from "../pages.tsx";
import { toldOnceLive, type AsSet } from "./asSet.ts";
import type { Refusal } from "./refusals.ts";
import { PostForm } from "../postForm.tsx";

interface Shown {
  readonly set: AsSet;
  readonly known: { readonly visits: number; readonly days: number };
  readonly environment: Environment;
  /** Why texts were not set live, where somebody has tried. */
  readonly refusal?: Refusal | undefined;
}

export function livePage(
  pages: PortalPages,
  session: PortalSession,
  { set, known, environment, refusal }: Shown,
): string {
  const { isMailing, texted, mailed } = toldOnceLive(set);
  const card = set.isLive ? (
    <Card title="Texts are live">
      <p>
        What is agreed to and set goes to patients already. On the page of texts it can be set back to a
        pilot.
      </p>
      <p class="actions">
        <ButtonLink href={portalPath("texts")}>Texts</ButtonLink>
      </p>
    </Card>
  ) : environment === "test" ? (
    <Card title="Texts never go live here">
      <p>A test deployment writes to its listed staff alone, and never goes live.</p>
    </Card>
  ) : (
    <Card title="What will happen">
      <ul>
        {texted.length > 0 && (
          <li>
            Patients of {namesOf(texted)} are texted{isMailing && " and mailed"} from now on.
          </li>
        )}
        {mailed.length > 0 && (
          <li>
            Patients of {namesOf(mailed)} are mailed from now on, and not texted: no number is linked there.
          </li>
        )}
        {texted.length + mailed.length === 0 && (
          <li>
            {set.isAgreed
              ? "Nothing yet: no connection of production is linked to the number, and nobody is mailed."
              : "Nothing yet: nobody has agreed to texts."}
          </li>
        )}
        <li>
          {known.visits === 1 ? "1 visit is" : `${String(known.visits)} visits are`} known for the next{" "}
          {String(known.days)} days. Their patients get reminders, and word of a move or a cancellation; they
          get no first notice, so that nobody is told twice and not everybody is told at once.
        </li>
        <li>Visits that become known later get a first notice, too, within the sending hours.</li>
        {set.number === undefined && (
          <li>There is no number yet, so no text is sent{isMailing && "; mails are"}.</li>
        )}
        {set.verification !== "approved" && (
          <li>
            The carriers’ verification is not entered as approved, so no text is sent until it is
            {isMailing && "; mails are"}.
          </li>
        )}
        <li>It can be set back to a pilot at any time. What was sent stays sent.</li>
      </ul>
      {session.rights.includes("decide") ? (
        <PostForm action={portalPath("setLive")} class="actions">
          <input type="hidden" name="revision" value={String(set.setting?.revision ?? 0)} />
          <Button name="turn" value="live">
            Set live
          </Button>
          <ButtonLink href={portalPath("texts")} weight="secondary">
            Not yet
          </ButtonLink>
        </PostForm>
      ) : (
        <GlobalAdministratorOnly
          says="Only a Global Administrator sets texts live."
          session={session}
          page={portalPath("goLive")}
        />
      )}
    </Card>
  );
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {card}
    </>
  );
  return pages({ session, at: "texts", title: "Set texts live", main });
}

const namesOf = (connections: readonly { readonly name: string }[]): string =>
  connections.map(({ name }) => name).join(", ");
