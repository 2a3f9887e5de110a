/** Buys a number as the Azure portal does: searches, holds the offer, and pays. */
import { setTimeout as passed } from "node:timers/promises";
import { azure as token } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import { TENANT } from "./hospital.ts";

const PERSON = "7d0c5a1e-0000-4000-8000-00000000ad02";
const OWNER = "09976791-48a7-449e-bb21-39d1a415f350";
const VERSION = "?api-version=2025-06-01";

/** @returns the number, in E.164 */
export async function buyByHand(azure: Azure, service: CloudResource): Promise<string> {
  const role = service.id + "/providers/Microsoft.Authorization/roleAssignments/by-hand";
  azure.cloud.put({
    id: role,
    token: token("authorization:RoleAssignment"),
    name: "by-hand",
    properties: {
      scope: service.id,
      principalId: PERSON,
      roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/" + OWNER,
    },
  });
  const authorization =
    "Bearer " +
    (await azure.entra.tokens.issue(
      {
        iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        tid: TENANT,
        aud: "https://communication.azure.com",
        oid: PERSON,
        sub: PERSON,
      },
      3600,
    ));
  const origin = "https://" + (textAt(service.properties, "hostName") ?? "");
  const entryPoint = await azure.front.entryPoint({ address: "198.51.100.7" });
  const send = async (path: string, body?: object) => {
    const response = await entryPoint.fetch(origin + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(path + " answered " + String(response.status) + " " + (await response.text()));
    return response;
  };
  const done = async (started: Response) => {
    const at = started.headers.get("operation-location") ?? "";
    for (;;) {
      const { status } = (await (await send(at)).json()) as { status: string };
      if (status === "succeeded") return;
      if (status === "failed") throw new Error(at + " failed");
      await passed(50);
    }
  };
  const search = await send("/availablePhoneNumbers/countries/US/:search" + VERSION, {
    phoneNumberType: "tollFree",
    assignmentType: "application",
    capabilities: { calling: "none", sms: "inbound+outbound" },
    areaCode: "833",
    quantity: 1,
  });
  await done(search);
  await done(
    await send("/availablePhoneNumbers/:purchase" + VERSION, { searchId: search.headers.get("search-id") }),
  );
  await azure.cloud.remove(role);
  const [number] = (await azure.communication.standIn(service.id)).purchased();
  if (number === undefined) throw new Error("nothing was bought");
  return number;
}
