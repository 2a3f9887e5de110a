/** Types of what chromium.js offers to TypeScript; chromium.js itself runs on any version of Node. */
export function chromium(): string | undefined;
export function ensureChromium(): Promise<string | undefined>;
