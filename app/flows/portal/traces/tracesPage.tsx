/** The page of one trace step by step, or of the last traces, with a form for the reference that a page showed. */
import type { Trace } from "../../../records/traces.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { FURTHER } from "../../../web/floods.ts";
import { Button, ButtonLink, Card, DefinitionList, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { described, Frame } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import { ListTable } from "../listTable.tsx";
import { Status } from "../status.tsx";
import { askedWords, outcomeWords, whoWords } from "./traceWords.ts";

interface Shown {
  readonly typed: string;
  readonly fault?: string;
  readonly found?: Found;
  readonly last?: readonly Trace[];
}

interface Found {
  readonly trace: Trace;
  /** Other steps of the same launch. */
  readonly others: readonly Trace[];
  /** Whether the reference is that of a request that is not kept by itself, and for which this one stands. */
  readonly isFurther: boolean;
}

export function tracesPage(pages: PortalPages, session: PortalSession, shown: Shown): string {
  const { typed, fault, found, last } = shown;
  const main = (
    <>
      <Card>
        <form method="get" action={portalPath("traces")} class="fields">
          <Frame
            id="reference"
            label="Reference"
            hint="What a page shows when something went wrong: eight characters, and behind some of them a number."
            fault={fault}
          >
            <input
              id="reference"
              name="reference"
              type="text"
              value={typed}
              maxLength={20}
              autocomplete="off"
              spellcheck={false}
              {...described("reference", fault)}
            />
          </Frame>
          <p class="actions">
            <Button weight="secondary">Show</Button>
          </p>
        </form>
      </Card>
      {found !== undefined && <StandsForOthers {...found} />}
      {found !== undefined && <One {...found} />}
      {last !== undefined && (
        <Card title="Last launches and faults">
          <Traces traces={last} />
        </Card>
      )}
      {last === undefined && (
        <p class="actions">
          <ButtonLink href={portalPath("traces")} weight="secondary">
            The last ones
          </ButtonLink>
        </p>
      )}
    </>
  );
  return pages({ session, at: "traces", title: "Traces", main });
}

/** Whoever reads out a reference may have asked for something else than what is told here, and at another time. */
function StandsForOthers({ trace: { reference, standsForOthers }, isFurther }: Found) {
  if (standsForOthers !== true) return null;
  const of = `More requests of that minute ended in the same way than are kept one by one.`;
  return isFurther ? (
    <Notice kind="warning" title="This is not the request that was looked for">
      <p>
        {of} The one that was looked for is not kept, and {reference} stands for it: it ended as is told here,
        in the same minute. Who asked, for what and at which second may have been another.
      </p>
    </Notice>
  ) : (
    <Notice kind="info" title="It stands for further requests, too">
      <p>
        {of} This is one request, and stands for further ones, whose pages show its reference with a number
        behind it, as in {reference + FURTHER + "2"}. Ask whoever reads it out whether there is one.
      </p>
    </Notice>
  );
}

function One({ trace, others }: Found) {
  const { at, milliseconds, connection, calls } = trace;
  return (
    <>
      <Card title="What happened">
        <DefinitionList
          entries={[
            ["Time (UTC)", at.slice(0, 23).replace("T", " ")],
            ["Who", whoWords(trace)],
            ["Asked", <Asked key="asked" {...trace} />],
            ["Ended", <Ended key="ended" {...trace} />],
            ["Took", String(milliseconds) + " ms"],
            ...(trace.baseUrl === undefined
              ? []
              : [["FHIR base URL", <code key="url">{trace.baseUrl}</code>] as const]),
            ...(connection === undefined ? [] : [["Connection", connection] as const]),
          ]}
        />
        {calls.length === 0 ? (
          <p>No vendor was asked.</p>
        ) : (
          <ListTable
            label="Calls"
            heads={["Step", "Who was asked", "What", "Answer", "Took", "Vendor’s request ids"]}
          >
            {calls.map((call, index) => (
              <tr key={String(index)}>
                <th scope="row">{String(index + 1)}</th>
                <td>{call.host}</td>
                <td>{call.what}</td>
                <td>{answerOf(call)}</td>
                <td>{String(call.milliseconds)} ms</td>
                <td>
                  {call.requestIds.map((id) => (
                    <code key={id}>{id} </code>
                  ))}
                </td>
              </tr>
            ))}
          </ListTable>
        )}
      </Card>
      {others.length > 0 && (
        <Card title="The same launch">
          <Traces traces={others} />
        </Card>
      )}
    </>
  );
}

const answerOf = ({ status, tooLarge }: Trace["calls"][number]): string =>
  tooLarge === true ? "too large to be read" : status === undefined ? "none" : String(status);

function Traces({ traces }: { readonly traces: readonly Trace[] }) {
  if (traces.length === 0) return <p>There are none of the last 7 days.</p>;
  return (
    <ListTable
      label="Traces"
      heads={["Reference", "Time (UTC)", "Who", "Asked", "Ended", "Took", "Connection"]}
    >
      {traces.map((trace) => (
        <tr key={trace.reference}>
          <th scope="row" class="short">
            <a href={portalPath("traces") + "?reference=" + trace.reference}>{trace.reference}</a>
          </th>
          <td class="short">{trace.at.slice(0, 19).replace("T", " ")}</td>
          <td>{whoWords(trace)}</td>
          <td>
            <Asked {...trace} />
          </td>
          <td>
            <Ended {...trace} />
          </td>
          <td class="short">{String(trace.milliseconds)} ms</td>
          <td>{trace.connection ?? "–"}</td>
        </tr>
      ))}
    </ListTable>
  );
}

/** What was requested, in words, and below that as the log has it. */
function Asked(trace: Pick<Trace, "what">) {
  return (
    <>
      {askedWords(trace)}
      <span class="quiet">
        <code>{trace.what}</code>
      </span>
    </>
  );
}

function Ended(trace: Pick<Trace, "outcome" | "standsForOthers" | "status">) {
  const { outcome, standsForOthers, status } = trace;
  return (
    <>
      <Status tone={status < 400 ? "good" : status < 500 ? "attention" : "bad"}>{outcomeWords(trace)}</Status>
      <span class="quiet">
        <code>{`${outcome} (${String(status)})`}</code>
      </span>
      {standsForOthers === true && <span class="quiet">and further ones in that minute</span>}
    </>
  );
}
