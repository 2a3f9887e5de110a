/** Checks the hospital's DNS for what keeps Front Door from a certificate for the public name. */
import type { Resolver } from "node:dns/promises";
import { CERTIFICATES_BY } from "../../app/domain/byHand/dns.ts";
import { Unanswered, type Authorities, type Check } from "./finding.ts";

/**
 * Who may issue is said by the first records on the way from the name up to its top domain (RFC 8659 section 3). Front Door
 * asks DigiCert: https://learn.microsoft.com/azure/frontdoor/domain
 */
export const certificateAuthority: Check = async ({ stack: { publicHost }, authorities }) => {
  if (publicHost === undefined) return [];
  const about = "Certificate for " + publicHost;
  const found = await firstOn(publicHost, authorities);
  const issuers = found?.records.flatMap(({ issue }) => issue ?? []) ?? [];
  const isLetIn = issuers.some((issuer) => issuer.split(";")[0]?.trim().toLowerCase() === CERTIFICATES_BY);
  if (found === undefined || issuers.length === 0 || isLetIn)
    return [{ mark: "pass", about, why: `no CAA record keeps ${CERTIFICATES_BY} from it` }];
  return [
    {
      mark: "warn",
      about,
      why: `the CAA records of ${found.name} let ${issuers.join(", ")} alone issue one, and Front Door's comes from ${CERTIFICATES_BY}`,
      next: `have ${found.name} get the record: CAA 0 issue "${CERTIFICATES_BY}"`,
    },
  ];
};

async function firstOn(host: string, authorities: Authorities) {
  const labels = host.split(".");
  for (const [index] of labels.entries()) {
    const name = labels.slice(index).join(".");
    const records = await authorities(name);
    if (records.length > 0) return { name, records };
  }
  return undefined;
}

/** Asks the resolvers of this machine. */
export function askingDns(resolver: Pick<Resolver, "resolveCaa">): Authorities {
  return async (name) => {
    try {
      return await resolver.resolveCaa(name);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? "no code";
      if (code === "ENODATA" || code === "ENOTFOUND") return [];
      throw new Unanswered(`DNS did not answer about ${name} (${code})`);
    }
  };
}
