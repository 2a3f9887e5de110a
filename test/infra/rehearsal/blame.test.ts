/** Whom a rehearsal blames, of several refusals: the one that broke the step, and none that was got over. */
import { expect, test } from "vitest";
import { openCloud } from "../../../infra/rehearsal/azure/controlPlane/cloud.ts";
import type { Received } from "../../../infra/rehearsal/front/hosts/front.ts";
import { watch } from "../../../infra/rehearsal/visit/blame.ts";

const SOMEBODY = "0c1f7a52-0000-4000-8000-00000000d003";
const { cloud } = openCloud(
  {
    subscriptionId: "0c1f7a52-0000-4000-8000-00000000d001",
    tenantId: SOMEBODY,
    deployer: { objectId: SOMEBODY, clientId: SOMEBODY },
    now: () => new Date(),
  },
  [],
  [],
);

const SITE = { subnetId: "/subscriptions/1/subnets/app" };
const DEPLOYER = { address: "203.0.113.10" };

type Asked = Pick<Received, "method" | "host" | "path">;

const sign: Asked = { method: "POST", host: "kv-lamna.vault.azure.net", path: "/certificates/fhir/sign" };
const name: Asked = { method: "GET", host: "graph.microsoft.com", path: "/v1.0/users/7" };
const meeting: Asked = { method: "POST", host: "graph.microsoft.com", path: "/v1.0/users/7/onlineMeetings" };
const item = (id: string): Asked => ({
  method: "GET",
  host: "cosmos-lamna.documents.azure.com",
  path: "/dbs/connector/colls/visits/docs/" + id,
});
const work: Asked = { method: "GET", host: "stlamna.blob.core.windows.net", path: "/packages/1.zip" };
const token: Asked = { method: "POST", host: "login.microsoftonline.com", path: "/t/oauth2/v2.0/token" };

/** A front that remembers requests, the newest first. */
function asked() {
  const received: Received[] = [];
  return {
    received: () => [...received],
    answers: (status: number, request: Asked, caller: Received["caller"] = SITE) =>
      void received.unshift({ at: new Date(), caller, status, ...request }),
  };
}

const watching = (front: ReturnType<typeof asked>) => watch(front, () => cloud);

test("of two refusals the later one is blamed: what came before it did not break the step", () => {
  const front = asked();
  const seen = watching(front);
  front.answers(403, name);
  front.answers(403, meeting);
  expect(seen.blame()?.told).toContain("does not let the registration open meetings");
});

test("a refusal is not blamed once the same was asked again and answered", () => {
  const front = asked();
  const seen = watching(front);
  front.answers(403, sign);
  expect(seen.blame()?.told).toContain("may not use the vault");
  front.answers(200, sign);
  expect(seen.blame()).toBeUndefined();
});

test("a store that answers about one item has let in who was refused another", () => {
  const front = asked();
  const seen = watching(front);
  front.answers(403, item("1"));
  front.answers(200, item("2"));
  expect(seen.blame()).toBeUndefined();
});

test("an answer to somebody else proves nothing", () => {
  const front = asked();
  const seen = watching(front);
  front.answers(400, token);
  front.answers(200, token, DEPLOYER);
  expect(seen.blame()?.told).toContain("does not take the site's identity");
});

test("what was refused before the step, too, is blamed only where nothing else is", () => {
  const front = asked();
  front.answers(403, work);
  const seen = watching(front);
  front.answers(403, work);
  expect(seen.blame()?.told).toContain("may not use the packages");
  front.answers(403, meeting);
  front.answers(403, work);
  expect(seen.blame()?.told).toContain("does not let the registration open meetings");
});

test("Graph knows the organizer, whatever else it does not know", () => {
  const front = asked();
  const seen = watching(front);
  front.answers(404, { method: "DELETE", host: "graph.microsoft.com", path: "/v1.0/subscriptions/1" });
  expect(seen.blame()).toBeUndefined();
  front.answers(404, meeting);
  expect(seen.blame()?.told).toContain("Graph does not know the organizer");
});
