/** The Pulumi engine starts a policy pack by a file of this name. The pack itself is pack.ts. */
import "./pack.ts";
