/** What chromium.js, which any Node can run, offers to scripts in TypeScript. */
export function chromium(): string | undefined;
export function ensureChromium(): Promise<string | undefined>;
