/** How long a stack's settings may be as a whole. */
/** Linux takes no longer text in a process's environment (MAX_ARG_STRLEN), in which the engine hands settings to the program. */
const LONGEST = 128 * 1024;

/**
 * A sentence that starts with the key of the whole, where the engine could not start the program.
 * @param key in Pulumi's form, under which the settings stand
 */
export function wholeFaults(key: string, value: unknown): string[] {
  const handedOver = "PULUMI_CONFIG=" + JSON.stringify({ [key]: JSON.stringify(value) });
  const bytes = Buffer.byteLength(handedOver) + 1;
  return bytes <= LONGEST
    ? []
    : [
        `${key}: is ${kilobytes(bytes)} KiB long as the engine hands it over, and ${kilobytes(LONGEST)} KiB is the most; leave departments out and set them up in the portal`,
      ];
}

const kilobytes = (bytes: number): string => String(Math.ceil(bytes / 1024));
