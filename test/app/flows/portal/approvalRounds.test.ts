/** What comes round for changes that wait for a second person. */
import { expect, test } from "vitest";
import { proposalRounds } from "../../../../app/flows/portal/approvals/round.ts";
import { NothingToHold, type AddressesChange, type Hold } from "../../../../app/records/addressesChange.ts";

type Picks = Parameters<typeof proposalRounds>[0];

const ENDS = { authorizationEndpoint: "https://a.example/a", tokenEndpoint: "https://a.example/t" };
const of = (id: string): AddressesChange => ({
  kind: "addresses",
  id,
  before: ENDS,
  after: { ...ENDS, tokenEndpoint: "https://b.example/t" },
});

test("hourly those that have waited for too long are taken away, and every five minutes approved addresses are held to", async () => {
  const done: unknown[] = [];
  const named = { ok: false, changed: { before: ENDS, now: of("lamna").after } };
  const rounds = (id: string, standing: object = named, pinned: object = ENDS) =>
    proposalRounds({
      connectionSettings: { read: () => Promise.resolve(undefined) },
      environment: "production",
      hospital: { stackConnections: [{ id: "lamna" }] },
      standings: {
        askNow: () => Promise.resolve(standing),
        pinned: () => Promise.resolve(pinned),
        approve: (connection: { readonly id: string }, addresses: unknown) =>
          Promise.resolve(void done.push([connection.id, addresses])),
      },
      proposals: {
        expire: () => Promise.resolve(void done.push("expired")),
        finish: async (hold: Hold, isNamed: (of: AddressesChange) => Promise<boolean>) => {
          if (await isNamed(of(id))) await hold(of(id));
          else done.push("not used");
        },
      },
    } as unknown as Picks);
  const { signal } = new AbortController();
  expect(rounds("lamna").map(({ name, concerns, everySeconds }) => [name, concerns, everySeconds])).toEqual([
    ["approvals.expire", "everybody", 3600],
    ["approvals.finish", "everybody", 300],
  ]);
  for (const tick of rounds("lamna")) await tick.run({ signal });
  expect(done).toEqual(["expired", ["lamna", of("lamna").after]]);
  done.length = 0;
  // The server is asked once more: it may name others by now, or the old ones again, or say nothing.
  const finished = async (...world: Parameters<typeof rounds>) => {
    await rounds(...world)[1]?.run({ signal });
    return done.splice(0);
  };
  for (const standing of [{ ok: true }, { ok: false, changed: { before: ENDS, now: ENDS } }])
    expect(await finished("lamna", standing)).toEqual(["not used"]);
  for (const standing of [
    { ok: true, ailing: "down" },
    { ok: false, why: "unwell" },
  ])
    await expect(finished("lamna", standing)).rejects.toThrow("did not say");
  // Those that a killed process holds to already are found so again.
  expect(await finished("lamna", { ok: true }, of("lamna").after)).toEqual([["lamna", of("lamna").after]]);
  await expect(rounds("gone")[1]?.run({ signal })).rejects.toThrow(NothingToHold);
});
