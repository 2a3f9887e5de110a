/**
 * The card that says whether patients get texts and mails, or staff only; and each text as it would be sent, with its
 * segments where any can leave.
 */
import { NUMBER_REACHES } from "../../../domain/byHand/needs.ts";
import type { ToldKind } from "../../../domain/messages.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Status } from "../status.tsx";
import type { Sample, TextsShown } from "./asSet.ts";
import { LockedBy } from "./consents.tsx";
import { ListTable } from "../listTable.tsx";
import { PostForm } from "../postForm.tsx";

export function LiveCard({
  session,
  isLive,
  environment,
  connections,
  said,
  setting,
  stackFile,
}: TextsShown & { readonly session: PortalSession }) {
  const isTest = environment === "test";
  const isTexting = connections.some(({ isTexted }) => isTexted);
  return (
    <Card title="Live">
      <p>
        <Status tone={isLive ? "good" : "calm"}>{isLive ? "Live" : isTest ? "Test" : "Pilot"}</Status>{" "}
        {isLive
          ? isTexting
            ? "What is sent goes to patients, and not to the listed staff alone."
            : "Texts are off: no connection’s patients are texted. Where mails are set, patients get those; back in a pilot, listed staff alone do."
          : "Texts and mails go to the listed staff alone; everything else is recorded as withheld."}
        {isTest && " It is a test deployment, and never goes live."}
      </p>
      {said?.live !== undefined ? (
        <LockedBy stackFile={stackFile} by="sms.live" />
      ) : isTest ? null : !isLive ? (
        <p class="actions">
          <ButtonLink href={portalPath("goLive")} weight="secondary">
            See what going live will do
          </ButtonLink>
        </p>
      ) : (
        session.rights.includes("decide") && (
          <PostForm action={portalPath("setLive")} class="actions">
            <input type="hidden" name="revision" value={String(setting?.revision ?? 0)} />
            <Button name="turn" value="pilot" weight="danger">
              Back to a pilot
            </Button>
          </PostForm>
        )
      )}
    </Card>
  );
}

export const KINDS: Readonly<Record<ToldKind, string>> = {
  confirmation: "First notice",
  update: "Moved",
  cancellation: "Canceled",
  reminder: "Reminder",
  late: "Running late",
};
const LANGUAGE = { en: "English", es: "Spanish" } as const;

export function Words({ samples }: { readonly samples: readonly Sample[] }) {
  const isCharged = samples.every(({ charged }) => charged !== undefined);
  return (
    <Card title="What texts say">
      <p class="quiet">
        As they would be sent for a visit tomorrow, with a link in the length that links have. The words name
        no patient, and no department unless its page says so.
        {!isCharged && ` No text leaves from here, because numbers text phones in ${NUMBER_REACHES} only.`}
      </p>
      <p class="actions">
        <ButtonLink href={portalPath("words")} weight="secondary">
          Change what texts say
        </ButtonLink>
      </p>
      <ListTable
        label="What texts say"
        heads={["Kind", "Language", "Text", ...(isCharged ? ["Segments"] : [])]}
      >
        {samples.map(({ kind, language, text, charged }) => (
          <tr key={kind + language}>
            <th scope="row">{KINDS[kind]}</th>
            <td>{LANGUAGE[language]}</td>
            <td lang={language}>{text}</td>
            {charged !== undefined && (
              <td>
                {String(charged.segments)}
                {!charged.isPlain && (
                  <p>
                    <Status tone="attention">A character doubles the cost</Status>
                  </p>
                )}
              </td>
            )}
          </tr>
        ))}
      </ListTable>
    </Card>
  );
}
