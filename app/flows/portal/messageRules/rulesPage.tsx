/** The form of what is sent, and when: for the whole hospital, and for each connection. */
import type { ComponentChildren } from "preact";
import { MESSAGE_KINDS } from "../../../domain/messages.ts";
import { MESSAGES_ID } from "../../../records/portalMessages.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { proposalId } from "../../../records/proposals.ts";
import { Button, ButtonLink, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { TypedIsKept, type TypedAndKept } from "../changedMeanwhile.tsx";
import { nameOf } from "../connections/every.ts";
import type { FieldFaults } from "../fields.ts";
import { described, Frame, NothingSaved } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import { KINDS } from "../texts/wordsAndLive.tsx";
import { NothingUntilAnswered } from "../waitingInForm.tsx";
import { kindField, remindField, type About, type FormField, type Typed } from "./typed.ts";
import { PostForm } from "../postForm.tsx";

export interface FormShown {
  readonly fields: readonly FormField[];
  readonly typed: Typed;
  readonly revision: number;
  readonly stackFile: string;
  readonly faults?: FieldFaults;
  /** What somebody else has changed meanwhile, compared with what was typed. */
  readonly differences?: readonly TypedAndKept[];
  /** Whether a change of it waits for a second person. */
  readonly isWaiting?: boolean;
  /** Why nothing was changed. */
  readonly refusal?: { readonly title: string; readonly says: string };
}

export function rulesPage(
  pages: PortalPages,
  session: PortalSession,
  { connections, page, pages: last }: Pick<About, "connections" | "page" | "pages">,
  form: FormShown,
): string {
  const of = (name: string) => ({ form, name });
  const main = (
    <>
      <Said form={form} />
      <PostForm action={portalPath("editMessageRules")} class="fields">
        <input type="hidden" name="revision" value={String(form.revision)} />
        <input type="hidden" name="connections" value={connections.map(({ id }) => id).join(" ")} />
        <Card title="When">
          <Line
            {...of("aheadDays")}
            hint="A patient is first told of a visit this many days before it, at most 60."
          />
          <fieldset class="field stacked">
            <legend>Sending hours</legend>
            <p class="quiet" id="hours-hint">
              Where the department is, as 08:00 and 21:00. What falls outside waits for the morning, goes the
              evening before, or is mailed.
            </p>
            <div class="picks">
              <Tick {...of("always")} />
            </div>
            <Line {...of("from")} hint="When messages begin to go, such as 08:00." />
            <Line {...of("to")} hint="From then on messages wait, such as from 21:00." />
          </fieldset>
          <fieldset class="field">
            <legend>Mail</legend>
            <p class="quiet">
              Patients are mailed who have no mobile number, prefer mail, or are not reached by a text. Links
              that staff send from a visit’s page are mailed all the same.
            </p>
            <div class="picks">
              <Tick {...of("byMail")} />
            </div>
          </fieldset>
        </Card>
        {connections.map((connection) => (
          <Card key={connection.id} title={nameOf(connection)}>
            <fieldset class="field">
              <legend>Messages</legend>
              <div class="picks">
                {MESSAGE_KINDS.map((kind) => (
                  <Tick key={kind} {...of(kindField(connection.id, kind))} says={KINDS[kind]} />
                ))}
              </div>
            </fieldset>
            <Lines
              {...of(remindField(connection.id))}
              hint="How long before the visit each reminder goes: 1 day, 2 hours or 15 minutes, one a line, five at most."
            />
          </Card>
        ))}
        <Done />
      </PostForm>
      {last > 1 && (
        <nav class="pager" aria-label="Pages of connections">
          {page > 1 && <a href={pageAddress(page - 1)}>Previous connections</a>}
          {page < last && <a href={pageAddress(page + 1)}>Next connections</a>}
        </nav>
      )}
    </>
  );
  return pages({ session, at: "texts", title: "What is sent, and when", main });
}

const pageAddress = (page: number) => `${portalPath("messageRules")}?page=${String(page)}`;

/** What is to be said before the form. */
export function Said({
  form: { faults = {}, differences, isWaiting = false, refusal },
}: {
  readonly form: FormShown;
}) {
  return (
    <>
      {isWaiting && (
        <NothingUntilAnswered
          what="messages"
          at={portalPath("proposal", proposalId({ kind: "messages", id: MESSAGES_ID }))}
        />
      )}
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {differences !== undefined && <TypedIsKept what="setting" rows={differences} />}
      <NothingSaved count={Object.keys(faults).length} />
    </>
  );
}

export const Done = ({ children }: { readonly children?: ComponentChildren }) => (
  <p class="actions">
    <Button>Save</Button>
    {children}
    <ButtonLink href={portalPath("texts")} weight="secondary">
      Cancel
    </ButtonLink>
  </p>
);

interface Of {
  readonly form: FormShown;
  readonly name: string;
}

export function partsOf({ form, name }: Of, hint: string) {
  const { fields, typed, faults = {}, stackFile } = form;
  const field = fields.find((one) => one.name === name);
  const lockedBy = field?.lockedBy;
  return {
    label: field?.label ?? name,
    value: typed[name] ?? "",
    fault: faults[name],
    isLocked: lockedBy !== undefined,
    hint: lockedBy === undefined ? hint : `${hint} Locked: change it in ${stackFile}, under ${lockedBy}.`,
  };
}

function Line(props: Of & { readonly hint: string }) {
  const { name } = props;
  const { label, value, fault, isLocked, hint } = partsOf(props, props.hint);
  return (
    <Frame id={name} label={label} hint={hint} fault={fault}>
      <input
        id={name}
        name={name}
        type="text"
        value={value}
        disabled={isLocked}
        autocomplete="off"
        spellcheck={false}
        {...described(name, fault)}
      />
    </Frame>
  );
}

function Lines(props: Of & { readonly hint: string }) {
  const { name } = props;
  const { label, value, fault, isLocked, hint } = partsOf(props, props.hint);
  return (
    <Frame id={name} label={label} hint={hint} fault={fault}>
      <textarea id={name} name={name} rows={3} disabled={isLocked} {...described(name, fault)}>
        {value}
      </textarea>
    </Frame>
  );
}

function Tick(props: Of & { readonly says?: string }) {
  const { name, form } = props;
  const { label, value, isLocked } = partsOf(props, "");
  const lockedBy = form.fields.find((one) => one.name === name)?.lockedBy;
  return (
    <label class="pick">
      <input type="checkbox" name={name} value="yes" checked={value === "yes"} disabled={isLocked} />{" "}
      {props.says ?? label}
      {lockedBy !== undefined && (
        <span class="quiet">
          {" "}
          (locked: {form.stackFile}, {lockedBy})
        </span>
      )}
    </label>
  );
}
