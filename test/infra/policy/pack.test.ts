import { afterAll, beforeAll, expect, test } from "vitest";
import { RULES } from "../../../infra/policy/policies.ts";
import { startPack, type Pack, type Shown } from "../../../scripts/bench/packProcess.ts";
import { plain } from "./judge.ts";
import { edited, put, shown, unlink, type Scene } from "./scene.ts";
import { production } from "./sound.ts";

let pack: Pack;
beforeAll(async () => {
  pack = await startPack(production.said);
});
afterAll(() => pack.stop());

const preview = (scene: Scene): readonly Shown[] =>
  shown(scene, { preview: true }).map((one) => ({ ...one, props: plain(one.props) as Shown["props"] }));
function site(scene: Scene): Shown {
  const found = preview(scene).find(({ type }) => type === "azure-native:web:WebApp");
  if (found === undefined) throw new Error("the scene has no site");
  return found;
}

test("the engine is told every rule, with what it answers and what to do", async () => {
  const told = await pack.describe();
  expect(told.map(({ name }) => name).sort()).toEqual(RULES.map(({ id }) => id).sort());
  expect(told.filter(({ remedy, reference }) => remedy === "" || reference === "")).toEqual([]);
});

test("a resource that breaks a rule stops the update before it is made, in words", async () => {
  const said = await pack.analyze(site(edited(production, put("site", "httpsOnly", false))));
  expect(said).toContainEqual({
    policy: "EHR-WEB-01",
    message: expect.stringContaining("httpsOnly is false; it must be true") as string,
    isMandatory: true,
  });
});

test("a sound deployment is let through, though a preview does not know its ids", async () => {
  for (const resource of preview(production)) expect(await pack.analyze(resource)).toEqual([]);
  expect(await pack.analyzeStack(preview(production))).toEqual([]);
});

test("resources that do not belong together stop a preview", async () => {
  const said = await pack.analyzeStack(
    preview(edited(production, unlink("insights", "workspaceResourceId"))),
  );
  expect(said).toContainEqual(expect.objectContaining({ policy: "EHR-LOG-03", isMandatory: true }));
});

test("a pack that the engine hands no stack file lets nothing be made", async () => {
  const blind = await startPack(undefined);
  try {
    const [first, ...more] = await blind.analyze(site(production));
    expect(first).toMatchObject({ policy: "EHR-GEN-00", isMandatory: true });
    expect(first?.message).toContain("teams-ehr-connector:connector: is missing");
    expect(more).toEqual([]);
  } finally {
    blind.stop();
  }
});
