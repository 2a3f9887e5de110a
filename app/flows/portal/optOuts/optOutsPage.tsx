/** The page that asks for a number, says whether it has ended texts, and lets that be removed. */
import type { OptOut } from "../../../records/optOuts.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { LONGEST_REASON } from "../fields.ts";
import { described, Frame } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import { PostForm } from "../postForm.tsx";

export interface Shown {
  readonly typed: string;
  readonly reason?: string;
  readonly faults?: { readonly number?: string; readonly reason?: string };
  readonly found?: OptOut;
  /** What just happened. `not-as-shown`: the form showed something older, and nothing was changed. */
  readonly came?: "removed" | "not-as-shown";
}

export function optOutsPage(pages: PortalPages, session: PortalSession, shown: Shown): string {
  const { typed, faults = {}, found, came } = shown;
  const main = (
    <>
      {came !== undefined && (
        <Notice {...CAME[came]}>
          <p>{CAME[came].says}</p>
        </Notice>
      )}
      <Card title="Has a number ended texts?">
        <p>
          A patient who answers STOP gets no more texts. What was said is kept under a keyed hash of the
          number: the number itself is kept nowhere, and the audit trail notes the hash.
        </p>
        <PostForm action={portalPath("optOut")} class="fields">
          <Frame
            id="number"
            label="Phone number"
            hint="Of the United States, Canada or Puerto Rico, with its area code."
            fault={faults.number}
          >
            <input
              id="number"
              name="number"
              type="tel"
              value={found === undefined ? typed : ""}
              maxLength={40}
              required
              autocomplete="off"
              {...described("number", faults.number)}
            />
          </Frame>
          <p class="actions">
            <Button weight={found === undefined ? "primary" : "secondary"}>Look</Button>
          </p>
        </PostForm>
      </Card>
      {found !== undefined && <Found {...shown} found={found} />}
    </>
  );
  return pages({ session, at: "optOuts", title: "Opt-outs", main });
}

const CAME = {
  removed: {
    kind: "info",
    title: "The opt-out is removed",
    says: "The connector may text this number again. Where the STOP is with the carrier, too, texts arrive only after the patient has texted START.",
  },
  "not-as-shown": {
    kind: "warning",
    title: "Nothing was removed",
    says: "What the form showed has changed: the opt-out was removed, or the patient has said STOP again. Below is how it is now.",
  },
} as const;

function Found({ typed, found: { stoppedAt }, reason = "", faults }: Shown & { readonly found: OptOut }) {
  if (stoppedAt === undefined)
    return (
      <Card title={typed}>
        <p>This number has not opted out here: no STOP from it is in force.</p>
        <p class="quiet">
          If texts do not arrive, the carrier may hold a STOP that is older or that the connector was not told
          of. It stays with the carrier until the patient texts START.
        </p>
      </Card>
    );
  const since = stoppedAt.toISOString();
  return (
    <Card title={typed}>
      <p>
        This number has opted out since{" "}
        <time dateTime={since}>{since.slice(0, 16).replace("T", " ")} UTC</time>. It gets no texts.
      </p>
      <h3>Remove the opt-out</h3>
      <p>
        Only when the patient asked for it by another way, such as by phone or in person. A STOP that the
        carrier holds stays with the carrier: no text arrives until the patient texts START, which removes the
        opt-out here, too.
      </p>
      <PostForm action={portalPath("removeOptOut")} class="fields">
        <input type="hidden" name="number" value={typed} />
        <input type="hidden" name="since" value={since} />
        <Frame
          id="reason"
          label="Reason"
          hint="Kept in the audit trail for six years, so name no patient and no number."
          fault={faults?.reason}
        >
          <input
            id="reason"
            name="reason"
            type="text"
            value={reason}
            maxLength={LONGEST_REASON}
            required
            autocomplete="off"
            {...described("reason", faults?.reason)}
          />
        </Frame>
        <p class="actions">
          <Button weight="danger">Remove the opt-out</Button>
        </p>
      </PostForm>
    </Card>
  );
}
