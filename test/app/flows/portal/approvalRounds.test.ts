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
  const rounds = (id: string) =>
    proposalRounds({
      connectionSettings: { read: () => Promise.resolve(undefined) },
      environment: "production",
      hospital: { stackConnections: [{ id: "lamna" }] },
      standings: {
        approve: (connection: { readonly id: string }, addresses: unknown) =>
          Promise.resolve(void done.push([connection.id, addresses])),
      },
      proposals: {
        expire: () => Promise.resolve(void done.push("expired")),
        finish: (hold: Hold) => hold(of(id)),
      },
    } as unknown as Picks);
  const { signal } = new AbortController();
  expect(rounds("lamna").map(({ name, concerns, everySeconds }) => [name, concerns, everySeconds])).toEqual([
    ["approvals.expire", "everybody", 3600],
    ["approvals.finish", "everybody", 300],
  ]);
  for (const tick of rounds("lamna")) await tick.run({ signal });
  expect(done).toEqual(["expired", ["lamna", of("lamna").after]]);
  await expect(rounds("gone")[1]?.run({ signal })).rejects.toThrow(NothingToHold);
});
