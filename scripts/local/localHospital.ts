/** Which hospital `npm start` runs: its stack file, and the folder of its data. */
import { ExplainedError } from "./stackFile.ts";

export interface LocalHospital {
  readonly stackFile: string;
  /** Path below the project's folder. */
  readonly data: string;
  /** Whether its reports contain a year of invented visits. */
  readonly hasYear?: true;
  /** The command that starts it again. */
  readonly command: string;
}

/** The name for the laptop's hospital with a year of invented visits. */
const YEAR = "year";

/** @param given the arguments after `npm start --` */
export function localHospitalOf(given: readonly string[]): LocalHospital {
  const [name = "local", ...others] = given;
  if (others.length > 0 || !/^[a-z][a-z0-9-]{0,63}$/.test(name))
    throw new ExplainedError(
      "npm start takes the name of one local stack, such as empty: npm start -- empty. Without one it is local; npm start -- --help has them all.",
    );
  if (name === YEAR)
    return {
      stackFile: "stacks/Pulumi.local.yaml",
      data: ".data/stacks/year",
      hasYear: true,
      command: "npm start -- year",
    };
  const stackFile = `stacks/Pulumi.${name}.yaml`;
  return name === "local"
    ? { stackFile, data: ".data", command: "npm start" }
    : { stackFile, data: ".data/stacks/" + name, command: "npm start -- " + name };
}
