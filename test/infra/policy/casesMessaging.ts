import type { CasesById } from "./cases.ts";
import { drop, put, take, unlink, unprotect } from "./scene.ts";

const texting = (changes: object) =>
  JSON.stringify({
    consents: {
      sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" },
      attendeesConsent: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" },
    },
    connections: ["main"],
    live: true,
    ...changes,
  });
const TEXTING = "properties.CONNECTOR_TEXTING";
const VERIFICATION = "properties.CONNECTOR_NUMBER_VERIFICATION";

export const messagingCases: CasesById = {
  "EHR-ACS-01": {
    fails: [
      ["texts in Europe", put("communication", "dataLocation", "Europe")],
      ["mail in Asia", put("email", "dataLocation", "Asia Pacific")],
    ],
  },
  "EHR-ACS-02": {
    fails: [
      ["keys work", put("communication", "disableLocalAuth", false)],
      ["left out", take("communication", "disableLocalAuth")],
    ],
  },
  "EHR-ACS-03": { fails: [["left out", take("communication", "identity")]] },
  "EHR-ACS-04": {
    fails: [
      ["the number", unprotect("number")],
      ["its service", unprotect("communication")],
    ],
    inTest: {
      fails: [
        ["the number", unprotect("number")],
        [
          "the service that the number hangs on",
          unprotect("communication"),
          put("number", "endpoint", { $from: "communication", value: "https://acs.communication.azure.com" }),
        ],
      ],
      passes: [["a service without a number", drop("number"), unprotect("communication")]],
    },
  },
  "EHR-ACS-05": {
    fails: [
      [
        "one consent",
        put(
          "siteSettings",
          TEXTING,
          texting({
            consents: { sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" } },
          }),
        ),
      ],
      [
        "ticked by nobody",
        put(
          "slotSettings",
          TEXTING,
          texting({
            consents: { sendOnBehalf: { at: "2024-11-04" }, attendeesConsent: { at: "2024-11-04" } },
          }),
        ),
      ],
      [
        "at no time",
        put(
          "siteSettings",
          TEXTING,
          texting({
            consents: {
              sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "once" },
              attendeesConsent: {},
            },
          }),
        ),
      ],
      ["not verified yet", put("siteSettings", VERIFICATION, "submitted")],
      ["nobody knows how far the number is", take("slotSettings", VERIFICATION)],
      ["nobody can read it", put("siteSettings", TEXTING, "both")],
    ],
    passes: [
      ["no texts", take("siteSettings", TEXTING)],
      [
        "no connection is texted for",
        put("siteSettings", TEXTING, texting({ connections: [], consents: {} })),
      ],
      [
        "a pilot, which texts staff alone, not verified yet",
        put("siteSettings", TEXTING, texting({ live: undefined })),
        take("siteSettings", VERIFICATION),
      ],
      [
        "a number of the portal's, which texts once the portal knows it verified",
        put("siteSettings", "properties.CONNECTOR_NUMBERS", "portal"),
        take("siteSettings", VERIFICATION),
      ],
    ],
    inTest: {
      passes: [["not verified yet", put("siteSettings", VERIFICATION, "notStarted")]],
    },
  },
  "EHR-ACS-06": {
    fails: [
      ["watched", put("mailDomain", "userEngagementTracking", "Enabled")],
      ["left out", take("mailDomain", "userEngagementTracking")],
      ["through Exchange", put("mailDomain", "domainManagement", "CustomerManagedInExchangeOnline")],
    ],
  },
  "EHR-ACS-07": {
    fails: [
      ["it calls", put("number", "calling", "outbound")],
      ["a local number, which cannot text", put("number", "phoneNumberType", "geographic")],
      ["nothing to adopt it by", take("number", "tag")],
      ["nobody can answer STOP", put("number", "sms", "outbound")],
      ["given up when the stack goes", put("number", "releaseOnDelete", true)],
    ],
  },
  "EHR-EG-01": {
    said: { geography: "europe" },
    fails: [["Europe, without a word", put("topic", "tags.geography", "europe")]],
    passes: [["Europe, accepted", put("topic", "tags.globalEvents", "accepted")]],
  },
  "EHR-EG-02": {
    fails: [
      [
        "plain http",
        put("subscription", "destination.endpointUrl", "http://visits.lamna.example/webhooks/events"),
      ],
      [
        "a key in the address",
        put("subscription", "destination.endpointUrl", "https://visits.lamna.example/webhooks/events?code=1"),
      ],
      ["no token", take("subscription", "destination.azureActiveDirectoryApplicationIdOrUri")],
      ["no directory", take("subscription", "destination.azureActiveDirectoryTenantId")],
      ["another registration", unlink("subscription", "destination")],
      ["TLS 1.0", put("subscription", "destination.minimumTlsVersionAllowed", "1.0")],
      ["a queue", put("subscription", "destination.endpointType", "StorageQueue")],
      ["given up after an hour", put("subscription", "retryPolicy.eventTimeToLiveInMinutes", 60)],
      ["tried once", put("subscription", "retryPolicy.maxDeliveryAttempts", 1)],
      ["no retries said", take("subscription", "retryPolicy")],
    ],
    passes: [
      ["a registration that was there before", drop("application"), unlink("subscription", "destination")],
    ],
  },
  "EHR-EG-03": {
    fails: [
      ["everything", take("subscription", "filter")],
      [
        "chats, too",
        put("subscription", "filter.includedEventTypes.0", "Microsoft.Communication.ChatMessageReceived"),
      ],
      ["dead letters", put("subscription", "deadLetterDestination", { endpointType: "StorageBlob" })],
      ["dead letters by identity", put("subscription", "deadLetterWithResourceIdentity", { identity: {} })],
    ],
  },
  "EHR-EG-04": {
    fails: [
      ["another deployment's", unlink("topic", "source")],
      ["another service's", put("topic", "topicType", "Microsoft.Storage.StorageAccounts")],
    ],
  },
};
