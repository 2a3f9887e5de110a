/**
 * The hospital's DNS: the public name leads to Front Door, which every stack with such a name has, and mails may be sent
 * from the mail domain. Both names are proved to be the hospital's.
 */
import type { Deployment } from "./deployment.ts";
import { AFTER, lines, type Task } from "./task.ts";

/** Who issues Front Door's managed certificates, as CAA records name it (https://learn.microsoft.com/azure/frontdoor/domain). */
export const CERTIFICATES_BY = "digicert.com";

export function hostNames({ name, publicHost }: Deployment): readonly Task[] {
  if (publicHost === undefined) return [];
  const width = publicHost.length + "_dnsauth.".length + 2;
  return [
    {
      title: "The hospital's DNS",
      when: AFTER,
      who: "whoever keeps the zone of " + publicHost,
      why: "Front Door gets the certificate once the TXT record is there, and answers once the CNAME leads to it. The proof expires after seven days. Where the zone has CAA records, one must name DigiCert, or the name never gets a certificate.",
      text: lines(
        "pulumi stack output dns --json --stack " + name + "   # has both values",
        "",
        publicHost.padEnd(width) + "CNAME  <value of the CNAME>",
        ("_dnsauth." + publicHost).padEnd(width) + "TXT    <value of the TXT>",
        "",
        "# Only if this, or the same for a domain above it, prints records without " + CERTIFICATES_BY + ":",
        "dig +short CAA " + publicHost,
        `${publicHost.padEnd(width)}CAA    0 issue "${CERTIFICATES_BY}"`,
      ),
    },
  ];
}

/** A shell's loop that has Azure look at the four records. */
export const verification = (domain: string, group: string): readonly string[] => [
  "for what in Domain SPF DKIM DKIM2; do",
  `  az communication email domain initiate-verification --verification-type $what --domain-name ${domain} \\`,
  `    --email-service-name <mail service> --resource-group ${group}`,
  "done",
];

/** The names of Azure's records for a mail domain; their values are the deployment's own. */
export function mailDomain({ name, tenant, environment, mailDomain: domain }: Deployment): readonly Task[] {
  if (domain === undefined) return [];
  const key = (selector: string) => `${selector}-azurecomm-prod-net._domainkey.${domain}`;
  const width = key("selector1").length + 2;
  return [
    {
      title: "The mail domain's DNS",
      when: AFTER,
      who: "whoever keeps the zone of " + domain,
      why: "Until Azure has verified the domain, mails come from a domain of Azure's, which sends 10 an hour: only the links that staff send are mailed then.",
      text: lines(
        "pulumi stack output dns --json --stack " + name + "   # has the values",
        "",
        domain.padEnd(width) + "TXT    <ms-domain-verification=...>",
        domain.padEnd(width) +
          "TXT    <v=spf1 ...>   # one SPF record a name: add its include to one that is there",
        key("selector1").padEnd(width) + "CNAME  <value of that name>",
        key("selector2").padEnd(width) + "CNAME  <value of that name>",
        "",
        "# Then, as somebody who may change the resource group; Azure looks within minutes, at times hours:",
        ...verification(domain, `rg-${tenant}-${environment}-number`),
        "",
        "# Once all four say Verified, pulumi up again: it links the domain, and mails come from DoNotReply@" +
          domain,
      ),
    },
  ];
}
