/** Applications that somebody has registered in the code console. They survive a restart. */
import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { kept, type Kept } from "../../microsoft/kept.ts";
import type { RegisteredClient } from "../options.ts";
import type { Judged } from "./judge.ts";

const application = z.object({
  /** The id that PowerChart's menu is configured with; it never equals the client id. */
  applicationId: z.string(),
  name: z.string(),
  client: z.object({
    clientId: z.string(),
    persona: z.enum(["provider", "system"]),
    redirectUris: z.array(z.string()),
    launchUrl: z.string().exactOptional(),
    authentication: z.union([z.object({ jwksUrl: z.string() }), z.object({ secret: z.string() })]),
    scopes: z.array(z.string()),
    tenants: z.array(z.string()),
    smart: z.enum(["v1", "v2"]),
  }),
});
const applications = z.array(application);

export type Application = z.output<typeof application>;

/** The document in the folder; without a folder nothing is kept. */
export const keptApplications = (folder: string | undefined): Kept<Application[]> =>
  kept(folder, "oracle-applications.json", applications);

export interface Applications {
  list(): readonly Application[];
  clients(): readonly RegisteredClient[];
  /** Registers the application. A secret is created if the application authenticates by one. */
  register(judged: Extract<Judged, { readonly ok: true }>["application"]): Promise<Application>;
  remove(clientId: string): Promise<void>;
  /** The secret of an application, which only the first caller gets. */
  secretOnce(clientId: string): string | undefined;
}

export async function openApplications(document: Kept<Application[]>): Promise<Applications> {
  let known: readonly Application[] = (await document.read()) ?? [];
  const unseen = new Map<string, string>();
  const keep = async (all: readonly Application[]) => {
    known = all;
    await document.write([...all]);
  };
  return {
    list: () => known,
    clients: () => known.map(({ client }) => client),
    async register({ name, client }) {
      const clientId = randomUUID();
      const secret = randomBytes(24).toString("base64url");
      const authentication = client.authentication === "secret" ? { secret } : client.authentication;
      if (client.authentication === "secret") unseen.set(clientId, secret);
      const registered = {
        applicationId: randomUUID(),
        name,
        client: { ...client, clientId, authentication },
      };
      await keep([...known, registered]);
      return registered;
    },
    async remove(clientId) {
      await keep(known.filter(({ client }) => client.clientId !== clientId));
    },
    secretOnce(clientId) {
      const secret = unseen.get(clientId);
      unseen.delete(clientId);
      return secret;
    },
  };
}
