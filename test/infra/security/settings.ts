/** Security tests about the connector's settings, as the connector itself reads them. */
import { readSettings } from "../../../app/config/readSettings.ts";
import { ofKinds, type SecurityTest } from "./securityTest.ts";

const KINDS = ["web:WebAppApplicationSettings", "web:WebAppApplicationSettingsSlot"];

export const settingTests: readonly SecurityTest[] = [
  {
    name: "the connector starts with its settings",
    kinds: KINDS,
    faults: (deployment) =>
      ofKinds(deployment, ...KINDS).flatMap(({ inputs }) => refusal(inputs["properties"])),
  },
];

function refusal(properties: unknown): readonly string[] {
  try {
    readSettings({ ...(properties as Readonly<Record<string, string>>), PORT: "8080" });
    return [];
  } catch (error) {
    return [String(error)];
  }
}
