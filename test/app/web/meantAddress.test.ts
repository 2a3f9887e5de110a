/** Which link was meant with what messengers, mail programs and people made of it. */
import { describe, expect, test } from "vitest";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../../app/domain/linkToken.ts";
import { meantAddress } from "../../../app/web/meantAddress.ts";

const TOKEN = ("aB3_-" + "x".repeat(TOKEN_LENGTH)).slice(0, TOKEN_LENGTH - 1) + "Z";
const OLD = "y".repeat(EARLY_TOKEN_LENGTH);
const LINK = "/j/" + TOKEN;
const halved = (by: string) => "/j/" + TOKEN.slice(0, 9) + by + TOKEN.slice(9);

describe("what is as it should be, or is no link, is left alone", () => {
  test.each([
    LINK,
    "/j/" + OLD,
    "/s/" + TOKEN,
    "/v/" + TOKEN,
    "/v/" + TOKEN + "/visit.ics",
    LINK + "?lang=es&utm=1",
    LINK + "?",
    "/",
    "/visits/1",
    "/jj/" + TOKEN,
    "/visit/" + TOKEN,
    "/assets/j.css",
    "/launch/x?to=" + TOKEN,
    "/j/",
    "/s/",
    "/v/",
  ])("%s", (address) => {
    expect(meantAddress(address)).toBeUndefined();
  });
});

describe("what surrounds a link is left out:", () => {
  test.each(["https://visits.lamna.example", "HTTP://visits.lamna.example:8080"])(
    "an origin, %s",
    (origin) => {
      expect(meantAddress(origin + LINK + ".")).toBe(LINK);
    },
  );

  test.each([
    ["_", "_"],
    ["__", "__"],
    ["___", "___"],
    ["_", ""],
    ["__", "."],
    ["**_", "_**"],
    ["_", "_."],
    ["_", "_?fbclid=x"],
    ["%5F", "%5F"],
  ])("%s before it and %s after it, as chat programs mark words", (before, after) => {
    for (const path of ["/j/", "/s/", "/v/"])
      expect(meantAddress(path + before + TOKEN + after)).toBe(path + TOKEN);
    expect(meantAddress("/v/" + before + TOKEN + "_/visit.ics")).toBe("/v/" + TOKEN + "/visit.ics");
  });

  test("underscores around a token that ends with a hyphen, and around an old one", () => {
    const hyphened = TOKEN.slice(0, -1) + "-";
    expect(meantAddress(`/j/_${hyphened}_`)).toBe("/j/" + hyphened);
    expect(meantAddress(`/j/_${OLD}_`)).toBe("/j/" + OLD);
  });

  test.each(["", "_", "__", ".", "_."])(
    "but not the underscore with which a token begins, with %s after it",
    (rest) => {
      const token = "_" + TOKEN.slice(1);
      expect(meantAddress("/j/" + token + rest) ?? "/j/" + token).toBe("/j/" + token);
    },
  );

  test.each([
    ...[
      ".",
      ")",
      "/",
      "//",
      "/x",
      "%20x",
      "%22",
      "&x=1",
      "%E2%80%8B",
      "=0D",
      "%25",
      "%ZZ",
      "%E2",
      "/visit.ics",
      "_",
    ],
  ])("%s after it", (rest) => {
    expect(meantAddress(LINK + rest)).toBe(LINK);
    expect(meantAddress("/s/" + TOKEN + rest)).toBe("/s/" + TOKEN);
  });

  test.each([
    "//j/",
    "/j//",
    "/J/",
    "/j/(",
    "/j/%3C",
    "/j/%E2%80%8B",
    "/%20j%20/",
    "/x/j/",
    "/j\\",
    "/j%2F",
    "/j%252F",
    "/j%25252F",
    "https://visits.example/j/",
    "HTTP://VISITS.EXAMPLE/J/",
    "/https%3A%2F%2Fvisits.example%2Fj%2F",
    "/ｊ/",
  ])("%s before it", (before) => {
    expect(meantAddress(before + TOKEN)).toBe(LINK);
  });

  test("what is escaped more than three times is no link's any more, but the way to the page that says so", () => {
    expect(meantAddress("/j%2525252F" + TOKEN)).toBeUndefined();
    expect(meantAddress("/J/%2525" + "2541")).toBe("/j/");
  });

  test("a token of before is found, too, and a letter more makes it no token", () => {
    expect(meantAddress("/j/" + OLD + ".")).toBe("/j/" + OLD);
    expect(meantAddress("/J/" + TOKEN + "A")).toBe("/j/");
    expect(meantAddress(LINK + "é")).toBe(LINK);
  });
});

describe("what came between is taken out:", () => {
  test.each([
    "%20",
    "%0A",
    "%0D%0A%20%20",
    "%0D%0A%3E%20",
    "%0A%3E%3E%20",
    "=%0D%0A",
    "=%0A",
    "%3Cwbr%3E",
    "%3CWBR/%3E",
    "%3Cwbr%20/%3E",
    "&shy;",
    "&zwj;",
    "&zwnj;",
    "&ZeroWidthSpace;",
    "%26%238203;",
    "%26%23x200B;",
    "%C2%AD",
    "%CD%8F",
    "%E1%A0%8E",
    "%E2%80%8B",
    "%E2%80%8F",
    "%E2%80%A8",
    "%E2%80%AE",
    "%E2%81%A0",
    "%E2%81%A4",
    "%EF%B8%80",
    "%EF%BB%BF",
    "%25E2%2580%258B",
  ])("%s", (between) => {
    expect(meantAddress(halved(between))).toBe(LINK);
  });

  test("and quotes for several underlines in a row are as many", () => {
    const doubled = TOKEN.replace("3_-", "3__");
    expect(meantAddress("/j/" + doubled.replaceAll("_", "'"))).toBe("/j/" + doubled);
    expect(meantAddress("/j/" + doubled.replaceAll("_", "%27") + "''")).toBe("/j/" + doubled);
    expect(meantAddress(`/j/''${TOKEN}''`)).toBe(LINK);
  });

  test.each([
    ["hyphens quoted by mail", (c: string) => (c === "-" ? "=2d" : c)],
    ["underlines quoted by mail", (c: string) => (c === "_" ? "=5f" : c)],
    ["hyphens that do not break", (c: string) => (c === "-" ? "%E2%80%91" : c)],
    ["hyphens of typography", (c: string) => (c === "-" ? "%E2%80%90" : c)],
    ["figure dashes", (c: string) => (c === "-" ? "%E2%80%92" : c)],
    ["half dashes", (c: string) => (c === "-" ? "%E2%80%93" : c)],
    ["minus signs", (c: string) => (c === "-" ? "%E2%88%92" : c)],
    ["signs of texts' alphabet", (c: string) => (c === "_" ? "%C2%A7" : c)],
    [
      "letters of full width",
      (c: string) => encodeURIComponent(String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
    ["escapes", (c: string) => "%" + c.charCodeAt(0).toString(16)],
  ])("and %s are what they stand for", (_what, write) => {
    expect(meantAddress("/j/" + Array.from(TOKEN, write).join(""))).toBe(LINK);
  });

  test("a long dash is two short ones", () => {
    const dashes = ("a--b----" + "x".repeat(TOKEN_LENGTH)).slice(0, TOKEN_LENGTH);
    expect(meantAddress("/j/" + dashes.replaceAll("--", "%E2%80%94"))).toBe("/j/" + dashes);
  });
});

describe("what pages read of the query goes along, and trackers' parameters do not:", () => {
  test.each([
    [LINK + ".?lang=es&fbclid=x", LINK + "?lang=es"],
    [LINK + ".?fbclid=x", LINK],
    [LINK + ".?", LINK],
    [LINK + ".?account=other&anyway=1&lang=en", LINK + "?lang=en&anyway=1&account=other"],
    [LINK + ".?lang=&x", LINK + "?lang="],
    [LINK + ".?lang=a%20b?c", LINK + "?lang=a+b%3Fc"],
    ["//v/" + TOKEN + "/visit.ics?lang=es", "/v/" + TOKEN + "/visit.ics?lang=es"],
    ["//v/" + TOKEN + "/Visit.ICS.", "/v/" + TOKEN + "/visit.ics"],
    ["//v/" + TOKEN + "/visit", "/v/" + TOKEN],
    ["//v/" + TOKEN + "x/visit.ics", "/v/"],
  ])("%s is %s", (address, meant) => {
    expect(meantAddress(address)).toBe(meant);
  });
});

test.each([
  ["/j", "/j/"],
  ["/S", "/s/"],
  ["/J/x", "/j/"],
  ["//v//x//", "/v/"],
  ["/j/x?lang=es", "/j/?lang=es"],
  ["/%2Fj%2Fcut-off", "/j/"],
])("the beginning of a link without its token, %s, leads to the page that says so: %s", (address, meant) => {
  expect(meantAddress(address)).toBe(meant);
});
