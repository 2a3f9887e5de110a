import type https from "node:https";
import { afterAll, beforeAll, expect } from "vitest";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import { SOMEBODY } from "../../../infra/rehearsal/front/hosts/caller.ts";
import {
  DATABASE,
  ENDPOINT,
  grantData,
  makeStore,
  startDataPlanes,
  type DataPlanes,
} from "../../infra/rehearsal/dataPlanes.ts";
import { storeContract } from "./contract.ts";

let planes: DataPlanes;
let agent: https.Agent;
let serviceNow = () => new Date();

beforeAll(async () => {
  planes = await startDataPlanes(() => serviceNow());
  await makeStore(planes);
  await grantData(planes);
  agent = await planes.from(SOMEBODY);
});
afterAll(async () => {
  await planes.stop();
  expect(planes.plane.unspoken).toEqual([]);
  expect(planes.front.refused()).toEqual([]);
});

storeContract(
  { column: "rehearsal", how: "at the account's own name, by a token and a data role" },
  ({ now }) => {
    serviceNow = now;
    return openCosmosStore({
      endpoint: ENDPOINT,
      database: DATABASE,
      agent,
      credential: planes.credential(),
      now,
    });
  },
);
