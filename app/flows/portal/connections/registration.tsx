/** What is entered in Oracle's code console for a connection, value by value, to be copied. */
import type { IntegrationRecord } from "../../../domain/integration.ts";
import { CopyField, DefinitionList } from "../../../web/components.tsx";

export function Registration({
  record,
  scopes,
  isAwaited,
}: {
  readonly record: IntegrationRecord;
  readonly scopes: readonly string[];
  /** Once it is registered, the values are looked up now and then. */
  readonly isAwaited: boolean;
}) {
  const { launchUrl, redirectUrl, jwksUrl } = record;
  return (
    <details class="record" open={isAwaited}>
      <summary>To enter in Oracle’s Code Console</summary>
      <DefinitionList
        entries={[
          ["Application type", "Provider"],
          ["Type of access", "Online"],
          ["Privacy", "Confidential"],
          ["SMART version", "SMART v1"],
        ]}
      />
      <Value id="launch-url" label="Launch URL" value={launchUrl} />
      <Value id="redirect-url" label="Redirect URL" value={redirectUrl} />
      <Value id="key-set-url" label="Key set URL (JWKS)" value={jwksUrl} />
      <Value id="scopes" label="Scopes" value={scopes.join(" ")} />
      <p class="quiet">
        Copy each to the letter. With the key set the connector proves itself by its key; take a client secret
        only where Oracle gives you no other way. The hospital enables the application in its own domain.
      </p>
      <p>
        A second application, of the type System and with the same key set, is what the connector reads by
        without a person. It has no launch URL and these scopes:
      </p>
      <Value id="system-scopes" label="System scopes" value={record.system.scopes.join(" ")} />
    </details>
  );
}

function Value(props: { readonly id: string; readonly label: string; readonly value: string }) {
  return (
    <CopyField
      {...props}
      copy="Copy"
      copied="Copied."
      notCopied="Not copied. Select it and copy it by hand."
    />
  );
}
