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

test("an answer that never comes to its point is looked at as far as a page's beginning reaches", () => {
  expect(isWebPage("<!---->".repeat(1_000_000) + "<html>")).toBe(false);
  expect(isWebPage(" ".repeat(4_000_000))).toBe(false);
  expect([isWebPage(null), isWebPage(undefined)]).toEqual([false, false]);
});

test("an error of Azure's SDK is asked for the answer's text", () => {
  const of = (response: unknown) => isOfWebPage(Object.assign(new Error("no"), { response }));
  expect([of({ bodyAsText: "<h1>Blocked</h1>" }), of({ bodyAsText: "{}" })]).toEqual([true, false]);
  expect([of({ bodyAsText: null }), of(null), of(undefined), isOfWebPage("<html>")]).not.toContain(true);
});
