/** One read of a chart: where the token is sent, what counts as an answer, and what is said of one that does not. */
import { expect, test } from "vitest";
import { contentType, readById, type Opened } from "../../../../app/adapters/fhir/reading.ts";
import { isOutcome } from "../../../../app/adapters/fhir/shortfall.ts";
import { locationSchema } from "../../../../app/adapters/fhir/resources.ts";
import { Unreachable, type Incoming, type Outgoing } from "../../../../app/adapters/fhir/send.ts";
import { TooLarge } from "../../../../app/adapters/wire/body.ts";
import { EhrFault } from "../../../../app/ports/ehr.ts";

const BASE = "https://ehr.example/r4/tenant";
const location = { resourceType: "Location", id: "21", name: "Cardiology" };

/** A chart that always gives one answer, and the requests that it got. */
function chart(answer: Partial<Incoming> | Error) {
  const asked: Outgoing[] = [];
  const opened = {
    deps: {
      now: () => new Date("2027-01-12T15:00:00Z"),
      wait: () => Promise.resolve(),
      send: (request: Outgoing) => {
        asked.push(request);
        return answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(location), ...answer });
      },
    },
    connection: { fhirBaseUrl: BASE },
    grant: { accessToken: "token-1" },
  } as unknown as Opened;
  return { asked, read: (id = "21") => readById(opened, "Location", id, locationSchema) };
}
const faultOf = async (answer: Partial<Incoming> | Error, id?: string) => {
  const fault = await chart(answer)
    .read(id)
    .catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(EhrFault);
  return fault as EhrFault;
};

test("the resource is asked for below the base URL, with the token, and read", async () => {
  const { asked, read } = chart({});
  expect((await read())?.value).toMatchObject({ id: "21", name: "Cardiology" });
  expect(asked).toEqual([
    {
      method: "GET",
      url: BASE + "/Location/21",
      headers: { authorization: "Bearer token-1", accept: "application/fhir+json" },
    },
  ]);
});

test.each([404, 410])("%i: the chart has none that this user may see", async (status) => {
  expect(await chart({ status }).read()).toBeUndefined();
});

const PAGE = "\n<!DOCTYPE html>\n<title>Blocked</title>";
test.each([200, 302, 403, 404, 407, 410])(
  "a web page with status %i is somebody's in between",
  async (status) => {
    const fault = await faultOf({ status, body: PAGE });
    expect(fault.problem).toEqual({ kind: "chart-unavailable", answered: "error" });
    expect(fault.message).toBe(
      `the chart system answered ${String(status)} with a web page, as somebody in between does`,
    );
  },
);

test("a web page with status 401 has the token renewed, whoever sent it", async () => {
  expect((await faultOf({ status: 401, body: PAGE })).problem).toEqual({
    kind: "token-refused",
    isPage: true,
  });
});

test.each([
  ['Bearer error="insufficient_scope"', "chart-refused"],
  ['Negotiate, bearer realm="r4"', "chart-refused"],
  ["Negotiate", "chart-unavailable"],
  ['Basic realm="bearer"', "chart-unavailable"],
  ["Bearers", "chart-unavailable"],
])(
  "a page with a 403 is the chart system's own where a bearer token is asked for: %s",
  async (asks, kind) => {
    const headers = { "www-authenticate": asks };
    expect((await faultOf({ status: 403, body: PAGE, headers })).problem).toMatchObject({ kind });
    // What tells of success refuses no token.
    expect((await faultOf({ body: PAGE, headers })).problem.kind).toBe("chart-unavailable");
  },
);

test.each([
  [401, "token-refused", "the chart system does not accept the access token"],
  [201, "chart-not-fhir", "the chart system answered 201", undefined, "status"],
  [204, "chart-not-fhir", "the chart system answered 204", undefined, "status"],
  [302, "chart-not-fhir", "the chart system answered 302", undefined, "redirect"],
  [400, "chart-not-fhir", "the chart system answered 400", undefined, "status"],
  [406, "chart-not-fhir", "the chart system answered 406", undefined, "status"],
  [408, "chart-unavailable", "the chart system answered 408", "error"],
  [409, "chart-unavailable", "the chart system answered 409", "error"],
  [422, "chart-not-fhir", "the chart system answered 422", undefined, "status"],
  [423, "chart-unavailable", "the chart system answered 423", "error"],
  [425, "chart-unavailable", "the chart system answered 425", "error"],
  [403, "chart-refused", "the chart system answered 403"],
  [428, "chart-not-fhir", "the chart system answered 428", undefined, "status"],
  [429, "chart-unavailable", "the chart system answered 429", "busy"],
  [451, "chart-not-fhir", "the chart system answered 451", undefined, "status"],
  [499, "chart-not-fhir", "the chart system answered 499", undefined, "status"],
  [500, "chart-unavailable", "the chart system answered 500", "error"],
  [502, "chart-unavailable", "the chart system answered 502", "error"],
  [503, "chart-unavailable", "the chart system answered 503", "error"],
] as const)("%i is %s", async (status, kind, message, answered?, instead?) => {
  const fault = await faultOf({ status });
  const more = { ...(answered && { answered }), ...(instead && { instead }) };
  expect([fault.problem, fault.message]).toEqual([{ kind, ...more }, message]);
});

test("a 503 that says when to come back asks to slow down", async () => {
  const { problem } = await faultOf({ status: 503, headers: { "retry-after": "60" } });
  expect(problem).toEqual({ kind: "chart-unavailable", answered: "busy" });
});

test("the vendor's request ids are told, as far as they are ids", async () => {
  const headers = { "x-request-id": "0123abcd", "opc-request-id": "Maria Lopez" };
  expect((await faultOf({ status: 500, headers })).message).toBe("the chart system answered 500 (0123abcd)");
});

test.each<[what: string, body: string, words: RegExp]>([
  ["no JSON", "Sign in", /^the chart system answered something that is not FHIR; no content type; /],
  [
    "an outcome",
    JSON.stringify({ resourceType: "OperationOutcome" }),
    /; an OperationOutcome came in its place$/,
  ],
  ["another resource", JSON.stringify({ ...location, resourceType: "Patient" }), /; .*resourceType/],
])("%s in place of the resource is no FHIR", async (_what, body, words) => {
  const fault = await faultOf({ body });
  expect(fault).toMatchObject({ problem: { kind: "chart-not-fhir" } });
  expect(fault.message).toMatch(words);
  expect(fault.cause).toBeInstanceOf(Error);
});

test("another record than the one that was asked for is not accepted, and one without an id is", async () => {
  expect(await faultOf({ body: JSON.stringify({ ...location, id: "22" }) })).toMatchObject({
    problem: { kind: "chart-not-fhir" },
    message: "the chart system answered with another Location",
  });
  const { id: _none, ...bare } = location;
  expect((await chart({ body: JSON.stringify(bare) }).read())?.value.name).toBe("Cardiology");
});

test("for an id with a path in it nothing is asked, and no token is sent", async () => {
  const { asked, read } = chart({});
  const fault = await read("21/../../other").catch((error: unknown) => error);
  expect(fault).toMatchObject({
    problem: { kind: "chart-refused" },
    message: "refused to send a token outside the base URL",
  });
  expect(asked).toEqual([]);
});

test("a chart that does not answer is away, and a bug is a bug", async () => {
  expect(await faultOf(new Unreachable("no"))).toMatchObject({
    problem: { kind: "chart-unavailable" },
    message: "the chart system did not answer",
  });
  await expect(chart(new TypeError("a bug")).read()).rejects.toThrow(TypeError);
});

test("an answer that is too large is one that cannot be read, and not none", async () => {
  const fault = await faultOf(new Unreachable("too large an answer", { cause: new TooLarge(1) }));
  expect(fault).toMatchObject({
    problem: { kind: "chart-not-fhir" },
    message: "the chart system's answer is too large",
  });
});

test.each<[type: string | undefined, words: string]>([
  ["application/fhir+json", "content type application/fhir+json"],
  ["Application/JSON; charset=utf-8", "content type application/json"],
  ["application/fhir+xml", "content type application/fhir+xml"],
  ["application/xml", "content type application/xml"],
  [" text/html ;x", "content type text/html"],
  ["text/plain", "content type text/plain"],
  ["image/maria", "content type other"],
  ["", "no content type"],
  [" ; charset=utf-8", "no content type"],
  [undefined, "no content type"],
])("an answer of the type '%s' has %s", (type, words) => {
  const headers = type === undefined ? {} : { "content-type": type };
  expect(contentType({ status: 200, headers, body: "" })).toBe(words);
});

test.each<[came: unknown, isOne: boolean]>([
  [{ resourceType: "OperationOutcome" }, true],
  [{ resourceType: "Patient" }, false],
  [{}, false],
  [null, false],
  ["OperationOutcome", false],
])("%j is an OperationOutcome: %s", (came, isOne) => {
  expect(isOutcome(came)).toBe(isOne);
});
