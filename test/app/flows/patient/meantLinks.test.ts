/** What messengers, mail programs, printers and people make of a link, and what the patient gets all the same. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TOKEN_LENGTH } from "../../../../app/domain/linkToken.ts";
import { meantAddress } from "../../../../app/web/meantAddress.ts";
import { launchEarly, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { textsOf } from "../../../harness/html.ts";

const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

let deployment: Deployment;
let token: string;
let early: string;
beforeAll(async () => {
  deployment = await startDeployment();
  const tokenIn = (page: Page) => patientLink(page).split("/").at(-1) ?? "";
  token = tokenIn(await launchScenario(deployment, new Person(), "startsSoon"));
  early = tokenIn(await launchEarly(deployment, new Person()));
});
afterAll(() => deployment.stop());

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly html: string;
}

/** Opens a link. Unlike fetch, it sends the path exactly as given. */
function tap(path: string, { method = "GET", language = "en" } = {}): Promise<Answer> {
  const { hostname, port } = new URL(deployment.url);
  const headers = { "user-agent": PHONE, "accept-language": language };
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          html: Buffer.concat(chunks).toString(),
        });
      });
    })
      .on("error", reject)
      .end();
  });
}

/** The token with something inserted, such as a line break or an invisible character. */
const parted = (by: string) => token.slice(0, 20) + by + token.slice(20);
/** The token with each character written in another way. */
const each = (write: (character: string) => string) => Array.from(token, write).join("");

describe("a link still leads to the lobby", () => {
  test.each([
    ...[
      ".",
      ",",
      ")",
      ";",
      "!",
      "%22",
      "'",
      "*",
      "]",
      ":",
      "&",
      "~",
      "$",
      "@",
      "+",
      "|",
      "}",
      "_",
      "-",
      "=",
      "\\",
    ],
    ...[
      "%20",
      "%C2%A0",
      "%22",
      "%27",
      "%3E",
      "%3C",
      "%5D",
      "%29",
      "%2E",
      "%0A",
      "%0D%0A",
      "%09",
      "%25",
      "%23",
      "%3F",
      "%2F",
    ],
    ...[
      "%E2%80%A6",
      "%E2%80%9D",
      "%E2%80%99",
      "%C2%BB",
      "%E3%80%82",
      "%EF%BC%8E",
      "%EF%BC%9E",
      "%EF%BC%89",
      "%E2%80%8B",
      "%EF%BB%BF",
    ],
    ...["%A0", "%", "%2", "%ZZ", "%E2%80", "%252E", "%2520", "%25C2%25A0"],
    ...[
      "&utm_source=x",
      "?utm_source=x",
      "?fbclid=a.b",
      ".?fbclid=x",
      "&amp;utm_source=x",
      "&gt;",
      "&quot;",
      "&nbsp;",
    ],
    ...[
      "/",
      "//",
      "/.",
      "/)",
      "/?a=b",
      "?",
      "??",
      "/%3E",
      "%3Ehere%3C/a%3E",
      "%20Thanks%20a%20lot",
      ".%20Gracias",
      "%0AReply",
    ],
    ...[").", "%E2%80%9D.", "...", "!!!", "**", "__", "**.", "%5D(https://visits.example.org/j/x)"],
    ...["/../x", ";jsessionid=1", "=3D", "=20", "=", "=%0D%0A", "%E2%80%94%20call"],
  ])("with %s after it", async (rest) => {
    const answer = await tap("/j/" + token + rest);
    expect([answer.status, answer.location]).toEqual([302, expect.stringMatching(/\/l\/meetup-join\//)]);
  });

  test.each([
    ["//j/", ""],
    ["/j//", ""],
    ["//j//", "//"],
    ["/J/", ""],
    ["/j%2F", ""],
    ["%2Fj%2F", "%2F"],
    ["/%20j/", ""],
    ["/j/%20", ""],
    ["/j/%3C", "%3E"],
    ["/j/(", ")"],
    ["/j/%22", "%22"],
    ["/j/%E2%80%8B", ""],
    ["/j%5C", ""],
    ["/j\\", ""],
    ["/./j/", ""],
    ["/x/../j/", ""],
    ["/%EF%BC%8F".replace("/", "") + "j%EF%BC%8F", ""],
    ["/HTTPS://VISITS.EXAMPLE.ORG/j/", "."],
    ["/https%3A%2F%2Fvisits.example.org%2Fj%2F", ""],
    ["/%3Chttps://visits.example.org/j/", "%3E"],
    ["http://visits.example.org/j/", "."],
    ["HTTPS://VISITS.EXAMPLE.ORG/J/", ""],
  ])("written %stoken%s", async (before, after) => {
    const path = before.startsWith("%") ? "/" + before : before;
    const answer = await tap(path + token + after);
    expect([answer.status, answer.location]).toEqual([302, expect.stringMatching(/\/l\/meetup-join\//)]);
  });

  test.each([
    ["a zero-width space", () => parted("%E2%80%8B")],
    ["a soft hyphen", () => parted("%C2%AD")],
    ["a word joiner", () => parted("%E2%81%A0")],
    ["a direction mark", () => parted("%E2%80%8E")],
    ["a byte order mark", () => parted("%EF%BB%BF")],
    ["a line break", () => parted("%0D%0A")],
    ["a line break and blanks", () => parted("%0A%20%20")],
    ["a blank", () => parted("%20")],
    ["a quoted line break of mail", () => parted("=%0D%0A")],
    ["a line break of a quoted mail", () => parted("%0D%0A%3E%20")],
    ["a break that HTML allows", () => parted("%3Cwbr%3E")],
    ["an entity that HTML hides", () => parted("&shy;")],
    ["an entity by number", () => parted("%26%238203%3B")],
    ["an invisible character escaped twice", () => parted("%25E2%2580%258B")],
    [
      "every character escaped",
      () => each((character) => "%" + character.charCodeAt(0).toString(16).toUpperCase()),
    ],
    [
      "underlines and hyphens escaped",
      () => each((c) => (/[_-]/.test(c) ? "%" + c.charCodeAt(0).toString(16) : c)),
    ],
    [
      "underlines and hyphens quoted as mail quotes them",
      () => each((c) => (c === "_" ? "=5F" : c === "-" ? "=2D" : c)),
    ],
    ["hyphens that do not break", () => each((c) => (c === "-" ? "%E2%80%91" : c))],
    ["dashes for hyphens", () => token.replaceAll("--", "%E2%80%94").replaceAll("-", "%E2%80%93")],
    [
      "characters of full width",
      () => each((c) => encodeURIComponent(String.fromCharCode(c.charCodeAt(0) + 0xfee0))),
    ],
  ])("with %s inside", async (_what, written) => {
    expect((await tap("/j/" + written() + ".")).status).toBe(302);
  });

  test("with the sign that texts have in the place of an underline", () => {
    const meant = "/j/a_" + "x".repeat(TOKEN_LENGTH - 3) + "_";
    expect(meantAddress(meant.replaceAll("_", "%C2%A7"))).toBe(meant);
    const inside = "/j/a_" + "x".repeat(TOKEN_LENGTH - 2);
    for (const quote of ["'", "%27"]) {
      expect(meantAddress(inside.replace("_", quote))).toBe(inside);
      expect(meantAddress(`/j/${quote}${token}${quote}`)).toBe("/j/" + token);
    }
  });

  test("and what was picked goes with it", async () => {
    const { status, location } = await tap("/j/" + early + ".?lang=es&fbclid=x");
    expect([status, location]).toEqual([302, "/v/" + early + "?lang=es"]);
  });

  test("asked for by HEAD, too", async () => {
    expect((await tap("/j/" + token + "%20", { method: "HEAD" })).status).toBe(302);
  });
});

describe("the address of a visit's page is put right", () => {
  test.each([".", ")", "%20", "%C2%A0", "&utm_source=x", "//", "%E2%80%8B", "%3E", "/."])(
    "with %s after it",
    async (rest) => {
      const { status, location } = await tap("/v/" + token + rest + "?lang=es");
      expect([status, location]).toEqual([302, "/v/" + token + "?lang=es"]);
    },
  );

  test.each(["//v/", "/V/", "/v//"])("begun with %s", async (before) => {
    const { status, location } = await tap(before + token);
    expect([status, location]).toEqual([302, "/v/" + token]);
  });

  test("its calendar entry's, too", async () => {
    const { status, location } = await tap("//v/" + token + "/visit.ics.");
    expect([status, location]).toEqual([302, "/v/" + token + "/visit.ics"]);
  });
});

describe("what is no whole link has the patient's page, in the patient's language, with a number to call", () => {
  test.each([
    "/j",
    "/j/",
    "/v",
    "/v/",
    "//j/",
    "/j//",
    "/j/x/y",
    "/v/x/y",
    "/J/x",
    "/j/%ff",
    "/j/%E0%A4%A",
    "/j/..%2f",
    "//v//x//",
    "/j/" + "A".repeat(60),
    "/%2Fj%2Fcut-off",
  ])("%s", async (path) => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const { status, html } = await tap(path, { method, language: "es-MX,es;q=0.9" });
      expect([path, method, status]).toEqual([path, method, 404]);
      expect(html).toContain('<html lang="es">');
      expect(html).toContain("No encontramos esta consulta");
      expect(html).toContain('href="tel:2025550100"');
    }
    expect((await tap(path, { method: "HEAD" })).status).toBe(404);
    expect((await tap(path)).html).toContain('<html lang="en">');
  });

  test("a letter more is another link", async () => {
    expect((await tap("/j/" + token + "A")).status).toBe(404);
    expect((await tap("/j/A" + token)).status).toBe(404);
  });

  test("a write to a link changes nothing, and says how to open it and whom to call: the department", async () => {
    for (const path of ["/j/" + token, "/v/" + token, "//j/" + token + "."]) {
      const { status, html } = await tap(path, { method: "POST", language: "es" });
      expect(status).toBe(405);
      expect(html).toContain('<html lang="es">');
      expect(html).toContain('href="/j/' + token + '"');
      expect(html).toContain('href="tel:2025550142"');
    }
  });
});

describe("whoever comes without a link", () => {
  test.each(["/", "//", "/index.html?x=1"])(
    "at %s is asked, in both languages, who they are",
    async (path) => {
      const { status, html } = await tap(path);
      expect(status).toBe(path.startsWith("/index") ? 404 : 200);
      expect(textsOf(html, 'section[lang="en"] > h2')[0]).toMatch(/^Are you a patient/);
      expect(textsOf(html, 'section[lang="es"] > h2')[0]).toMatch(/^¿Es usted paciente/);
      expect(textsOf(html, "h2")).toContainEqual(expect.stringMatching(/^Staff/));
      expect(html).toContain('href="tel:2025550100"');
    },
  );

  test("who reads Spanish finds it first, and the page is in it", async () => {
    const { html } = await tap("/", { language: "es" });
    expect(html).toContain('<html lang="es">');
    expect(html.indexOf("¿Es usted paciente")).toBeLessThan(html.indexOf("Are you a patient"));
  });
});
