/** Whose phones the whole sandbox shows: those of all charts' patients, each by the name that its own chart has. */
import { expect, onTestFinished, test } from "vitest";
import { ANY_PORTS, startSandbox } from "../../../app/sandbox/sandbox.ts";
import { elementsOf } from "../../../infra/rehearsal/visit/html.ts";

test("every patient with a number or a mail address has a phone, by the name in the patient's own chart", async () => {
  const sandbox = await startSandbox({
    tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
    signInRedirectUrl: "http://127.0.0.1:1/signin/callback",
    charts: [],
    vault: { keys: [] },
    ports: ANY_PORTS,
    now: () => new Date(),
  });
  onTestFinished(() => sandbox.stop());
  const { pages } = sandbox.communication;
  const page = async (path: string) => (await fetch(pages + path)).text();
  const list = await page("/phones");
  const shown = elementsOf(list, "a").map((one) => {
    const [name, whose] = one.querySelectorAll("b, span").map(({ text }) => text);
    return [one.getAttribute("href") ?? "", name, whose];
  });
  const of = (name: string) => shown.filter((one) => one[1] === name);
  // Two patients in different charts have the same id and number.
  const [[pat = ""] = []] = of("Example, Pat");
  const [[other = ""] = []] = of("Solberg, Pat");
  expect([of("Example, Pat"), of("Solberg, Pat")]).toEqual([
    [[pat, "Example, Pat", "(312) 555-0100 · production"]],
    [[other, "Solberg, Pat", "(312) 555-0100 · test"]],
  ]);
  expect(await page(pat)).toContain("<h1>Example, Pat</h1>");
  expect(await page(other)).toContain("<h1>Solberg, Pat</h1>");
  // This patient has no mobile phone.
  const [[ingrid = ""] = []] = of("Solberg, Ingrid");
  expect(of("Solberg, Ingrid")).toEqual([[ingrid, "Solberg, Ingrid", "ingrid.107@example.org · production"]]);
  expect(await page(ingrid)).toContain("mails alone arrive here");
});
