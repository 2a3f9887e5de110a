/** Whether an answer is a web page of somebody in between, or an interface's own. */
import { expect, test } from "vitest";
import { isOfWebPage, isWebPage } from "../../../../app/adapters/wire/page.ts";

test.each([
  "<html><body>Blocked</body></html>",
  "<HTML><HEAD><TITLE>Access Denied</TITLE>",
  "\uFEFF\r\n<!DOCTYPE html>\n<title>Blocked</title>",
  "<!DOCTYPE  html>",
  "<!DOCTYPE\nhtml>",
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><html>',
  // As Apache's own pages begin.
  '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"\n  "x">',
  "<!-- a -->\n<!-- b -->\n<html>",
  "<!-- if a > b --><html>",
  "<!--" + "x".repeat(2_000) + "--><html>",
  '<!--[if lt IE 7]> <html class="ie6"> <![endif]-->\n<!--[if gt IE 8]><!--> <html> <!--<![endif]-->',
  "<!DOCTYPE html><!-- x --><html>",
  "<head><title>Access denied</title></head>",
  "<title>403 Forbidden</title>",
  '<body bgcolor="white">Blocked',
  "<h1>Forbidden</h1>",
  "<script>window.location='https://blocked.example'</script>",
  "<meta http-equiv=refresh content=0>",
  "<html",
  '<frameset rows="*"><frame src="/blocked">',
  "<iframe src='https://blocked.example'></iframe>",
  '<table width="100%"><tr><td>Blocked</td></tr></table>',
  "<b>Access Denied</b>",
  // UTF-16, with and without a byte order mark, that was read as UTF-8.
  Buffer.from("\uFEFF<!DOCTYPE html><html>", "utf16le").toString("utf8"),
  Buffer.from("<html>", "utf16le").toString("utf8"),
])("a web page: %j", (body) => {
  expect(isWebPage(body)).toBe(true);
});

test.each([
  "",
  " ",
  "Forbidden",
  "{}",
  '{"error":{"code":"Denied","message":"<html>"}}',
  '"<html>"',
  '<OperationOutcome xmlns="http://hl7.org/fhir"><text><div>No</div></text></OperationOutcome>',
  '<?xml version="1.0" encoding="UTF-8"?>\n<OperationOutcome xmlns="http://hl7.org/fhir"></OperationOutcome>',
  '<?xml version="1.0"?><!-- of the server --><CapabilityStatement><title value="x"/></CapabilityStatement>',
  '\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthorizationPermissionMismatch</Code></Error>',
  "<Error><Code>BlobNotFound</Code></Error>",
  "<Patient><id/></Patient>",
  "<Bundle/>",
  "<Basic/>",
  "<!DOCTYPE note><note/>",
  "<!DOCTYPE htmlx>",
  "<!-- no end <html>",
  "<?xml no end <html>",
  "<html5/>",
  "<p:html/>",
])("an interface's own, or nothing: %j", (body) => {
  expect(isWebPage(body)).toBe(false);
});

test.each<[type: string | null | undefined, body: string, is: boolean]>([
  ["text/html", "Blocked by policy", true],
  ["text/html; charset=iso-8859-1", "<x-block>Blocked</x-block>", true],
  [" TEXT/HTML ;charset=utf-8", "Sign in", true],
  ["application/xhtml+xml", '<?xml version="1.0"?><h:html xmlns:h="http://www.w3.org/1999/xhtml"/>', true],
  // Millennium says so of the empty answer to a change, and some servers of their JSON.
  ["text/html", "", false],
  ["text/html", " \r\n", false],
  ["text/html; charset=utf-8", '\uFEFF{"resourceType":"Patient"}', false],
  ["text/html", "[]", false],
  ["text/htmlx", "Blocked", false],
  ["text/plain", "Blocked", false],
  ["application/fhir+json", "<html>", true],
  ["application/json", "Blocked", false],
  [null, "Blocked", false],
  [undefined, "<html>", true],
])("an answer of the type %j that is %j is a web page: %j", (type, body, is) => {
  expect(isWebPage(body, type)).toBe(is);
});

test("an answer that never comes to its point is looked at as far as a page's beginning reaches", () => {
  expect(isWebPage("<!---->".repeat(1_000_000) + "<html>")).toBe(false);
  expect(isWebPage(" ".repeat(4_000_000))).toBe(false);
  expect([isWebPage(null), isWebPage(undefined)]).toEqual([false, false]);
});

test("an error of Azure's SDK is asked for the answer's text", () => {
  const of = (response: unknown) => isOfWebPage(Object.assign(new Error("no"), { response }));
  expect([of({ bodyAsText: "<h1>Blocked</h1>" }), of({ bodyAsText: "{}" })]).toEqual([true, false]);
  const headers = (type?: string) => ({ get: (name: string) => (name === "content-type" ? type : "x") });
  expect([
    of({ bodyAsText: "Blocked", headers: headers("text/html") }),
    of({ bodyAsText: "Blocked", headers: headers() }),
    of({ bodyAsText: "Blocked", headers: { get: "text/html" } }),
    of({ bodyAsText: "Blocked", headers: null }),
  ]).toEqual([true, false, false, false]);
  expect([of({ bodyAsText: null }), of(null), of(undefined), isOfWebPage("<html>")]).not.toContain(true);
});
