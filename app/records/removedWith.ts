/**
 * What is removed in the same batch as a connection: that its patients are texted, the rules of its messages, and which
 * records Oracle was given of it. Otherwise a connection that is made later with the same id would have them. What a removal
 * had to leave, because it could not be read then, is removed where a connection of that id is made anew: a consent that an
 * earlier release kept without the chart would count for whichever chart it leads to.
 */
import type { GivenRecords } from "./givenRecords.ts";
import { MESSAGES_ID, type PortalMessages } from "./portalMessages.ts";
import { UnreadableRecord } from "./record.ts";
import { TEXTING_ID, type PortalTexting } from "./portalTexting.ts";
import type { Change, MayBeChange, Settings } from "./settings.ts";
import type { SettingChange } from "./settingChange.ts";

export interface RemovedWithDeps {
  readonly texting: Settings<PortalTexting>;
  readonly messages: Settings<PortalMessages>;
  readonly given: Settings<GivenRecords>;
  /** The ids of the stack file's connections: of one that it has taken over, only what is not used any more is removed. */
  readonly stackConnections: ReadonlySet<string>;
}

export function removedWith(
  { texting, messages, given, stackConnections }: RemovedWithDeps,
  { actor }: Pick<Change, "actor">,
  of: SettingChange,
): readonly MayBeChange[] {
  if (of.kind !== "connection" || stackConnections.has(of.id)) return [];
  const isNew = of.shown === undefined && of.before === undefined;
  if (of.after !== undefined && !isNew) return [];
  const { id } = of;
  return [
    async () => {
      const now = await texting.read(TEXTING_ID).catch(unlessUnreadable);
      const after = now && without(now.value, id);
      if (now === undefined || after === undefined) return "not-needed";
      const change = { actor, action: "texting.connection-removed" };
      return (await texting.plan(change, TEXTING_ID, { shown: now.revision, value: after }))();
    },
    async () => {
      const now = await messages.read(MESSAGES_ID).catch(unlessUnreadable);
      const { connections = [], ...rest } = now?.value ?? {};
      const left = connections.filter(({ connection }) => connection !== id);
      if (now === undefined || left.length === connections.length) return "not-needed";
      const value = { ...rest, ...(left.length > 0 && { connections: left }) };
      const change = { actor, action: "messages.connection-removed" };
      return (await messages.plan(change, MESSAGES_ID, { shown: now.revision, value }))();
    },
    async () => {
      const now = await given.read(id).catch(unlessUnreadable);
      if (now === undefined) return "not-needed";
      return (await given.plan({ actor, action: "integration.removed" }, id, { shown: now.revision }))();
    },
  ];
}

/** One of these rows may be damaged, or another release's, and the connection is removed all the same. */
function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableRecord)) throw error;
}

/** Undefined where nothing of it is about the connection. Consents for no connection at all are none. */
function without(value: PortalTexting, id: string): PortalTexting | undefined {
  const { connections, charts, consents, notTexted, ...rest } = value;
  const isOther = (connection: string) => connection !== id;
  const left = connections?.filter(isOther);
  const noneLeft = notTexted?.filter(isOther);
  const chartsLeft = charts?.filter(({ connection }) => isOther(connection));
  const isSame =
    left?.length === connections?.length &&
    chartsLeft?.length === charts?.length &&
    noneLeft?.length === notTexted?.length;
  if (isSame) return undefined;
  const isAnyLeft = left !== undefined && left.length > 0;
  return {
    ...rest,
    ...(left !== undefined && { connections: left }),
    ...(noneLeft !== undefined && { notTexted: noneLeft }),
    ...(isAnyLeft && consents !== undefined && { consents }),
    ...(isAnyLeft && chartsLeft !== undefined && { charts: chartsLeft }),
  };
}
