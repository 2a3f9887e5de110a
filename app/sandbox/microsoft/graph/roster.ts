/** What Graph tells of the people in a meeting: who has come, was let in or left between two moments. */
import { randomUUID } from "node:crypto";
import type { Tenant } from "../entra/tenant.ts";
import type { Participant } from "../teams/rooms.ts";

/** The people in a meeting, as Teams describes them. */
type Snapshot = ReadonlyMap<string, Told>;
interface Told {
  readonly id: string;
  readonly isInLobby: boolean;
  readonly removedState?: object;
  readonly info: object;
}

export function snapshot({ options }: Tenant, participants: readonly Participant[]): Snapshot {
  return new Map(
    participants.map(({ id, account, phone, state, name }) => [
      id,
      {
        id,
        isInLobby: state === "lobby",
        ...(state !== "lobby" && state !== "in" && { removedState: { reason: LEFT } }),
        info: {
          identity:
            account !== undefined
              ? { user: { id: account.oid, displayName: name, tenantId: account.tid } }
              : phone === undefined
                ? { guest: { id: "8:teamsvisitor:" + id, displayName: name } }
                : { phone: { id: phone, displayName: name } },
        },
        tenantId: options.tenantId,
      },
    ]),
  );
}

const LEFT = "Participant has left the meeting call.";
const isThere = ({ removedState }: Told) => removedState === undefined;

/** What is told of somebody of whom nothing has changed: not whether they wait. */
const inPart = ({ isInLobby: _, ...one }: Told): object => one;

/** @param alsoOthers whether it tells of those of whom nothing has changed, too, in part */
export function eventsBetween(
  before: Snapshot,
  now: Snapshot,
  at: Date,
  alsoOthers: boolean,
): readonly object[] {
  const changed = [...now].filter(([id, one]) => JSON.stringify(before.get(id)) !== JSON.stringify(one));
  const delta: object[] = changed.filter(([id, one]) => before.has(id) || isThere(one)).map(([, one]) => one);
  const isChanged = new Set(changed.map(([id]) => id));
  const others = [...now.values()].filter((one) => !isChanged.has(one.id) && isThere(one));
  if (alsoOthers && delta.length > 0) delta.push(...others.map(inPart));
  const wasRunning = [...before.values()].some(isThere);
  const isRunning = [...now.values()].some(isThere);
  const event = (eventType: string, more: object = {}) => ({
    "@odata.type": "#microsoft.graph.callevent",
    id: randomUUID(),
    eventType,
    eventDateTime: at.toISOString(),
    ...more,
  });
  return [
    ...(!wasRunning && isRunning ? [event("callStarted")] : []),
    ...(delta.length > 0 ? [event("rosterUpdated", { "participants@delta": delta })] : []),
    ...(wasRunning && !isRunning ? [event("callEnded")] : []),
  ];
}
