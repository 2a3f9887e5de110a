/** What clinicians read when a launch or the chart's sign-in ends early; each text names who can do something about it. */
import type { SignInCheck } from "../../ports/ehr.ts";
import type { Words } from "../../web/fault.ts";
import { AGAIN, DID, DOES, logHasStatus, PHONE, TELL_IT, type Told } from "./commonFaultWords.ts";
import type { LaunchProblem } from "./problems.ts";

export const LAUNCH_WORDS: Words<LaunchProblem, Told> = {
  "unknown-chart-system": () => ({
    status: 403,
    title: "This chart system is not connected",
    happened:
      "The visit was opened from a chart system whose FHIR URL is not set up here. Nothing was sent to it.",
    next: TELL_IT,
    forIt:
      "Compare the FHIR base URL that the chart sends (iss) with those on the portal's page FHIR connections, or in the stack file under connections[].fhirBaseUrl.",
  }),
  "wrong-environment": ({ side }) => ({
    status: 403,
    title: side === "test" ? "This is a test chart" : "This is a production chart",
    happened:
      side === "test"
        ? "A test chart system was opened at the address for production visits."
        : "A production chart system was opened at the address for test visits.",
    next: "If you care for patients in this chart, tell your IT help desk and give them this page's reference.",
    forIt:
      side === "test"
        ? "In the test domain's integration record put the launch URL for test, or check connections[].environment."
        : "In the production domain's integration record put the launch URL for production, or check connections[].environment.",
  }),
  "awaiting-registration": () => ({
    status: 503,
    title: "Video visits are not ready for this chart yet",
    happened: "The connection to the chart is set up, but its registration is not finished.",
    next: "Until it is, use your department's usual way to reach the patient. " + TELL_IT,
    forIt:
      "Register the app with Oracle, then enter its client id: on the portal's page FHIR connections, or in the stack file under connections[].provider.",
  }),
  "connection-failing": () => ({
    status: 503,
    title: "The chart connection is not working",
    happened: "The last check of the chart system failed, so the visit cannot be opened from here.",
    next: "Try again in a few minutes. " + PHONE + " If it stays so, tell your IT help desk.",
    forIt:
      "The log's connection.failing entry says what the check met: address, certificate or sign-in addresses.",
  }),
  "proof-missing": () => ({
    status: 503,
    title: "The chart connection is not set up completely",
    happened:
      "The connector cannot prove to the chart system who it is, because its key or secret is missing or out of reach.",
    next: TELL_IT + " " + PHONE,
    forIt:
      "The log names the key or secret in the key vault, and what to do. Which one it is, connections[].provider.authentication says.",
  }),
  "launch-invalid": () => ({
    status: 400,
    title: "This page must be opened from the chart",
    happened: "The address does not say which chart it belongs to, or says it in a form that is not valid.",
    next: "Open the visit from the patient's chart in PowerChart. If you did, tell your IT help desk.",
    forIt: "The integration record must send iss and launch, each once, and nothing may rewrite the address.",
  }),
  "launch-too-long": () => ({
    status: 400,
    title: "The chart sent too much",
    happened:
      "The chart opened this visit with a launch value of more than 4,000 characters, which no browser carries safely.",
    next: AGAIN + " If it happens again, tell your IT help desk.",
    forIt:
      "The launch parameter is the chart system's own, and a short handle at others. Ask Oracle Health why it is so long.",
  }),
  "answer-invalid": ({ lacks }) => ({
    status: 400,
    title: "The chart's answer is not complete",
    happened:
      lacks === "state"
        ? "The chart's sign-in sent you back here without the word that says which visit it is for (state), or with two of them."
        : "The chart's sign-in sent you back here without its code, or with two of them.",
    next: AGAIN + " If it happens again, tell your IT help desk.",
    forIt:
      "Nothing between the chart's sign-in and the connector may rewrite the address: code and state must come once each.",
  }),
  "launch-expired": () => ({
    status: 401,
    title: "This sign-in is no longer good",
    happened:
      "Signing in must be finished within 10 minutes of opening the visit; this sign-in is older, or did not begin here.",
    next: AGAIN,
  }),
  "launch-reused": () => ({
    status: 409,
    title: "This sign-in was already used",
    happened: "A sign-in works once. Going back or reloading cannot use it again.",
    next: AGAIN,
  }),
  "launch-other-browser": () => ({
    status: 403,
    title: "This sign-in began in another window",
    happened: "The chart's answer came to a browser that did not start this visit, so it was not accepted.",
    next: AGAIN + " Use the same window until the visit page shows.",
    forIt:
      "If it happens every time, the browser blocks first-party cookies, or the launch leaves PowerChart's window.",
  }),
  "sign-in-refused": ({ help }) => ({
    status: 403,
    title: "The chart did not let you in",
    happened:
      "The chart system refused the sign-in, or it was broken off. Your account may lack the right to use video visits.",
    next: AGAIN + " If it happens again, tell your IT help desk.",
    forIt: "Check the person's rights in Oracle Health; the log has the code of the refusal.",
    ...helpAt(help),
  }),
  "registration-refused": ({ help, code }) => ({
    status: 403,
    title: "The chart does not accept the connector",
    happened:
      "The chart system refused the connector itself, not you. Nobody can open visits until IT has mended it.",
    next: TELL_IT + " " + PHONE,
    forIt: registrationHint(code),
    ...helpAt(help),
  }),
  "code-refused": ({ help }) => ({
    status: 403,
    title: "The chart did not complete the sign-in",
    happened:
      "The chart system did not take the code that its own sign-in had given, as it does when that is used or too old.",
    next: AGAIN + " If it happens again, tell your IT help desk.",
    forIt:
      "If it happens every time, compare the redirect URI in the app's registration, to the letter, with the connector's address followed by /launch/callback/ and the connection's id (invalid_grant).",
    ...helpAt(help),
  }),
  "sign-in-unavailable": ({ answered }) => ({
    status: 502,
    title: "The chart's sign-in " + DOES[answered ?? "silent"],
    happened: `Oracle Health's sign-in ${DID[answered ?? "silent"]}. Nothing is wrong with your account.`,
    ...logHasStatus(answered),
    next: "Wait a minute. Then close this page and open the visit again from the patient's chart. " + PHONE,
  }),
  "sign-in-unproven": ({ check }) => ({
    status: 502,
    title: "Your sign-in could not be confirmed",
    happened: `The chart system's answer failed a safety check, so it was not used: ${UNPROVEN[check].happened}.`,
    next: AGAIN + " If it happens again, tell your IT help desk.",
    forIt: UNPROVEN[check].forIt + " The log says which check failed and, of the answer, which member.",
  }),
  "clocks-differ": ({ minutes }) => ({
    status: 502,
    title: "Two clocks do not agree",
    happened: `The sign-in was refused because of its time: the chart system's clock and the connector's differ by ${String(minutes)} minutes.`,
    next: TELL_IT + " " + PHONE,
    forIt: "Compare both with the true time. App Service keeps its own, so it is usually the chart system's.",
  }),
  "not-staff": () => ({
    status: 403,
    title: "This launch is for staff",
    happened:
      "You are signed in as a patient or a relative. The visit's page for staff can end the visit and invite people, so it does not open.",
    next: "Patients join by the link in their message. If you are on the staff, open the visit from the patient's chart with your staff account.",
    forIt:
      "A patient's app or portal uses the launch URL for clinicians, or the account's fhirUser is a Patient or RelatedPerson.",
  }),
  "scopes-trimmed": ({ missing }) => ({
    status: 403,
    title: "Video visits lack permissions in the chart",
    happened: "The chart let you in, and did not give video visits all that they have to read there.",
    next: TELL_IT + " " + PHONE,
    forIt:
      "Grant these scopes to the app in Oracle's console: " +
      missing.join(", ") +
      ". Changes take up to 15 minutes.",
  }),
  "keys-unreadable": () => ({
    status: 502,
    title: "The chart's sign-in could not be checked",
    happened:
      "The chart system signs who has signed in, and the keys to check that are published in a form that cannot be read.",
    next: TELL_IT + " " + PHONE + " Trying again is unlikely to help.",
    forIt: "The log says which document of the chart's sign-in it is, and what is missing or wrong in it.",
  }),
  "token-refused": () => ({
    status: 502,
    title: "The chart refuses its own sign-in",
    happened:
      "You signed in, and a moment later the chart system did not accept the token that its sign-in had given.",
    next: TELL_IT + " " + PHONE + " Opening the visit again is unlikely to help.",
    forIt:
      "The FHIR server answers 401 to new access tokens. Compare connections[].fhirBaseUrl with the server that the sign-in is for (aud), and the two servers' clocks.",
  }),
};

/** What was not as it must be, and where whoever mends it looks first. */
const UNPROVEN: Readonly<Record<SignInCheck, { readonly happened: string; readonly forIt: string }>> = {
  times: {
    happened: "it had expired already, or is not good yet",
    forIt:
      "The id_token's times (exp, nbf, iat) are not good now, as when the sign-in, or a proxy that keeps answers, hands out an old one.",
  },
  issuer: {
    happened: "it came from another sign-in than this chart's",
    forIt:
      "The issuer is not the one that was found for this chart, as when the sign-in is another tenant's. Compare the tenant in connections[].fhirBaseUrl, and connections[].signIn.issuer where it is set.",
  },
  audience: {
    happened: "it was made for another application",
    forIt:
      "The id_token is for another app (aud, azp): connections[].provider.clientId and the app that the integration record launches must be the same.",
  },
  signature: {
    happened: "it was not signed as this chart signs",
    forIt:
      "No key that the chart's sign-in publishes has signed the id_token. Compare the address of its key set (jwks_uri) with connections[].signIn.jwksUri where it is set, and look for a proxy that changes answers.",
  },
  nonce: {
    happened: "it belongs to another sign-in",
    forIt:
      "The id_token's nonce is another sign-in's: a proxy or the sign-in itself has answered from its memory.",
  },
  person: {
    happened: "it does not say, in a form that can be used, who signed in",
    forIt:
      "The id_token lacks fhirUser, or it is no person of this server. Grant the scopes openid and fhirUser, and compare connections[].fhirBaseUrl with the server that fhirUser names.",
  },
  answer: {
    happened: "it lacks what every such answer has",
    forIt:
      "The token endpoint's answer is none that OAuth knows: often a proxy or another address answers in its place.",
  },
};

const helpAt = (help: string | undefined) =>
  help === undefined ? {} : { help: { address: help, says: "What the chart system says about it" } };

/** The most frequent cause of a refusal of the connector itself, by its OAuth error code. */
function registrationHint(code: string | undefined): string {
  const log = " The log has the code of the refusal.";
  switch (code) {
    case "invalid_scope":
      return "Grant the app the scopes that the launch asks for (connections[].provider.scopes, or the usual ones) in Oracle's console. Changes take up to 15 minutes.";
    case "invalid_client":
    case "unauthorized_client":
      return (
        "Compare connections[].provider with Oracle's console: client id, the kind of app (provider), its secret, or the connector's key set as its JWKS URL." +
        log
      );
    default:
      return (
        "Compare the app's registration in Oracle's console with connections[].provider: client id, secret or JWKS URL, redirect URI to the letter, scopes, and the launch that the integration record sends." +
        log
      );
  }
}
