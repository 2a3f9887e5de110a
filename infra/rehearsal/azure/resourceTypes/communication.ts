/** Communication Services and e-mail. The number itself belongs to the data plane. */
import { lastSegment, parentOf } from "../controlPlane/ids.ts";
import { at, saidAt, textAt, textsAt, type Properties } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict } from "../controlPlane/refusal.ts";
import { refuseRegion, regionOf } from "./regions.ts";
import { all, azure, refuseTakenName, required } from "./require.ts";

const SERVICE = "{group}/providers/Microsoft.Communication/communicationServices/{communicationServiceName}";
const EMAIL = "{group}/providers/Microsoft.Communication/emailServices/{emailServiceName}";
const DOMAIN = EMAIL + "/domains/{domainName}";

/** The data locations that a resource may have, which are geographies and not regions. */
const DATA_LOCATIONS =
  "Africa, Asia Pacific, Australia, Brazil, Canada, Europe, France, Germany, India, Japan, Korea, Norway, Switzerland, UAE, UK, usgov, United States";

export const COMMUNICATION: readonly Kind[] = [
  {
    token: azure("communication:CommunicationService"),
    id: SERVICE,
    type: "microsoft.communication/communicationservices",
    replacedBy: ["dataLocation"],
    silent: () => ({ disableLocalAuth: false, linkedDomains: [], publicNetworkAccess: "Enabled", tags: {} }),
    decided: ({ name, inputs, before }, cloud) => ({
      location: "global",
      hostName: `${name}.${regionOf(saidAt(inputs, "dataLocation"))}.communication.azure.com`,
      immutableResourceId: textAt(before?.properties, "immutableResourceId") ?? cloud.uuid(),
      provisioningState: "Succeeded",
      version: "",
    }),
    refuse: all(refuseRegion, refuseDataLocation, refuseLinkedDomains, (draft, cloud) =>
      refuseTakenName(
        draft,
        cloud,
        "NameReservationTaken",
        `Requested resource name '${draft.name}' is already taken.`,
      ),
    ),
  },
  {
    token: azure("communication:EmailService"),
    id: EMAIL,
    type: "microsoft.communication/emailservices",
    replacedBy: ["dataLocation"],
    decided: () => ({ location: "global", provisioningState: "Succeeded" }),
    refuse: all(refuseRegion, refuseDataLocation),
  },
  {
    token: azure("communication:Domain"),
    id: DOMAIN,
    type: "microsoft.communication/emailservices/domains",
    replacedBy: ["domainManagement"],
    silent: () => ({ userEngagementTracking: "Disabled" }),
    decided: ({ id, inputs, name }, cloud) => {
      const ours = textAt(inputs, "domainManagement") === "AzureManaged";
      const before = cloud.find(id)?.properties;
      const host = ours ? (textAt(before, "fromSenderDomain") ?? `${cloud.uuid()}.azurecomm.net`) : name;
      const status = { status: ours ? "Verified" : "NotStarted" };
      const states = { dKIM: status, dKIM2: status, dMARC: status, domain: status, sPF: status };
      return {
        location: "global",
        provisioningState: "Succeeded",
        dataLocation: regionOf(saidAt(cloud.find(parentOf(id))?.properties, "dataLocation")),
        fromSenderDomain: host,
        mailFromSenderDomain: host,
        verificationStates: at(before, "verificationStates") ?? states,
        verificationRecords: ours
          ? {}
          : (at(before, "verificationRecords") ?? recordsFor(name, cloud.uuid())),
      };
    },
    refuse: all(refuseRegion, ({ inputs, name }) => {
      if (textAt(inputs, "domainManagement") === "AzureManaged" && name !== "AzureManagedDomain")
        throw badRequest(
          "The name of an Azure managed domain must be 'AzureManagedDomain'.",
          "InvalidDomainName",
        );
    }),
  },
];

/** The records in Azure's form: those of the DKIM keys without the domain in their names. */
function recordsFor(domain: string, proof: string): Properties {
  const ttl = 3600;
  const key = (selector: string) => {
    const name = selector + "-azurecomm-prod-net._domainkey";
    return { type: "CNAME", name, value: name + ".azurecomm.net", ttl };
  };
  return {
    domain: { type: "TXT", name: domain, value: "ms-domain-verification=" + proof, ttl },
    sPF: { type: "TXT", name: domain, value: "v=spf1 include:spf.protection.outlook.com -all", ttl },
    dKIM: key("selector1"),
    dKIM2: key("selector2"),
  };
}

function refuseDataLocation({ inputs }: Draft): void {
  const location = saidAt(inputs, "dataLocation");
  if (!DATA_LOCATIONS.split(", ").some((one) => regionOf(one) === regionOf(location)))
    throw badRequest(
      `DataLocation '${location}' is not supported. Supported are: ${DATA_LOCATIONS}.`,
      "InvalidDataLocation",
    );
}

function refuseLinkedDomains({ inputs }: Draft, cloud: Cloud): void {
  for (const id of textsAt(inputs, "linkedDomains")) {
    const domain = required(cloud, id, ["communication:Domain"]);
    const isVerified = ["domain", "sPF", "dKIM", "dKIM2"].every(
      (one) => at(domain?.properties, `verificationStates.${one}.status`) === "Verified",
    );
    if (!isVerified)
      throw conflict(
        `Requested domain '${lastSegment(id)}' is not in a valid state for linking.`,
        "DomainValidationError",
      );
    const location = textAt(domain?.properties, "dataLocation");
    if (regionOf(location ?? "") !== regionOf(saidAt(inputs, "dataLocation")))
      throw badRequest(
        `Domain '${lastSegment(id)}' has its data in '${location ?? ""}', the resource elsewhere.`,
        "DataLocationMismatch",
      );
  }
}
